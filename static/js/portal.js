// Lets the portal's pages open without signal, and forgets them when they are nobody's business any more.
const own = document.querySelector("script[data-worker]");

async function forget(what) {
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ forget: what });
}

// What is over cannot be claimed any more: its button says so before the server has to.
document.addEventListener("countdown:over", ({ target }) => {
  target.closest("[data-offer]")?.querySelectorAll("[data-claim]").forEach((button) => { button.disabled = true; });
});

if ("serviceWorker" in navigator && own) {
  navigator.serviceWorker.register(own.dataset.worker).catch((reason) => console.warn("worker:", reason));
  if (own.dataset.forget) forget(own.dataset.forget);
  const tabs = [...document.querySelectorAll(".hw-dock a")].map((tab) => tab.href);
  navigator.serviceWorker.ready.then(({ active }) => active?.postMessage({ warm: tabs }));
  document.addEventListener("submit", (event) => {
    if (event.target.action?.includes("/logout/")) forget("all");
  });
}
