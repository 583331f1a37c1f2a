// The bench follows its station: what was just scanned fills the screen, what was put down leaves the queue.

// On https (and on the shop's own computer) the bench opens without a connection too, and takes scans.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});

document.addEventListener("station:said", ({ detail: { said, entry } }) => {
  if (entry.many || said.outcome === "kept") return;
  if (said.view !== "piece" || !said.in_hand) return;
  show(`/bench/${encodeURIComponent(said.in_hand)}/sheet`, `/bench/${said.in_hand}`);
});

document.addEventListener("station:empty", () => show("/bench/rows", "/bench"));

document.addEventListener("station:late", () => window.htmx.trigger(document.body, "late", {}));

function show(fragment, address) {
  window.htmx.ajax("GET", fragment, { target: "#bench-work", swap: "innerHTML" });
  if (window.location.pathname !== address) window.history.pushState({}, "", address);
}

// A button's own move answers into the strip; the one before it may have been answered away.
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement.getAttribute?.("hx-target") === "#scan-answer") ctx.target = document.querySelector("#scan-answer");
});
