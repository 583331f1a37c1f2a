// Stone by stone at the check: each tap on a stone says it holds, and the count follows. Nearest wins,
// since stones lie closer together than fingertips.

import { behave, icon } from "../behave.js";

const REACH = 30; // pixels
const ZOOMS = [1, 2, 3];

behave("[data-stone-check]", (box) => {
  const counted = document.querySelector("input[name=stones]");
  for (const view of box.querySelectorAll(".marking-view")) connect(view);

  function connect(view) {
    const frame = view.querySelector(".marked-frame");
    const image = frame.querySelector("img");
    const fit = () => image.naturalHeight && frame.style.setProperty("--ratio", String(image.naturalWidth / image.naturalHeight));
    image.addEventListener("load", fit);
    fit();
    view.before(zoomButton(view, frame));
    const dots = frame.querySelector(".dots");
    dots.addEventListener("click", (event) => toggle(nearest(dots, event)));
    dots.addEventListener("keydown", (event) => {
      const stone = event.target.closest("[data-stone]");
      if (!stone || ![" ", "Enter"].includes(event.key)) return;
      event.preventDefault();
      toggle(stone);
    });
  }

  function toggle(stone) {
    if (!stone) return;
    stone.setAttribute("aria-checked", String(stone.getAttribute("aria-checked") !== "true"));
    const held = box.querySelectorAll('[data-stone][aria-checked="true"]').length;
    box.querySelector("[data-stones-held]").textContent = held;
    if (!counted) return;
    counted.value = held;
    counted.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

function nearest(dots, { clientX, clientY }) {
  let best = null;
  let least = REACH;
  for (const stone of dots.querySelectorAll("[data-stone]")) {
    const box = stone.querySelector(".disc").getBoundingClientRect();
    const away = Math.hypot(box.x + box.width / 2 - clientX, box.y + box.height / 2 - clientY);
    if (away < least) [best, least] = [stone, away];
  }
  return best;
}

function zoomButton(view, frame) {
  let at = 0;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "act quiet zoom" });
  const words = Object.assign(document.createElement("span"), { textContent: "1×" });
  const before = Object.assign(document.createElement("span"), { className: "sr", textContent: "Zoom: " });
  button.append(icon("zoom-in"), before, words);
  button.addEventListener("click", () => {
    at = (at + 1) % ZOOMS.length;
    words.textContent = `${ZOOMS[at]}×`;
    frame.style.setProperty("--zoom", String(ZOOMS[at]));
    view.scrollTo((frame.offsetWidth - view.clientWidth) / 2, (frame.offsetHeight - view.clientHeight) / 2);
  });
  return button;
}
