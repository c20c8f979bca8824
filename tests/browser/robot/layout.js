// Controls that a person cannot reach: beside the screen, or under something that is laid over them.
() => {
  const found = [];
  const clean = (text) => text.replace(/\s+/g, " ").trim().slice(0, 40);
  const name = (el) => `<${el.tagName.toLowerCase()}> ${clean(el.getAttribute("aria-label") || el.innerText || el.name || el.id || "")}`;
  const isOverlay = (el) => ["absolute", "fixed"].includes(getComputedStyle(el).position);
  const lids = [...document.querySelectorAll("dialog[open], details[open]")].filter((el) => el.matches("dialog") || [...el.children].slice(1).some(isOverlay));
  const scrollsSideways = (el) => {
    for (let at = el.parentElement; at && at !== document.body; at = at.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return true;
    }
    return false;
  };
  // Where it stands when only a person scrolls: what hides its overflow moves for scripts alone.
  const settled = (el) => {
    for (let at = el.parentElement; at && at !== document.body; at = at.parentElement) {
      if (at.scrollTop && /hidden|clip/.test(getComputedStyle(at).overflowY)) at.scrollTop = 0;
      if (at.scrollLeft && /hidden|clip/.test(getComputedStyle(at).overflowX)) at.scrollLeft = 0;
    }
    return el.getBoundingClientRect();
  };
  // The panel whose ground a control must stand on; what pops up out of it stands on its own.
  const panelOf = (el) => {
    for (let at = el; at && at !== document.body; at = at.parentElement) {
      if (at.matches("aside, nav, header, dialog, .hw-side")) return getComputedStyle(at).display === "contents" ? null : at;
      if (isOverlay(at)) return null;
    }
    return null;
  };
  const isSeen = (el) => {
    if (el.disabled || !el.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) || el.closest(".sr-only, .hw-skip, [inert], .hw-toasts, .maplibregl-map")) return false;
    const rect = el.getBoundingClientRect();
    const style = getComputedStyle(el);
    return rect.width > 2 && rect.height > 2 && style.clipPath === "none" && style.clip === "auto";
  };
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) found.push(`the page is ${wide} px wide on a screen of ${innerWidth}`);
  const was = [scrollX, scrollY];
  for (const el of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab]")) {
    if (!isSeen(el) || (lids.length && !lids.some((lid) => lid.contains(el)))) continue;
    el.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const box = settled(el);
    const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2];
    if (x < 0 || x > innerWidth) { found.push(`${name(el)} is beside the screen (${Math.round(x)} of ${innerWidth} px)`); continue; }
    if (y < 0 || y > innerHeight) { found.push(`${name(el)} is off the screen and cannot be scrolled to (${Math.round(y)} of ${innerHeight} px)`); continue; }
    if (!scrollsSideways(el) && (box.left < -1 || box.right > innerWidth + 1)) found.push(`${name(el)} is cut off at the edge (${Math.round(box.left)} to ${Math.round(box.right)} of ${innerWidth} px)`);
    const panel = panelOf(el)?.getBoundingClientRect();
    if (panel && (box.top >= panel.bottom || box.bottom <= panel.top)) { found.push(`${name(el)} spills out of its panel`); continue; }
    const part = [...el.getClientRects()].find((one) => one.width > 1 && one.height > 1) || box;
    const top = document.elementFromPoint(part.left + part.width / 2, part.top + Math.min(part.height, innerHeight) / 2);
    if (!top || top === el || el.contains(top) || top.contains(el) || top.closest(".hw-toasts")) continue;
    if (el.labels && [...el.labels].some((label) => label.contains(top) || top.contains(label))) continue;
    const lid = top.closest(".hw-dock, header, nav, aside") || top;
    found.push(`${name(el)} is under ${name(lid)} .${String(lid.className).split(" ")[0]}`);
  }
  scrollTo(...was);
  return [...new Set(found)];
}
