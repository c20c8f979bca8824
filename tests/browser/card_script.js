// Stands in for js.stripe.com in the browser tests: the calls that our pages make of it, answered by a stand-in of
// Stripe's API. The content policy is the page's own, so the addresses are Stripe's and the test forwards them.
const ask = async (path, data) => (await fetch(`https://api.stripe.com${path}`, {
  method: "POST",
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(data),
})).json();

window.Stripe = (key) => ({
  elements: () => ({
    create: () => ({
      mount: (place) => { place.innerHTML = '<input class="stand-in" aria-label="Card number">'; },
      on: () => {},
    }),
  }),
  createPaymentMethod: async () => {
    const number = document.querySelector(".stand-in").value;
    const paymentMethod = await ask("/v1/payment_methods", {
      "type": "card", "card[number]": number, "card[exp_month]": 4, "card[exp_year]": 2040, "card[cvc]": "123",
    });
    return paymentMethod.error ? paymentMethod : { paymentMethod };
  },
  handleNextAction: async ({ clientSecret }) => {
    const success = window.confirm("Is this you?");
    const intent = clientSecret.split("_secret_")[0];
    const answer = await ask(`/v1/payment_intents/${intent}/_authenticate`, { key, client_secret: clientSecret, success });
    return answer.error || !success ? { error: { message: "Your bank did not confirm." } } : { paymentIntent: answer };
  },
});
