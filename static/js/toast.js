// Toasts: said by aria-live, gone after 8 s unless looked at; undo is a form, so it works like any other.
const LIFE_MS = 8000;
const region = document.getElementById("toasts");

function watch(toast) {
  const close = toast.querySelector("[data-dismiss]");
  let timer = setTimeout(() => toast.remove(), LIFE_MS);
  const hold = () => clearTimeout(timer);
  const go = () => { hold(); timer = setTimeout(() => toast.remove(), LIFE_MS); };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", go);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", go);
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => toast.remove());
  }
}

/** Show a toast: { text, tone: "" | "refuse", undo: url to POST to }. */
export function say({ text, tone = "", undo = "" }) {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.querySelector("span").textContent = text;
  if (tone) toast.classList.add(`hw-toast-${tone}`);
  const form = toast.querySelector("form");
  if (undo) {
    form.action = undo;
    form.addEventListener("submit", () => setTimeout(() => toast.remove())); // a form that is gone is not sent
  } else {
    form.remove();
  }
  region.append(toast);
  watch(toast);
}

region.querySelectorAll("[data-toast]").forEach(watch);
// Nothing stays covered: a field that takes the focus under a toast puts it away.
document.addEventListener("focusin", ({ target }) => {
  if (!target.matches("input, select, textarea") || region.contains(target)) return;
  region.querySelectorAll("[data-toast]").forEach((toast) => {
    const [over, under] = [toast.getBoundingClientRect(), target.getBoundingClientRect()];
    if (over.top < under.bottom && under.top < over.bottom) toast.remove();
  });
});
document.addEventListener("toast", (event) => say(event.detail));
document.addEventListener("htmx:sendError", () => say({ text: region.dataset.offline, tone: "refuse" }));
document.addEventListener("htmx:responseError", (event) => {
  // A refusal that carries its own fragment is swapped in; a bare failure is said here.
  const isSaid = event.detail.xhr.getResponseHeader("HX-Trigger");
  if (event.detail.xhr.status >= 500 && !isSaid) say({ text: region.dataset.failed, tone: "refuse" });
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([400, 403, 404, 409, 422, 429].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
