// What a station shows: the answer to the last scan along the bottom, and above it what is going on.

import { icon } from "./behave.js";
import { cardWords } from "./scan-grammar.js";
import { play } from "./sound.js";
import { nameOf } from "./station-names.js";

const TONES = { done: "green", switched: "green", asks: "violet", refused: "danger", kept: "warn" };
const SIGNS = { done: "circle-check", switched: "user", asks: "info-circle", refused: "alert-circle", kept: "wifi-off" };
const SOUNDS = { done: "ok", switched: "ok", asks: "attention", refused: "refused", kept: "ok" };
const GOES_BY = 8_000; // ms a good answer stays where it covers something else
let goes = 0;

function strip() {
  let box = document.querySelector("#scan-answer");
  if (!box) {
    box = Object.assign(document.createElement("div"), { id: "scan-answer", hidden: true });
    box.setAttribute("role", "status");
    box.setAttribute("aria-live", "assertive");
    document.body.append(box);
  }
  return box;
}

export function showAnswer(said) {
  clearTimeout(goes);
  const box = strip();
  const isBench = document.documentElement.classList.contains("bench");
  box.className = `scan-answer tone-${said.tone ?? TONES[said.outcome]}`;
  box.dataset.outcome = said.outcome;
  box.replaceChildren(icon(said.icon ?? SIGNS[said.outcome]), Object.assign(document.createElement("span"), { textContent: said.words }));
  for (const { code, words } of said.offers ?? []) box.append(cardButton(code, words, said.in_hand));
  for (const [href, words] of said.links ?? []) box.append(Object.assign(document.createElement("a"), { href, textContent: words, className: "act quiet" }));
  if (said.undo) box.append(cardButton("A-UNDO", "Undo", ""));
  box.classList.toggle("many-offers", (said.offers ?? []).length > 2);
  box.hidden = false;
  if (!isBench) box.append(closeButton(box));
  play(said.sound ?? SOUNDS[said.outcome]);
  if (!isBench && ["done", "switched"].includes(said.outcome)) goes = setTimeout(() => { box.hidden = true; }, GOES_BY);
}

function cardButton(code, words, about) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "act quiet", textContent: words });
  button.dataset.card = code;
  button.dataset.about = about;
  return button;
}

function closeButton(box) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "act quiet square" });
  button.setAttribute("aria-label", "Put away");
  button.append(icon("x"));
  button.addEventListener("click", () => { box.hidden = true; });
  return button;
}

export function showWaiting({ kept, many, inHand, lost }) {
  let box = document.querySelector("#station");
  if (!box) {
    box = Object.assign(document.createElement("div"), { id: "station", className: "station" });
    box.setAttribute("role", "status");
    const bench = document.querySelector("html.bench #scan-line");
    bench ? bench.after(box) : document.body.append(box);
  }
  const parts = [];
  if (many) parts.push(manyLine(many));
  if (kept) parts.push(line("wifi-off", `${kept} waiting to be sent`, "kept"));
  else if (lost) parts.push(line("wifi-off", "No connection to the shop", "kept"));
  if (inHand && !many) parts.push(line("hand-finger", `In hand: ${inHand}`, "held"));
  box.replaceChildren(...parts);
  document.documentElement.classList.toggle("is-many", Boolean(many));
}

function line(sign, words, kind) {
  const box = Object.assign(document.createElement("p"), { className: `station-line ${kind}` });
  box.append(icon(sign), words);
  return box;
}

function manyLine(many) {
  const refused = many.refused ? `, ${many.refused} refused` : "";
  const box = line("stack-2", `${cardWords(many.code)} for many · ${many.done ?? 0} done${refused}`, "many");
  const end = Object.assign(document.createElement("button"), { type: "button", className: "act quiet", textContent: "End" });
  end.dataset.endMany = "";
  box.append(end);
  return box;
}

/** `START · E0ABC… · 14:02`, in the list of what waits. */
export function keptLine({ code, in_hand: about, badge, scanned_at: at }) {
  const words = badge ? "Badge" : [cardWords(code), about && nameOf(about)].filter(Boolean).join(" · ");
  const time = new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  return Object.assign(document.createElement("li"), { textContent: `${words} · ${time}` });
}
