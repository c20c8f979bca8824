// The bank's check, shown by the gateway's own script (Stripe). Once it is met the checkout goes on; what went wrong
// is said here, and trying again is the reader's to choose, so that a check that cannot open does not open for ever.
const place = document.querySelector("[data-check-key]");

async function ask() {
  place.textContent = place.dataset.busy;
  const stripe = window.Stripe(place.dataset.checkKey, { locale: document.documentElement.lang });
  const { error } = await stripe.handleNextAction({ clientSecret: place.dataset.secret });
  if (error) place.textContent = error.message;
  else location.assign(place.dataset.next);
}

if (window.Stripe) ask(); // else what the page says of a browser without script stays
