// Lets the portal's pages open without signal, and forgets them when they are nobody's business any more.
const own = document.querySelector("script[data-worker]");

async function forget(what) {
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ forget: what });
}

if ("serviceWorker" in navigator && own) {
  navigator.serviceWorker.register(own.dataset.worker).catch((reason) => console.warn("worker:", reason));
  if (own.dataset.forget) forget(own.dataset.forget);
  document.addEventListener("submit", (event) => {
    if (event.target.action?.includes("/logout/")) forget("all");
  });
}
