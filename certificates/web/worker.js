// Keeps the page, its readers, the keys and the status lists for when there is no network.
// Keys and lists: the network first, what was kept otherwise; everything of the page: what is kept, renewed behind its back.

const STORE = "verify-1";
const SHELL = ["/verify", "app.js", "check.js", "cbor.js", "pdf.js", "readers.js", "style.css", "texts.json", "icon.svg"].map((name) =>
  name.startsWith("/") ? name : `/verify/${name}`,
);
const READERS = ["zxing.js", "zxing_reader.wasm"].map((name) => `/verify/readers/${name}`);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data === "readers") event.waitUntil(caches.open(STORE).then((store) => store.addAll(READERS)).catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === "/.well-known/jwks.json" || url.pathname.startsWith("/status/")) event.respondWith(newest(event.request));
  else if (url.pathname === "/verify" || url.pathname.startsWith("/verify/")) event.respondWith(kept(event, url.pathname));
});

async function newest(request) {
  const store = await caches.open(STORE);
  try {
    const answer = await fetch(request, { cache: "no-cache" });
    if (answer.ok) await store.put(request.url, answer.clone());
    return answer;
  } catch (error) {
    const old = await store.match(request.url);
    if (old) return old;
    throw error;
  }
}

async function kept(event, path) {
  const store = await caches.open(STORE);
  const old = await store.match(path);
  const fresh = fetch(path, { cache: "no-cache" }).then(async (answer) => {
    if (answer.ok) await store.put(path, answer.clone());
    return answer;
  });
  if (!old) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  return old;
}
