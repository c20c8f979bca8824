// Store desk: a choice of store or filter takes effect at once; without script its button does.
document.querySelectorAll("form[data-submit-on-change]").forEach((form) => {
  form.addEventListener("change", () => form.requestSubmit());
});
