// Says so when there is no signal, and how many actions wait. An outbox tells the count by the event "outbox:count".
const banner = document.querySelector("[data-offline]");

if (banner) {
  const waiting = banner.querySelector("[data-offline-waiting]");
  const text = banner.querySelector("[data-offline-text]");
  const noSignal = text.textContent;
  let count = 0;
  const show = () => {
    banner.hidden = navigator.onLine && count === 0;
    text.textContent = navigator.onLine ? banner.dataset.sending : noSignal;
  };
  document.addEventListener("outbox:count", (event) => {
    count = event.detail;
    waiting.textContent = count ? `(${count})` : "";
    show();
  });
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}
