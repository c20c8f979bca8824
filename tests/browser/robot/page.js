// Small deeds on the page that is open, by the marks that collect.js left.
({
  marked: (id) => document.querySelector(`[data-robot='${id}']`),

  /** Open what a control is folded into. */
  unfold(id) {
    const own = this.marked(id);
    for (let el = own?.parentElement; el; el = el.parentElement) {
      if (el.matches("dialog:not([open])")) el.showModal();
      if (el.matches("details") && !el.open && !el.querySelector(":scope > summary").contains(own)) el.open = true;
    }
  },

  send(id) { this.marked(id).requestSubmit(); },

  /** What the Enter key does in a form whose first button is there for that alone. */
  enter(id) { this.marked(id).form.requestSubmit(this.marked(id)); },

  /** What the browser itself would refuse to send. */
  invalid(id) {
    const form = this.marked(id);
    if (form.noValidate) return "";
    return [...form.elements].filter((el) => !el.checkValidity()).map((el) => `${el.name}=${el.value}: ${el.validationMessage}`).join("; ");
  },

  /** The refusals that stand on the page. */
  errors() {
    const bad = [...document.querySelectorAll("main [aria-invalid=true]")];
    if (bad.length && bad.every((el) => !el.value)) return []; // it asks for what stood empty
    return [...document.querySelectorAll(".hw-error, .errorlist, main [aria-invalid=true], main [role=alert], main .hw-tone-refuse")]
      .filter((el) => el.checkVisibility() && !el.closest("[hidden]"))
      .map((el) => (el.innerText || el.name || "").replace(/\s+/g, " ").trim().slice(0, 140)).filter(Boolean);
  },

  /** Type values into a form's empty fields, and choose something where something must be chosen. */
  type([id, values]) {
    const form = this.marked(id);
    const tell = (el) => ["input", "change"].forEach((event) => el.dispatchEvent(new Event(event, { bubbles: true })));
    for (const el of form.elements) {
      if (el.disabled || el.form !== form) continue;
      if (el.type === "radio" && ![...form.elements].some((one) => one.name === el.name && one.checked)) { el.checked = true; tell(el); }
      else if (el.type === "checkbox" && el.required) { el.checked = true; tell(el); }
      else if (Object.hasOwn(values, el.name) && !el.value && el.type !== "file") { el.value = values[el.name]; tell(el); }
    }
  },

  /** Have the live parts ask at once, as they do every few seconds; tells whether there are any. */
  refresh() {
    const any = document.querySelector("[data-live-url]") !== null;
    if (any) document.dispatchEvent(new Event("visibilitychange"));
    return any;
  },

  words: () => document.body.innerText,
  isBroken: () => (document.getElementById("toasts")?.innerText || "").includes("Something broke"),
})
