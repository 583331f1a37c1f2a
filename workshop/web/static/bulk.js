// Ticking many rows: all at once, a range with Shift, and how many are ticked, said beside the buttons.

import { behave } from "./behave.js";

behave("[data-bulk]", (form) => {
  const boxes = () => [...form.querySelectorAll("input[type=checkbox][name]")].filter((box) => !box.closest("dialog"));
  const all = form.querySelector("[data-bulk-all]");
  const said = form.querySelector("[data-bulk-said]");
  const first = said?.textContent;
  let last = null;

  function tell() {
    const ticked = boxes().filter((box) => box.checked).length;
    if (all) {
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
    if (said) said.textContent = ticked ? `${ticked} ticked` : first;
    for (const place of document.querySelectorAll("[data-bulk-count]")) place.textContent = String(ticked);
    for (const button of form.querySelectorAll("[data-bulk-act]")) button.disabled = ticked === 0;
  }

  form.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes()) box.checked = all.checked;
    tell();
  });
  form.addEventListener("click", (event) => {
    const list = boxes();
    const at = list.indexOf(event.target);
    if (at < 0) return;
    if (event.shiftKey && last !== null) {
      for (const box of list.slice(Math.min(at, last), Math.max(at, last) + 1)) box.checked = event.target.checked;
      tell();
    }
    last = at;
  });
  tell();
});

// A refused act comes back with its dialog open, as it was typed.
behave("dialog[data-refused]", (dialog) => dialog.showModal());
