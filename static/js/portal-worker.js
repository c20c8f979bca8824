// The portal without signal: pages come from the network when it answers in time, else as they were last seen.
const PAGES = "homeward-portal-pages-1";
const PARTS = "homeward-portal-parts-1";
const PATIENCE_MS = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const known = new Set([PAGES, PARTS]);
  const clean = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("homeward-portal") && !known.has(name)).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

async function page(request) {
  const cache = await caches.open(PAGES);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok && !answer.redirected) await cache.put(request, answer.clone());
    return answer;
  } catch (reason) {
    const kept = await cache.match(request) ?? await cache.match("/drive/run/") ?? await cache.match("/drive/");
    if (kept) return kept;
    throw reason;
  }
}

// The tabs are kept before they are opened, so that without signal there is a page of ours wherever a thumb goes.
async function keepTabs(addresses) {
  const cache = await caches.open(PAGES);
  for (const address of addresses) {
    if (await cache.match(address)) continue;
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok && !answer.redirected) await cache.put(address, answer);
  }
}

async function part(request) {
  const cache = await caches.open(PARTS);
  const kept = await cache.match(request);
  const fresh = fetch(request).then((answer) => {
    if (answer.ok) cache.put(request, answer.clone());
    return answer;
  });
  if (!kept) return fresh;
  fresh.catch(() => null);
  return kept;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(part(request));
});

// Addresses must not stay on the phone: the run's page goes with the run, all pages with the sign-out.
self.addEventListener("message", (event) => {
  const { forget, warm } = event.data ?? {};
  if (warm) event.waitUntil(keepTabs(warm));
  if (forget === "all") event.waitUntil(caches.delete(PAGES));
  if (forget === "run") event.waitUntil(caches.open(PAGES).then((cache) => cache.keys().then((keys) => Promise.all(keys.filter(({ url }) => url.includes("/run/")).map((key) => cache.delete(key))))));
});
