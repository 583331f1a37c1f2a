"""The bench without a connection: a page the tablet keeps, which takes scans until the shop is back."""

import json
from functools import cache
from typing import Any

from litestar import Request, Response, get

from workshop.web.auth import ANYONE
from workshop.web.pages import STATIC, asset, build, page

# What the kept page and the camera need, beside every module of our own.
PARTS = (
    "tokens.css", "app.css", "bench.css", "icon.svg", "vendor/tabler.css", "vendor/htmx.js", "vendor/hx-sse.js",
    "vendor/icons.svg", "vendor/fonts/inter-latin.woff2", "vendor/barcode/ponyfill.js",
    "vendor/barcode/zxing-exported.js", "vendor/barcode/zxing_reader.wasm",
)  # fmt: skip
WORKER = """
const CACHE = "workshop-%(build)s";
const SHELL = "/offline";
const FILES = %(files)s;
const NOT_OURS = ["/t/", "/visit/", "/wall/", "/sign-in", "/switch"];

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES);
    await cache.put(SHELL, await fetch(SHELL, { credentials: "omit" }));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request)));
  } else if (request.mode === "navigate" && !NOT_OURS.some((start) => pathname.startsWith(start))) {
    event.respondWith(fetch(request).catch(() => caches.match(SHELL, { ignoreVary: true })));
  }
});
"""


@get("/sw.js", opt={"access": ANYONE}, media_type="text/javascript")
async def service_worker() -> Response[str]:
    """What the browser runs where the shop cannot be reached. Only files of this build, and no page of anybody."""
    return Response(_worker(), media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@cache
def _worker() -> str:
    modules = sorted(path.name for path in STATIC.glob("*.js"))
    files = [asset(path) for path in (*PARTS, *modules) if (STATIC / path).exists()]
    return WORKER % {"build": build(), "files": json.dumps(files)}


@get("/offline", opt={"access": ANYONE})
async def show_offline(request: Request[Any, Any, Any]) -> Response[str]:
    """The kept page: nothing of any piece or customer is on it."""
    return await page(request, "bench/offline.html", me=None, nav=[])


HANDLERS = [service_worker, show_offline]
