// "Use my position": fills the hidden fields once the phone has told where it is.
const button = document.querySelector("[data-locate]");
const said = document.querySelector("[data-located]");

if (button && navigator.geolocation) {
  const form = button.closest("form");
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.lat.value = coords.latitude;
        form.elements.lng.value = coords.longitude;
        said.textContent = said.dataset.found;
      },
      () => { said.textContent = said.dataset.refused; },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
  // What is typed counts more than where the phone was.
  form.elements.from_place?.addEventListener("input", () => { form.elements.lat.value = ""; form.elements.lng.value = ""; said.textContent = ""; });
}
