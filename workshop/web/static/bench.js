// The bench follows its station: what was just scanned fills the screen, what was put down leaves the queue.

import { nameOf } from "./station-names.js";

// On https (and on the shop's own computer) the bench opens without a connection too, and takes scans.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});

document.addEventListener("station:said", ({ detail: { said, entry } }) => {
  if (entry.many || said.outcome === "kept") return;
  if (said.view !== "piece" || !said.in_hand) return;
  show(`/bench/${encodeURIComponent(said.in_hand)}/sheet`, `/bench/${said.in_hand}`);
});

document.addEventListener("station:empty", () => show("/bench/rows", "/bench"));

// Without the shop nothing is known of the piece: its code and the big buttons are all there is to see.
document.addEventListener("station:alone", ({ detail: code }) => {
  const work = document.querySelector("#bench-work");
  if (!work) return;
  const box = Object.assign(document.createElement("section"), { className: "in-hand-alone stack" });
  box.dataset.code = code;
  const words = "No connection to the shop. What you scan or tap now is kept and sent when it is back.";
  const acts = Object.assign(document.createElement("div"), { className: "bench-acts" });
  for (const [card, said] of [["A-START", "START"], ["A-DONE", "DONE → QC"], ["A-HOLD-PART", "HOLD: part"]]) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "act quiet big", textContent: said });
    button.dataset.card = card;
    button.dataset.about = code;
    acts.append(button);
  }
  box.append(
    Object.assign(document.createElement("h1"), { className: "number", textContent: nameOf(code) }),
    Object.assign(document.createElement("p"), { textContent: words }), acts,
  );
  work.replaceChildren(box);
});

// The shop is back and has heard everything: the piece is shown again as it stands now.
document.addEventListener("station:quiet", () => {
  const code = document.querySelector("#bench-work .in-hand-alone")?.dataset.code;
  if (code) show(`/bench/${encodeURIComponent(code)}/sheet`, `/bench/${code}`);
});

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
