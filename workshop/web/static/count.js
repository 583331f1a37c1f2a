// Scans at the count, one after the other. A scanner is faster than the network: what is scanned right after a
// box lies in that box, even when the box's own answer was still under way.

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (!ctx.sourceElement.matches?.("form[data-count-scan]")) return;
  ctx.target = document.querySelector("#scan-answer"); // the one before it may have been answered away
  ctx.request.body.set("place", document.querySelector("#count-place")?.value ?? "");
});

// What was sent is on its way; the box is free for the next one.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-count-scan]")) setTimeout(() => { form.elements.code.value = ""; });
});

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement.matches?.("form[data-count-scan]") && !ctx.request.body.get("code")?.trim()) event.preventDefault();
});
