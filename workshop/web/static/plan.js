// Dragging on the plan: a card carries its own tick, a day its own button. Dropping does what ticking and pressing do.

let held = null;

document.addEventListener("dragstart", (event) => {
  held = event.target.closest?.("[data-card]");
  if (!held) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", held.querySelector("input").value);
});

function spot(event) {
  return held && event.target.closest?.("[data-drop], .plan-free");
}

document.addEventListener("dragover", (event) => {
  const over = spot(event);
  document.querySelectorAll(".is-over").forEach((one) => one !== over && one.classList.remove("is-over"));
  if (!over) return;
  event.preventDefault();
  over.classList.add("is-over");
});

document.addEventListener("drop", (event) => {
  const over = spot(event);
  if (!over) return;
  event.preventDefault();
  held.querySelector("input").checked = true;
  over.querySelector("[data-cell]").click();
});

document.addEventListener("dragend", () => {
  held = null;
  document.querySelectorAll(".is-over").forEach((one) => one.classList.remove("is-over"));
});
