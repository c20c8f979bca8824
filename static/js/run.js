// A run step by step: forms go through the outbox, the next step of the same stage shows without signal, and while
// the run lasts the phone tells where it is.
import { flush, keep, keepSending, waiting } from "./outbox.js";
import { say } from "./toast.js";

const run = document.getElementById("run");
const steps = [...run.querySelectorAll("[data-step]")];
const POSITION_EVERY_MS = 5000;
let here = null;
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

function report({ done, refused }) {
  refused.forEach(({ message }) => say({ text: message, tone: "refuse" }));
  if (done.length || refused.length) setTimeout(() => location.reload(), refused.length ? 2500 : 0);
}

function fill(form) {
  if (!here) return;
  for (const [name, value] of Object.entries({ lat: here.latitude, lng: here.longitude })) {
    const input = form.elements[name] ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
    input.value = value;
  }
}

run.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-outbox]")) return;
  event.preventDefault();
  const button = form.querySelector("button:not([type=button])");
  if (button.disabled) return;
  button.disabled = true;
  fill(form);
  const key = await keep(form);
  const outcome = await flush();
  if (outcome.done.includes(key) || outcome.refused.length) { report(outcome); return; }
  button.disabled = false;
  const at = steps.indexOf(form.closest("[data-step]"));
  show(at < 0 ? steps.at(-1) : steps[at + 1] ?? steps.at(-1));
});

async function tellPosition({ coords }) {
  here = coords;
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
keepSending(report);
catchUp();
