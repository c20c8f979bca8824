// A live map over our own GeoJSON. Without WebGL, or when the library fails, the drawing and the list beneath stay.
const LINES = { without: ["--ink-soft", 3, [1, 2]], with: ["--color-primary", 5, null], added: ["--color-secondary", 6, null] };
const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

function hasWebGL() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2"));
}

// A canvas paints any CSS colour, color-mix() included, as plain numbers that MapLibre can read.
function colour(box, name) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const brush = canvas.getContext("2d");
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  box.append(probe);
  brush.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  brush.fillRect(0, 0, 1, 1);
  const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

function lineLayer(box, kind) {
  const [name, width, dashes] = LINES[kind];
  const paint = { "line-color": colour(box, name), "line-width": width, ...(dashes && { "line-dasharray": dashes }) };
  return { id: kind, type: "line", source: "live", filter: ["==", ["get", "kind"], kind], layout: { "line-cap": "round", "line-join": "round" }, paint };
}

function style(box, live) {
  const streets = { id: "streets", type: "line", source: "base", paint: { "line-color": colour(box, "--map-street"), "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.5, 13, 1.5, 16, 5] } };
  return {
    version: 8,
    sources: { live: { type: "geojson", data: live }, ...(box.dataset.baseUrl && { base: { type: "geojson", data: new URL(box.dataset.baseUrl, location).href, attribution: box.dataset.credit || "" } }) },
    layers: [
      { id: "land", type: "background", paint: { "background-color": colour(box, "--map-land") } },
      ...(box.dataset.baseUrl ? [streets] : []),
      ...Object.keys(LINES).map((kind) => lineLayer(box, kind)),
    ],
  };
}

function glide(marker, to) {
  const from = marker.getLngLat().toArray();
  const started = performance.now();
  cancelAnimationFrame(marker.frame);
  if (still.matches) { marker.setLngLat(to); return; }
  const step = (now) => {
    const done = Math.min(1, (now - started) / 1200);
    marker.setLngLat([from[0] + (to[0] - from[0]) * done, from[1] + (to[1] - from[1]) * done]);
    if (done < 1) marker.frame = requestAnimationFrame(step);
  };
  marker.frame = requestAnimationFrame(step);
}

function placeMarkers(library, map, markers, features) {
  const seen = new Set();
  for (const { geometry, properties } of features) {
    if (geometry?.type !== "Point") continue;
    const key = `${properties.kind}:${properties.id ?? geometry.coordinates}`;
    seen.add(key);
    let marker = markers.get(key);
    if (marker) glide(marker, geometry.coordinates);
    else {
      marker = new library.Marker({ element: document.createElement("div") }).setLngLat(geometry.coordinates).addTo(map);
      markers.set(key, marker);
    }
    const element = marker.getElement();
    element.classList.add("hw-marker", `hw-marker-${properties.kind}`);
    element.classList.toggle("hw-marker-late", Boolean(properties.late));
    element.textContent = properties.letter ?? "";
    element.title = properties.label ?? "";
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", properties.label || properties.kind);
  }
  for (const [key, marker] of markers) if (!seen.has(key)) { marker.remove(); markers.delete(key); }
}

function bounds(library, features) {
  const all = new library.LngLatBounds();
  const add = (place) => (typeof place[0] === "number" ? all.extend(place) : place.forEach(add));
  features.forEach(({ geometry }) => geometry && add(geometry.coordinates));
  return all.isEmpty() ? null : all;
}

async function read(box) {
  const answer = await fetch(box.dataset.geojsonUrl, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`map data: ${answer.status}`);
  return answer.json();
}

async function start(box) {
  const [library, live] = await Promise.all([import(box.dataset.library), read(box)]);
  library.setWorkerUrl(new URL(box.dataset.worker, location).href);
  await new Promise((done) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: box.dataset.sheet, onload: done, onerror: done }));
  });
  // Two boxes: the library makes the inner one position: relative.
  const outer = Object.assign(document.createElement("div"), { className: "absolute inset-0" });
  const frame = Object.assign(document.createElement("div"), { className: "h-full w-full" });
  outer.append(frame);
  box.append(outer);
  const map = new library.Map({ container: frame, style: style(box, live), cooperativeGestures: true, attributionControl: { compact: true }, maxZoom: 17, bounds: bounds(library, live.features) ?? undefined, fitBoundsOptions: { padding: Math.min(56, box.clientWidth / 10), maxZoom: 15 } });
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  const markers = new Map();
  let latest = live;
  const update = async () => {
    if (document.hidden) return;
    try { latest = await read(box); } catch { return; } // the last picture stays; the list twin says what is known
    map.getSource("live")?.setData(latest);
    placeMarkers(library, map, markers, latest.features);
  };
  map.on("load", () => {
    box.dataset.ready = "";
    box.querySelector(".hw-minimap")?.setAttribute("hidden", "");
    placeMarkers(library, map, markers, latest.features);
  });
  map.on("error", ({ error }) => console.warn("map:", error?.message));
  dark.addEventListener("change", () => map.setStyle(style(box, latest)));
  const seconds = Number(box.dataset.poll);
  if (seconds > 0) setInterval(update, seconds * 1000);
  if (box.dataset.eventsUrl) new EventSource(box.dataset.eventsUrl).onmessage = update;
}

if (hasWebGL()) {
  document.querySelectorAll("[data-map]").forEach((box) => start(box).catch((reason) => console.warn("map:", reason)));
}
