// Suggestions while a place is typed: an ARIA combobox over our own list. Without script the field is a plain one.
const WAIT = 150;
let lists = 0;

function pinOf(input) {
  return input.form.elements[`${input.name.replace(/_place$/, "")}_pin`] ?? input.form.elements[input.dataset.pin ?? ""];
}

function choose(input, place) {
  const { line1, city, zip_code: zip } = input.form.elements;
  const isAddress = input.name === "line1";
  input.value = isAddress ? place.line1 || place.label : place.label;
  const pin = pinOf(input);
  if (pin) pin.value = place.pin;
  if (isAddress && line1) {
    if (city && place.city) city.value = place.city;
    if (zip && place.zip) zip.value = place.zip;
  }
  input.dispatchEvent(new Event("places:chosen", { bubbles: true }));
}

function combobox(input) {
  const url = new URL(input.form.dataset.placesUrl, location);
  const box = document.createElement("ul");
  box.id = `places-${++lists}`;
  box.className = "hw-suggest";
  box.setAttribute("role", "listbox");
  const [name] = input.labels ?? [];
  if (name) {
    name.id ||= `${box.id}-label`;
    box.setAttribute("aria-labelledby", name.id);
  }
  box.hidden = true;
  const holder = document.createElement("div");
  holder.className = "hw-suggest-holder";
  input.before(holder);
  holder.append(input, box);
  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": box.id }).forEach(([name, value]) => input.setAttribute(name, value));
  let found = [];
  let active = -1;
  let timer = 0;
  let asking = null;

  function close() {
    box.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    [...box.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", box.children[index].id);
      box.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  function take(index) {
    choose(input, found[index]);
    close();
  }

  function draw(places) {
    found = places;
    box.replaceChildren(...places.map((place, at) => {
      const option = document.createElement("li");
      option.id = `${box.id}-${at}`;
      option.className = "hw-suggest-option";
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const detail = Object.assign(document.createElement("span"), { className: "hw-soft text-sm", textContent: place.detail });
      option.append(Object.assign(document.createElement("span"), { textContent: place.label }), detail);
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(at); });
      return option;
    }));
    box.hidden = places.length === 0 || document.activeElement !== input;
    active = -1;
    input.setAttribute("aria-expanded", String(!box.hidden));
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    url.searchParams.set("q", input.value.trim());
    try {
      const answer = await fetch(url, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (answer.ok) draw((await answer.json()).places);
    } catch (error) {
      if (error.name !== "AbortError") close(); // away or offline: the field works without a list
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  }

  input.addEventListener("input", () => {
    const pin = pinOf(input);
    if (pin) pin.value = "";
    later();
  });
  input.addEventListener("focus", () => { if (!input.value) later(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const last = found.length - 1;
    if (event.key === "Escape" && !box.hidden) { event.preventDefault(); close(); }
    else if (event.key === "ArrowDown" && box.hidden && found.length) { event.preventDefault(); draw(found); mark(0); }
    else if (box.hidden) return;
    else if (event.key === "ArrowDown") { event.preventDefault(); mark(active >= last ? 0 : active + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark(active <= 0 ? last : active - 1); }
    else if (event.key === "Enter" && active >= 0) { event.preventDefault(); take(active); }
    else if (event.key === "Tab" && active >= 0) take(active);
  });
}

for (const input of document.querySelectorAll("[data-places]")) if (input.form?.dataset.placesUrl) combobox(input);
