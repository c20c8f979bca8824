// An order that reaches its next stage changes the whole page (map, amounts, what can still be done): read it anew.
// Not under somebody's fingers: then the next change of stage, or the reader's own reload, does it.
const stage = () => document.querySelector("[data-stage]")?.dataset.stage;
const first = stage();

function isBusy() {
  const active = document.activeElement;
  return active.matches("input, select, textarea") || document.querySelector("main details[open] form") !== null;
}

document.addEventListener("live:swapped", () => {
  if (stage() && stage() !== first && !isBusy()) location.reload();
});
