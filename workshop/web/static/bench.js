// Scans at the bench, one after the other. A scanner is faster than the network: a card scanned right
// after an envelope is about that envelope, even when its answer was still under way when it was read.
// Buttons stand in the same line (hx-sync), so no answer is lost to another's.

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement.getAttribute?.("hx-target") !== "#scan-answer") return;
  ctx.target = document.querySelector("#scan-answer"); // the one before it may have been answered away
  if (ctx.sourceElement.matches("form[data-bench-scan]")) {
    ctx.request.body.set("in_hand", document.querySelector("#in-hand")?.value ?? "");
  }
});

// What was sent is on its way; the box is free for the next one.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-bench-scan]")) setTimeout(() => { form.elements.code.value = ""; });
});

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement.matches?.("form[data-bench-scan]") && !ctx.request.body.get("code")?.trim()) event.preventDefault();
});
