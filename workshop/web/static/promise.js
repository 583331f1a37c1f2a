// A tap on a day of the calendar writes it into the date box beside it, as if it had been typed.

import { behave } from "./behave.js";

behave("[data-promise-days]", (days) => {
  days.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-day]");
    if (!cell) return;
    const box = days.closest("form").elements.namedItem("promise_on");
    box.value = cell.dataset.day;
    for (const other of days.querySelectorAll("[data-day]")) other.setAttribute("aria-pressed", String(other === cell));
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
});
