// "Use my position": fills the hidden fields once the phone has told where it is.
function put(form, end, { latitude, longitude }, label) {
  if (end) {
    form.elements[`${end}_place`].value = label;
    form.elements[`${end}_pin`].value = `${latitude.toFixed(6)},${longitude.toFixed(6)}|${label}`;
  } else {
    form.elements.lat.value = latitude;
    form.elements.lng.value = longitude;
  }
}

for (const button of navigator.geolocation ? document.querySelectorAll("[data-locate]") : []) {
  const form = button.form ?? button.closest("form");
  const said = form.querySelector("[data-located]");
  const end = button.dataset.locate;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => { put(form, end, coords, button.dataset.label); said.textContent = said.dataset.found ?? ""; },
      () => { said.textContent = said.dataset.refused; },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
  // What is typed counts more than where the phone was.
  if (!end) form.elements.from_place?.addEventListener("input", () => { form.elements.lat.value = ""; form.elements.lng.value = ""; said.textContent = ""; });
}
