// Everything on a page that can be pressed, chosen or sent, each marked so that it can be found again.
() => {
  let next = 0;
  const mark = (el) => { if (!el.dataset.robot) el.dataset.robot = String(next++); return el.dataset.robot; };
  document.querySelectorAll("[data-robot]").forEach((el) => delete el.dataset.robot);
  const words = (el) => (el.getAttribute("aria-label") || el.innerText || el.value || el.title || "").replace(/\s+/g, " ").trim().slice(0, 60);
  const hx = (el) => {
    const at = el.closest("[hx-get],[hx-post]");
    if (!at) return {};
    return { verb: at.hasAttribute("hx-post") ? "POST" : "GET", url: at.getAttribute("hx-post") || at.getAttribute("hx-get"), target: at.closest("[hx-target]")?.getAttribute("hx-target") || "" };
  };
  const fields = (form) => [...HTMLFormElement.prototype.__lookupGetter__("elements").call(form)].filter((one) => one.name && !["submit", "button", "image", "reset"].includes(one.type || "")).map((one) => ({
    name: one.name, type: one.type, value: one.type === "checkbox" || one.type === "radio" ? (one.checked ? one.value : "") : one.value,
    own: one.value, required: one.required, disabled: one.disabled, pattern: one.pattern || "", options: one.options ? [...one.options].filter((o) => !o.disabled).map((o) => o.value) : [],
  }));
  const found = [];
  document.querySelectorAll("a[href]").forEach((el) => {
    const raw = el.getAttribute("href");
    if (raw.startsWith("#")) { found.push({ kind: "jump", id: mark(el), words: words(el), url: raw, ok: raw === "#" || !!document.getElementById(decodeURIComponent(raw.slice(1))) }); return; }
    found.push({ kind: el.hasAttribute("hx-get") ? "hx" : "link", id: mark(el), words: words(el), url: el.href, target: el.getAttribute("hx-target") || "" });
  });
  document.querySelectorAll("form").forEach((form) => {
    const submitters = [...document.querySelectorAll("button, input[type=submit], input[type=image]")].filter((b) => b.form === form && b.type !== "button" && b.type !== "reset");
    const typed = fields(form).some((one) => !["hidden", "file", "radio", "checkbox"].includes(one.type));
    if (!submitters.length && !typed) return; // nobody can send it
    const base = { kind: "form", form: mark(form), method: (form.getAttribute("method") || "get").toUpperCase(), fields: fields(form), isOutbox: form.matches("[data-outbox]") };
    const own = hx(form);
    for (const b of submitters.length ? submitters : [null]) {
      const url = b?.hasAttribute("formaction") ? b.formAction : new URL(form.getAttribute("action") || location.href, location.href).href;
      const method = b?.hasAttribute("formmethod") ? b.formMethod.toUpperCase() : base.method;
      found.push({ ...base, id: b ? mark(b) : "", words: b ? words(b) : "", url, method, ...(own.url && !b?.hasAttribute("formaction") ? { hx: own.verb, target: own.target } : {}), target: own.target || "",
        isEnter: !!b?.matches("[aria-hidden=true]"), submit: b?.name ? [b.name, b.value] : null, disabled: !!b?.disabled, isDialog: method === "DIALOG" });
    }
  });
  document.querySelectorAll("button, [role=button], [role=tab], [role=menuitem]").forEach((el) => {
    if (el.dataset.robot || el.matches("a[href]") || (el.form && el.type === "submit")) return;
    found.push({ kind: el.getAttribute("role") === "tab" ? "tab" : "button", isFleeting: !!el.closest("#toasts"), id: mark(el), words: words(el), disabled: !!el.disabled });
  });
  document.querySelectorAll("details > summary").forEach((el) => found.push({ kind: "details", id: mark(el), words: words(el) }));
  document.querySelectorAll("select").forEach((el) => found.push({ kind: "select", id: mark(el), words: el.name || el.id, options: [...el.options].filter((o) => !o.disabled && !o.selected).map((o) => o.value) }));
  document.querySelectorAll("[hx-get],[hx-post]").forEach((el) => {
    if (el.matches("a, form") || el.dataset.robot) return;
    found.push({ kind: "hx", id: mark(el), words: words(el), ...hx(el) });
  });
  return found;
}
