// What a driver tapped without signal: kept on the phone with its key, sent in order, again and again, until it is answered.
// The server knows each key, so sending twice does nothing twice.
import { createStore, entries, set, del } from "../vendor/idb-keyval/idb-keyval.mjs";

const store = createStore("homeward-outbox", "actions");
const RETRY_MS = 8000;
const LONGEST_MS = 12000;
let sending = null;

async function inOrder() {
  return (await entries(store)).map(([key, action]) => ({ key, ...action })).sort((a, b) => a.at - b.at);
}

async function tell() {
  const left = await inOrder();
  document.dispatchEvent(new CustomEvent("outbox:count", { detail: left.length }));
  return left;
}

/** Keep a form's action under its own key; resolves when it is safely on the phone. */
export async function keep(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  const key = fields.find(([name]) => name === "key")[1];
  await set(key, { url: form.action, fields, at: Date.now() }, store);
  await tell();
  return key;
}

/** The actions that still wait, oldest first. */
export const waiting = inOrder;

function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function send({ url, fields, at }) {
  const body = new FormData();
  fields.forEach(([name, value]) => body.append(name, value));
  body.append("phone_at", new Date(at).toISOString());
  const answer = await fetch(url, {
    method: "POST", body, credentials: "same-origin", redirect: "error",
    headers: { Accept: "application/json", "X-CSRFToken": token() }, signal: AbortSignal.timeout(LONGEST_MS),
  });
  const told = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : { code: "unknown", message: "" };
  return { status: answer.status, ...told };
}

const LATER = new Set(["not_yet", "proof_missing", "wait_at_door", "busy", "unknown"]);
const waits = ({ status, code }) => LATER.has(code) || status >= 500;

async function sendAll() {
  const done = [];
  const refused = [];
  let again = true;
  while (again) {
    again = false;
    for (const action of await inOrder()) {
      let answer;
      try { answer = await send(action); } catch { return { done, refused, left: await tell() }; } // no signal: all that is left waits
      if (waits(answer)) continue;
      await del(action.key, store);
      if (answer.status < 400) { done.push(action.key); again = true; } // others may have waited for this one
      else refused.push(answer);
    }
  }
  return { done, refused, left: await tell() };
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
    const outcome = await flush();
    if (outcome.done.length || outcome.refused.length) report(outcome);
  };
  window.addEventListener("online", run);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) run(); });
  setInterval(run, RETRY_MS);
  tell();
  run();
}
