// Scans at the bench, one after the other. A scanner is faster than the network: a card scanned right
// after an envelope is about that envelope, even when its answer was still under way when it was read.

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement;
  if (!form.matches?.("form[data-bench-scan]")) return;
  ctx.request.body.set("in_hand", document.querySelector("#in-hand")?.value ?? "");
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
