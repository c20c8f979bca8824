// A typed quantity is sent when its field is left, and a wish as soon as it is chosen; both also by Enter or their button.
const enterOf = (form) => form.querySelector("[data-enter]");

document.addEventListener("change", (event) => {
  const typed = event.target.closest("[data-typed]");
  if (typed) {
    typed.form.dataset.typing = "1"; // the click that took the focus away is not one more
    setTimeout(() => delete typed.form.dataset.typing, 400);
    typed.form.requestSubmit(enterOf(typed.form));
  }
  const wish = event.target.closest("form[data-autosave]");
  if (wish) wish.requestSubmit();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.form?.dataset.typing && !button.matches("[data-enter]")) event.preventDefault();
}, true);

// Refused without a new part: the field shows again what the basket holds.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.xhr?.status === 204) event.target.querySelector?.("[data-typed]")?.form.reset();
});
