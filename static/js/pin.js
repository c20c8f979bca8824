// A pin on the map for an address that nobody knows. Arrow keys move it; without a map the list beneath stays.
const box = document.querySelector("[data-pin-map]");

function start([lat, lng], library) {
  const map = new library.Map({
    container: box,
    center: [lng, lat],
    zoom: 13,
    style: {
      version: 8,
      sources: box.dataset.baseUrl ? { base: { type: "geojson", data: new URL(box.dataset.baseUrl, location).href } } : {},
      layers: [
        { id: "land", type: "background", paint: { "background-color": "#eef1ea" } },
        ...(box.dataset.baseUrl ? [{ id: "streets", type: "line", source: "base", paint: { "line-color": "#b6bdb0", "line-width": 2 } }] : []),
      ],
    },
  });
  const field = box.closest("form").elements.map_pin;
  const pin = new library.Marker({ draggable: true }).setLngLat([lng, lat]).addTo(map);
  const keep = () => { const at = pin.getLngLat(); field.value = `${at.lat.toFixed(6)},${at.lng.toFixed(6)}`; };
  pin.on("dragend", keep);
  map.on("click", ({ lngLat }) => { pin.setLngLat(lngLat); keep(); });
  const element = pin.getElement();
  element.tabIndex = 0;
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", box.dataset.pinLabel);
  const steps = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  element.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = pin.getLngLat();
    pin.setLngLat([at.lng + step[0] * 0.0004, at.lat + step[1] * 0.0003]);
    map.panTo(pin.getLngLat());
    keep();
  });
}

async function draw() {
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: box.dataset.sheet });
  document.head.append(sheet);
  const library = await import(box.dataset.library);
  library.setWorkerUrl?.(new URL(box.dataset.worker, location).href);
  start(box.dataset.pinMap.split(",").map(Number), library);
}

if (box && document.createElement("canvas").getContext("webgl2")) {
  box.hidden = false;
  draw().catch(() => { box.hidden = true; });
}
