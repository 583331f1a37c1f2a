// Is what this page shows still true? One element `[data-live]` holds the line to the shop
// (hx-sse:connect). The server sends `tick` every few seconds; after twelve silent seconds a banner
// says so. When the line is back, `live:again` makes every live part read itself anew.

import { behave, timeNow } from "./behave.js";

const SILENT = 12_000;
const RETRY = 2_500;

let heardAt = performance.now();
let heardWords = timeNow();
let lost = false;
let connected = false;

function hear() {
  heardAt = performance.now();
  heardWords = timeNow();
  if (lost) show(false);
}

function show(isLost) {
  lost = isLost;
  document.documentElement.classList.toggle("is-stale", lost);
  for (const word of document.querySelectorAll("[data-live-word]")) {
    word.textContent = lost ? "not live" : "live";
  }
  document.querySelector(".stale")?.remove();
  if (lost) document.body.append(banner());
}

function banner() {
  const box = document.createElement("div");
  box.className = "stale";
  box.setAttribute("role", "alert");
  box.textContent = `No connection to the shop since ${heardWords}. This page may be old; it comes back by itself.`;
  return box;
}

behave("[data-live]", (line) => {
  hear();
  const retry = () => setTimeout(() => {
    if (line.isConnected && !line._htmx?.sse) window.htmx.process(line, true);
  }, RETRY);

  line.addEventListener("htmx:sse:after:connection", () => {
    hear();
    if (connected) window.htmx.trigger(document.body, "live:again", {});
    connected = true;
  });
  line.addEventListener("htmx:sse:before:message", hear);
  // The extension keeps an open line alive; the very first try, and an end it gives up on, are ours.
  line.addEventListener("htmx:error", retry);
  line.addEventListener("htmx:response:error", retry);
  line.addEventListener("htmx:sse:close", (event) => {
    if (event.detail.reason !== "removed" && event.detail.reason !== "cleanup") retry();
  });
});

document.addEventListener("visibilitychange", () => {
  // A hidden page lets go of its line on purpose; it gets a fresh start when looked at.
  if (!document.hidden) heardAt = performance.now();
});

setInterval(() => {
  if (document.hidden || !document.querySelector("[data-live]")) return;
  const silent = performance.now() - heardAt > SILENT;
  if (silent && !lost) show(true);
}, 1_000);
