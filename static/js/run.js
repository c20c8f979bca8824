// A run step by step: forms go through the outbox, the next step of the same stage shows without signal, and while
// the run lasts the phone tells where it is.
import { flush, keep, keepSending, waiting } from "./outbox.js";
import { say } from "./toast.js";

const run = document.getElementById("run");
const steps = [...run.querySelectorAll("[data-step]")];
const POSITION_EVERY_MS = 5000;
const EARTH_METRES = 6371009;
let here = null; // the last position, with when the phone found it
let told = 0;

function show(step) {
  steps.forEach((one) => { one.hidden = one !== step; });
  step?.querySelector("h1")?.focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

const field = (action, name) => action.fields.find(([key]) => key === name)?.[1];

// After a reload without signal the page is an older one: go past what is already in the outbox.
async function catchUp() {
  const kept = await waiting();
  const isKept = (step) => kept.some((action) => field(action, "kind") === step.dataset.step && field(action, "stop") === step.dataset.stop);
  const next = steps.find((step) => step.dataset.step === "wait" || !isKept(step));
  if (kept.length && next) show(next);
}

function report({ done, refused, held }) {
  sayWaiting(held);
  refused.forEach(({ message }) => say({ text: message, tone: "refuse" }));
  if (done.length || refused.length) setTimeout(() => location.reload(), refused.length ? 2500 : 0);
}

// What is kept waits for the line, or for the server's word: then the page says which.
function sayWaiting(held) {
  const box = run.querySelector("[data-step=wait]");
  const because = held.map(({ message }) => message).filter(Boolean).join(" ");
  box.querySelector("h1").textContent = navigator.onLine ? box.dataset.online : box.dataset.offline;
  box.querySelector("[data-why]").textContent = because || box.dataset.kept;
}

// These can be mended in the form as it stands: nothing that was typed or taken is lost.
const MENDABLE = new Set(["wrong_code", "wrong_bag_count", "bad_photo", "say_why", "too_far_away", "no_position", "pin_too_far", "no_id_check", "invalid", "refused"]);

function complain(form, { message }) {
  const words = form.querySelector("[data-refusal]") ?? Object.assign(document.createElement("p"), { className: "hw-notice hw-tone-refuse" });
  words.dataset.refusal = "";
  words.setAttribute("role", "alert");
  words.textContent = message;
  form.querySelector("button:not([type=button])").before(words);
  words.scrollIntoView({ block: "center" });
  form.elements.key.value = crypto.randomUUID();
}

function put(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const input = form.elements[name] ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
    input.value = value;
  }
}

function fill(form) {
  if (!here) return;
  put(form, { lat: here.coords.latitude, lng: here.coords.longitude, age: Math.max(0, Math.round((Date.now() - here.timestamp) / 1000)) });
}

function metresTo({ lat, lng }) {
  const [one, other] = [here.coords.latitude, Number(lat)].map((degrees) => degrees * Math.PI / 180);
  const turn = (Number(lng) - here.coords.longitude) * Math.PI / 180;
  const half = Math.sin((other - one) / 2) ** 2 + Math.cos(one) * Math.cos(other) * Math.sin(turn / 2) ** 2;
  return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(half)));
}

// A reason is asked for only where the phone does not show its driver at the stop: on the way there, once the driver has
// tapped. An arrival without any position is taken without a reason; what ends a stop is not.
function askWhy(form) {
  const box = form.querySelector("[data-unseen]");
  if (!box) return;
  const metres = here ? metresTo(form.dataset) : null;
  const isSeen = metres !== null && metres <= Number(form.dataset.near);
  const asks = !isSeen && (form.elements.kind.value === "arrive" ? metres !== null && "tapped" in form.dataset : true);
  const isSafety = form.elements.reason?.value === "unsafe";
  box.hidden = !asks || isSafety;
  box.querySelectorAll("select, input").forEach((one) => { one.required = !box.hidden; one.disabled = box.hidden; });
  const told = box.querySelector("[data-distance]");
  if (told) told.textContent = metres === null ? "" : `${(metres / 1609.344).toFixed(1)} mi.`;
}

function seePosition() {
  run.querySelectorAll("form[data-near]").forEach(askWhy);
  run.querySelectorAll("[data-needs-position]").forEach((form) => { form.hidden = !here; });
}

run.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-outbox]")) return;
  event.preventDefault();
  form.dataset.tapped = "";
  askWhy(form);
  if (!form.reportValidity()) return;
  const button = form.querySelector("button:not([type=button])");
  if (button.disabled) return;
  button.disabled = true;
  fill(form);
  form.querySelector("[data-refusal]")?.remove();
  const key = await keep(form);
  const outcome = await flush();
  const mine = outcome.refused.find((one) => one.key === key);
  if (mine && outcome.refused.length === 1 && !outcome.done.length && MENDABLE.has(mine.code)) {
    button.disabled = false;
    complain(form, mine);
    return;
  }
  if (outcome.done.includes(key) || outcome.refused.length) { report(outcome); return; }
  sayWaiting(outcome.held);
  button.disabled = false;
  const at = steps.indexOf(form.closest("[data-step]"));
  show(at < 0 ? steps.at(-1) : steps[at + 1] ?? steps.at(-1));
});

async function tellPosition(found) {
  const { coords } = found;
  here = found;
  seePosition();
  if (Date.now() - told < POSITION_EVERY_MS || !navigator.onLine) return;
  told = Date.now();
  const heading = Number.isFinite(coords.heading) ? coords.heading : null;
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": document.querySelector("input[name=csrfmiddlewaretoken]").value };
  const body = JSON.stringify({ lat: coords.latitude, lng: coords.longitude, heading });
  await fetch(run.dataset.positionUrl, { method: "POST", headers, body, credentials: "same-origin", keepalive: true }).catch(() => null);
}

if (navigator.geolocation) {
  navigator.geolocation.watchPosition(tellPosition, () => {}, { enableHighAccuracy: true, maximumAge: 4000, timeout: 20000 });
}
// A locked phone tells no position, so the screen stays on while this page is open and in front.
async function stayAwake() {
  if (document.hidden) return;
  await navigator.wakeLock?.request("screen").catch(() => null);
}

document.addEventListener("visibilitychange", stayAwake);
stayAwake();
run.addEventListener("change", seePosition);
seePosition();
keepSending(report);
catchUp();
