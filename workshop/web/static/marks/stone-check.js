// Stone by stone at the check: one tap says a stone is tight, the second that it moves, and the count follows.
// Nearest wins, since stones lie closer together than fingertips.

import { behave, icon } from "../behave.js";

const REACH = 30; // pixels
const ZOOMS = [1, 2, 3];

const STATES = ["", "tight", "moves"];

behave("[data-stone-check]", (box) => {
  const form = document.querySelector("form[data-quality]");
  const counted = form?.elements.stones;
  for (const view of box.querySelectorAll(".marking-view")) connect(view);
  show();
  form?.addEventListener("input", (event) => event.target.name?.startsWith("stone-") && show());

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

  function kept(stone) {
    return form?.elements.namedItem(`stone-${stone.dataset.stone}`);
  }

  /** Not looked at, tight, moves, and round again; kept with the shop like every tick. */
  function toggle(stone) {
    const field = stone && kept(stone);
    if (!field) return;
    field.value = STATES[(STATES.indexOf(field.value) + 1) % STATES.length];
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (!counted) return;
    counted.value = [...box.querySelectorAll("[data-stone]")].filter((one) => kept(one)?.value).length;
    counted.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function show() {
    const all = { tight: 0, moves: 0 };
    for (const stone of box.querySelectorAll("[data-stone]")) {
      const state = kept(stone)?.value ?? "";
      if (state) all[state] += 1;
      stone.dataset.state = state;
      stone.setAttribute("aria-checked", { tight: "true", moves: "mixed" }[state] ?? "false");
      stone.setAttribute("aria-label", `Stone ${stone.dataset.stone}${{ tight: ": tight", moves: ": moves" }[state] ?? ""}`);
    }
    box.querySelector("[data-stones-held]").textContent = all.tight;
    const loose = box.querySelector("[data-stones-loose]");
    loose.hidden = !all.moves;
    loose.querySelector("strong").textContent = all.moves;
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
