// A new card for a gateway whose own script takes it (Stripe): the fields are frames of the vendor's, and what is sent
// to us is a token.
const place = document.querySelector("[data-card-key]");
const form = place?.closest("form");
const said = form?.querySelector("[data-card-said]");
const isNew = () => (form.elements.card?.value ?? "new") === "new";

function mount() {
  const { color, fontFamily, fontSize } = getComputedStyle(place);
  const stripe = window.Stripe(place.dataset.cardKey, { locale: document.documentElement.lang });
  const card = stripe.elements().create("card", { style: { base: { color, fontFamily, fontSize } } });
  place.replaceChildren();
  card.mount(place);
  card.on("change", ({ error }) => {
    said.textContent = error?.message ?? "";
    form.elements.token.value = ""; // another number is another card
  });
  form.addEventListener("submit", async (event) => {
    if (!isNew() || form.elements.token.value) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    const { paymentMethod, error } = await stripe.createPaymentMethod({ type: "card", card });
    button.disabled = false;
    said.textContent = error?.message ?? "";
    if (error) return;
    form.elements.token.value = paymentMethod.id;
    form.elements.brand.value = paymentMethod.card.brand;
    form.elements.last4.value = paymentMethod.card.last4;
    form.requestSubmit();
  });
}

if (place && window.Stripe) mount(); // else what the page says of a browser without script stays
