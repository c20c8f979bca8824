// The pieces of text of a page asked for in Spanish, save what is marked as being in English or was typed by people.
async (url) => {
  const answer = await fetch(url, { headers: { "Accept-Language": "es" } });
  const told = await answer.text();
  if (!(answer.headers.get("content-type") || "").includes("html")) return null;
  const doc = new DOMParser().parseFromString(told, "text/html");
  doc.querySelectorAll("script, style, textarea, [lang=en]").forEach((el) => el.remove());
  const texts = [];
  const walker = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode.textContent.replace(/\s+/g, " ").trim());
  doc.querySelectorAll("[aria-label], [placeholder], [title], [alt]").forEach((el) => ["aria-label", "placeholder", "title", "alt"].forEach((at) => texts.push(el.getAttribute(at) || "")));
  return { lang: doc.documentElement.lang, texts: [...new Set([doc.title, ...texts])].filter(Boolean) };
}
