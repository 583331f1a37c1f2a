// Is what this page shows still true? One element `[data-live]` holds the line to the shop
// (hx-sse:connect). The server sends `tick` every few seconds; after twelve silent seconds a banner
// says so. When the line is back, `live:again` makes every live part read itself anew.

import { behave, timeNow } from "./behave.js";

const SILENT = 12_000;
const RETRY = 2_000;
const PATIENCE = 10_000; // longer than one try to connect may take

let heardAt = performance.now();
let heardWords = timeNow();
let lost = false;

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
  // htmx may have opened the line before this module was here.
  let known = Boolean(line._htmx?.sse);
  let tryAt = performance.now() + PATIENCE;

  line.addEventListener("htmx:sse:after:connection", () => {
    if (known) window.htmx.trigger(document.body, "live:again", {});
    known = true;
  });
  // Refused, not lost: what this page shows is asked for once more, and says why it is not for this screen any more.
  line.addEventListener("htmx:sse:error", ({ detail }) => {
    if (detail?.status >= 400 && detail.status < 500) window.htmx.trigger(document.body, "live:again", {});
  });
  // Only words count as hearing: a line that opens and closes again says nothing.
  line.addEventListener("htmx:sse:before:message", hear);

  // The extension keeps an open line alive; the very first try, and an end it gives up on, are ours.
  const soon = () => { tryAt = performance.now() + RETRY; };
  for (const end of ["htmx:error", "htmx:response:error", "htmx:sse:close"]) line.addEventListener(end, soon);
  const watch = setInterval(() => {
    if (!line.isConnected) return clearInterval(watch);
    if (document.hidden || line._htmx?.sse || performance.now() < tryAt) return;
    tryAt = performance.now() + PATIENCE;
    window.htmx.process(line, true);
  }, 1_000);
});

document.addEventListener("visibilitychange", () => {
  // A hidden page lets go of its line on purpose; it gets a fresh start when looked at.
  if (!document.hidden) heardAt = performance.now();
});

setInterval(() => {
  if (document.hidden || !document.querySelector("[data-live]")) return;
  if (!lost && performance.now() - heardAt > SILENT) show(true);
}, 1_000);
