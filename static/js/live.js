// Keeps [data-live-url] fresh: by server-sent events when data-live-events gives an address and it answers,
// by asking every data-live-seconds otherwise. Nothing is swapped under a focused field or an open menu.
const SLOWEST_MS = 60000;

function busy(part) {
  const active = document.activeElement;
  const typing = part.contains(active) && active.matches("input, select, textarea");
  return typing || part.querySelector("dialog[open], details[data-menu][open]") !== null;
}

function swap(part, html) {
  if (part.dataset.liveLast === html) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.dataset.liveLast = html;
  part.innerHTML = html;
  window.htmx?.process(part);
  if (focused) document.getElementById(focused)?.focus();
  part.dispatchEvent(new CustomEvent("live:swapped", { bubbles: true }));
}

function keepFresh(part) {
  const usual = Number(part.dataset.liveSeconds || 5) * 1000;
  let wait = usual;
  let timer = 0;

  async function read() {
    clearTimeout(timer);
    if (!part.isConnected) return;
    if (!document.hidden && !busy(part)) {
      try {
        const answer = await fetch(part.dataset.liveUrl, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
        if (answer.redirected) { location.reload(); return; }
        if (answer.status === 286) { swap(part, await answer.text()); return; } // the last word: stop asking
        if (answer.ok) swap(part, await answer.text());
        wait = answer.ok ? usual : Math.min(wait * 2, SLOWEST_MS);
      } catch {
        wait = Math.min(wait * 2, SLOWEST_MS);
      }
    }
    timer = setTimeout(read, wait);
  }

  function listen(url) {
    const events = new EventSource(url);
    let nudge = 0;
    events.onopen = () => { wait = Math.max(usual, 30000); };
    events.onmessage = () => { clearTimeout(nudge); nudge = setTimeout(read, 150); };
    events.onerror = () => { wait = usual; clearTimeout(timer); timer = setTimeout(read, wait); };
  }

  timer = setTimeout(read, usual);
  if (part.dataset.liveEvents) listen(part.dataset.liveEvents);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) read(); });
}

document.querySelectorAll("[data-live-url]").forEach(keepFresh);
