// Sends one form many times over with this browser's cookies, and gives what each answer said.
async ([url, method, hx, target, sends]) => {
  const answers = [];
  for (const sent of sends) {
    const body = new URLSearchParams(sent);
    const headers = { "X-CSRFToken": sent.csrfmiddlewaretoken, ...(hx ? { "HX-Request": "true", "HX-Target": target.replace("#", "") } : {}) };
    const signal = AbortSignal.timeout(10000);
    const at = new URL(url, location.origin);
    if (method === "GET") { body.delete("csrfmiddlewaretoken"); at.search = body; }
    try {
      const answer = await fetch(at, method === "GET" ? { headers, signal } : { method: "POST", body, headers, signal });
      const told = await answer.text();
      let text = "";
      if ((answer.headers.get("content-type") || "").includes("html")) {
        const doc = new DOMParser().parseFromString(told, "text/html");
        doc.querySelectorAll("script, style, template, input, textarea").forEach((el) => el.remove());
        doc.querySelectorAll("div, p, li, td, dd, h1, h2, label, span, option, a, button").forEach((el) => el.append("\n"));
        text = doc.body.textContent;
      }
      answers.push({ status: answer.status, text });
    } catch (reason) { answers.push({ status: 0, text: String(reason) }); }
  }
  return answers;
}
