// Counts <time data-countdown datetime="…"> down. Without script the first face stays, which is still true when read.
const SAY_AT = new Set([60, 30, 10]);

function face(left) {
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

// The server says how many seconds are left; the phone only counts them, so a clock that is wrong shows the right time.
const seen = new WeakMap();

function ending(clock) {
  const { left } = clock.dataset;
  if (!left) return Date.parse(clock.dateTime);
  const known = seen.get(clock);
  if (known?.left === left && known.until === clock.dateTime) return known.at;
  const at = Date.now() + Number(left) * 1000;
  seen.set(clock, { left, until: clock.dateTime, at });
  return at;
}

function tick(clock) {
  const left = Math.max(0, Math.round((ending(clock) - Date.now()) / 1000));
  const shown = clock.querySelector("[data-face]");
  const say = clock.parentElement.querySelector("[data-say]");
  shown.textContent = face(left);
  if (say && SAY_AT.has(left)) say.textContent = `${left} s`;
  if (left > 0 || "over" in clock.dataset) return;
  clock.dataset.over = "";
  if (clock.dataset.overText) {
    shown.textContent = clock.dataset.overText;
    if (say) say.textContent = clock.dataset.overText;
    const until = clock.parentElement.querySelector("[data-until]");
    if (until) until.hidden = true; // it was true only while time was left
  }
  clock.dispatchEvent(new CustomEvent("countdown:over", { bubbles: true }));
}

function tickAll() {
  document.querySelectorAll("time[data-countdown]:not([data-over])").forEach((clock) => {
    if (clock.dateTime) tick(clock);
  });
}

tickAll();
setInterval(tickAll, 1000);
