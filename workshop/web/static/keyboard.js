// The search box from the keyboard: "/" goes there from anywhere, arrows walk through the answers,
// Escape comes back, Enter opens the only answer or the whole page of them. A code typed by hand
// works like a scan.

import { behave } from "./behave.js";
import { announce, clean, inBurst, looksLikeCode } from "./scan.js";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || inBurst()) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]")) return;
  const box = document.querySelector("[data-search] input");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

behave("[data-search]", (form) => {
  const box = form.querySelector("input");
  const results = form.querySelector(".results");
  const hits = () => [...results.querySelectorAll("a[href], button")];
  // What stands there may still answer what was typed a moment ago; Enter never opens that.
  const answered = () => results.querySelector("[data-found]")?.dataset.found === box.value.trim();
  const open = (yes) => results.classList.toggle("open", yes && results.childElementCount > 0);
  let putAway = false; // with Escape: an answer still on its way does not open them again

  form.addEventListener("htmx:after:swap", () => {
    if (!box.value.trim()) results.replaceChildren();
    open(!putAway && form.contains(document.activeElement));
  });
  box.addEventListener("focus", () => open(true));
  box.addEventListener("input", () => {
    putAway = false;
    if (!box.value.trim()) open(false);
  });
  document.addEventListener("pointerdown", (event) => {
    if (!form.contains(event.target)) open(false);
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) open(false);
  });

  form.addEventListener("submit", (event) => {
    const code = clean(box.value);
    const found = named(code, answered() ? hits() : [], results.querySelectorAll(".hit"));
    if (code && !looksLikeCode(code) && found.length !== 1) return;
    event.preventDefault();
    if (!code) return;
    if (looksLikeCode(code)) announce(code, "keys");
    else found[0].click();
  });

  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (results.classList.contains("open")) event.preventDefault();
      box.focus();
      open(false);
      putAway = true;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      walk(event, [box, ...hits()]);
    }
  });
});

/** A ticket's number typed out means that ticket, though its customer is found with it; else the only one found. */
function named(code, hits, sections) {
  const ends = new RegExp(`/tickets/[A-Z]+-${code.replace(/^[A-Za-z]+-/, "").replace(/-\d+$/, "")}(#|$)`);
  const exact = /^([A-Za-z]+-)?\d+(-\d+)?$/.test(code) ? hits.filter((hit) => ends.test(hit.href ?? "")) : [];
  if (exact.length) return exact.slice(0, 1);
  return sections.length === 1 ? hits.slice(0, 1) : hits;
}

function walk(event, stops) {
  const at = stops.indexOf(document.activeElement);
  if (at < 0 || stops.length < 2) return;
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  stops[Math.min(Math.max(next, 0), stops.length - 1)].focus();
}
