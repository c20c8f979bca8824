// What a driver tapped without signal: kept on the phone with its key, sent in order, again and again, until it is answered.
// The server knows each key, so sending twice does nothing twice.
import { createStore, entries, set, del } from "../vendor/idb-keyval/idb-keyval.mjs";

const store = createStore("homeward-outbox", "actions");
const RETRY_MS = 8000;
const LEAST_MS = 12000;
const BYTES_A_MS = 4; // 32 kbit/s: a line slower than this gives up in between, and begins anew
const LONGEST_SIDE = 1600; // what the server keeps of a photo anyway
const QUALITY = 0.82;
const MOST_FAILURES = 2; // in a row: then there is no line at all
let sending = null;

async function inOrder() {
  return (await entries(store)).map(([key, action]) => ({ key, ...action })).sort((a, b) => a.at - b.at);
}

async function tell() {
  const left = await inOrder();
  document.dispatchEvent(new CustomEvent("outbox:count", { detail: left.length }));
  return left;
}

// A photo as it is worth sending: upright, its longer side 1,600 pixels. What the phone cannot read goes as it is, and
// the server says what is wrong with it.
async function shrink(value) {
  if (!(value instanceof File) || !value.type.startsWith("image/")) return value;
  try {
    const picture = await createImageBitmap(value, { imageOrientation: "from-image" });
    const scale = LONGEST_SIDE / Math.max(picture.width, picture.height);
    if (scale >= 1) return value;
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const small = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
    return small && small.size < value.size ? new File([small], "photo.jpg", { type: "image/jpeg" }) : value;
  } catch {
    return value;
  }
}

/** Keep a form's action under its own key; resolves when it is safely on the phone, its photo made small. */
export async function keep(form) {
  const at = Date.now();
  const told = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !(value instanceof File && value.size === 0));
  const fields = await Promise.all(told.map(async ([name, value]) => [name, await shrink(value)]));
  const key = fields.find(([name]) => name === "key")[1];
  await set(key, { url: form.action, fields, at }, store);
  await tell();
  return key;
}

/** The actions that still wait, oldest first. */
export const waiting = inOrder;

function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

const sizeOf = (fields) => fields.reduce((sum, [, value]) => sum + (value instanceof Blob ? value.size : 0), 0);

async function send({ url, fields, at }) {
  const body = new FormData();
  fields.forEach(([name, value]) => body.append(name, value));
  body.append("phone_at", new Date(at).toISOString());
  const answer = await fetch(url, {
    method: "POST", body, credentials: "same-origin", redirect: "error",
    headers: { Accept: "application/json", "X-CSRFToken": token() }, signal: AbortSignal.timeout(LEAST_MS + sizeOf(fields) / BYTES_A_MS),
  });
  const told = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : { code: "unknown", message: "" };
  return { status: answer.status, ...told };
}

const LATER = new Set(["not_yet", "proof_missing", "wait_at_door", "busy", "unknown"]);
const waits = ({ status, code }) => LATER.has(code) || status >= 500;

async function sendAll() {
  const done = [];
  const refused = [];
  let held = [];
  let again = true;
  while (again) {
    again = false;
    held = [];
    let failures = 0;
    for (const action of await inOrder()) {
      let answer;
      try { answer = await send(action); } catch { // a large photo may not get through where small steps do
        failures += 1;
        if (failures >= MOST_FAILURES || !navigator.onLine) break;
        continue;
      }
      failures = 0;
      if (waits(answer)) { held.push({ key: action.key, ...answer }); continue; }
      await del(action.key, store);
      if (answer.status < 400) { done.push(action.key); again = true; } // others may have waited for this one
      else refused.push({ key: action.key, ...answer });
    }
  }
  // What waits for an earlier step, where none is left to send, waits for nothing: the driver has to know why.
  if (held.length === (await inOrder()).length) {
    for (const one of held.filter(({ code }) => code === "not_yet")) {
      await del(one.key, store);
      refused.push(one);
    }
    held = held.filter(({ code }) => code !== "not_yet");
  }
  return { done, refused, held, left: await tell() };
}

/** Send what waits; one sending at a time. */
export function flush() {
  sending ??= sendAll().finally(() => { sending = null; });
  return sending;
}

/** Send whenever there is hope, and report each time something was answered. */
export function keepSending(report) {
  const run = async () => {
    if (!(await inOrder()).length) return;
    report(await flush());
  };
  window.addEventListener("online", run);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) run(); });
  setInterval(run, RETRY_MS);
  tell();
  run();
}
