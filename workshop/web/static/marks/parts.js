// What stands around the picture: the tools, the pictures to choose from, the numbered list, what was seen
// last time. Only drawn here; what a tap on them does is marking.js.

import { icon } from "../behave.js";

export function sentence(mark, words) {
  return [words[mark.code] ?? mark.code, mark.position, mark.note].filter(Boolean).join(", ");
}

export function isUsed(state, name) {
  return [...state.marks, ...state.stones].some((one) => one.picture === name);
}

export function build(box, given) {
  box.querySelector("[data-marking-plain]")?.remove();
  const bar = make("div", "marking-bar");
  const tools = [["mark", "flag", "Mark"], ...(given.stones ? [["stone", "diamond", "Stones"]] : []), ["twelve", "clock", given.twelveTool]]
    .map(([tool, iconName, words]) => button(words, iconName, { tool }));
  const zoom = button("1×", "zoom-in", { zoom: "1" });
  zoom.querySelector("span").before(Object.assign(make("span", "sr"), { textContent: "Zoom: " }));
  const undo = square("arrow-back-up", "Undo", { undo: "" });
  bar.append(...tools, undo, zoom);
  const hint = make("p", "marking-hint");
  hint.setAttribute("role", "status");
  const view = make("div", "marking-view");
  const pictures = make("div", "marking-pictures");
  pictures.setAttribute("role", "group");
  pictures.setAttribute("aria-label", "Pictures to mark on");
  const list = Object.assign(make("ul", "mark-list"));
  list.setAttribute("aria-label", "Marks");
  const before = given.before ? make("div", "marking-before") : null;
  const left = make("div", "marking-left");
  const right = make("div", "marking-right");
  left.append(hint, view, pictures);
  right.append(...(before ? [before] : []), list);
  const two = make("div", "marking-two");
  two.append(left, right);
  box.append(bar, two);
  box.dataset.ready = "";
  return { bar, view, list, pictures, before, show };

  function show({ state, pictures: all, shown, hint: words, undoable }) {
    for (const tool of tools) tool.setAttribute("aria-pressed", String(tool.dataset.tool === state.tool));
    const stones = tools.find((tool) => tool.dataset.tool === "stone");
    if (stones) stones.lastChild.textContent = state.stones.length ? `${state.stones.length} ${state.stones.length === 1 ? "stone" : "stones"}` : "Stones";
    zoom.lastChild.textContent = `${state.zoom}×`;
    undo.disabled = !undoable;
    sayStones(state.stones.length);
    hint.textContent = words;
    pictures.replaceChildren(...all.map((one) => thumb(one, one.picture === shown, isUsed(state, one.picture))));
    list.replaceChildren(...rows(state, given));
    before?.replaceChildren(...beforeRows(given.before, state, given.words));
  }
}

/** The count beside the list of stones: what was tapped counts, and a difference is said. */
function sayStones(tapped) {
  const place = document.querySelector("[data-stone-total]");
  if (!place) return;
  const listed = Number(place.dataset.listed);
  const differs = tapped && listed && tapped !== listed;
  place.textContent = tapped ? `${tapped} tapped on the picture` : `${listed} in all`;
  if (differs) place.textContent += `, but ${listed} in this list. Is one missing?`;
  place.classList.toggle("warn", Boolean(differs));
}

function rows(state, given) {
  const placed = state.marks.filter((mark) => mark.number).sort((one, other) => one.number - other.number);
  const all = [...placed, ...state.marks.filter((mark) => !mark.number)];
  if (!all.length) return [Object.assign(make("li", "quiet"), { textContent: "Nothing marked yet." })];
  return all.map((mark) => {
    const row = make("li");
    row.dataset.id = mark.id;
    const words = Object.assign(make("button", "mark-words"), { type: "button" });
    const badge = Object.assign(make("span", `mark-number${given.found ? " found" : ""}`), { textContent: mark.number || "–" });
    const code = Object.assign(make("small", "quiet"), { textContent: aside(mark.code, given) });
    words.append(badge, Object.assign(make("span"), { textContent: sentence(mark, given.words) }), code);
    row.append(words);
    if (!mark.number) row.append(button("Show where", "target-arrow", { place: "" }));
    const drop = square("x", `Take off: ${sentence(mark, given.words)}`, { drop: "" });
    row.append(drop);
    return row;
  });
}

function aside(code, { suspicions, codes }) {
  if (!codes.some(([, group]) => group.some(([one]) => one === code))) return `${code} · does not fit this piece`;
  return suspicions.includes(code) ? `${code} · shop only` : code;
}

function beforeRows(before, state, words) {
  const open = before.marks.map((mark, at) => [mark, String(at)]).filter(([, key]) => !state.seen[key]);
  if (!open.length) return [];
  const head = Object.assign(make("strong"), { textContent: `Seen last time, ${before.on}` });
  const list = make("ul");
  for (const [mark, key] of open) {
    const row = make("li");
    Object.assign(row.dataset, { seen: JSON.stringify(mark), key });
    row.append(Object.assign(make("span"), { textContent: sentence(mark, words) }),
      button("Still so", "check", { answer: "still" }), button("Gone", "x", { answer: "gone" }));
    list.append(row);
  }
  return [head, list];
}

function thumb({ picture, url, words }, isShown, isMarked) {
  const made = Object.assign(make("button", "marking-picture"), { type: "button" });
  made.dataset.picture = picture;
  made.setAttribute("aria-pressed", String(isShown));
  const image = Object.assign(new Image(), { src: url.replace(/\/large$/, "/thumb"), alt: "", loading: "lazy" });
  made.append(image, Object.assign(make("span"), { textContent: words }));
  if (isMarked) made.append(icon("flag"));
  return made;
}

function button(words, iconName, data) {
  const made = Object.assign(make("button", "act quiet"), { type: "button" });
  made.append(...(iconName ? [icon(iconName)] : []), Object.assign(make("span"), { textContent: words }));
  Object.assign(made.dataset, data);
  return made;
}

function square(iconName, words, data) {
  const made = Object.assign(make("button", "act quiet square"), { type: "button", title: words });
  made.append(icon(iconName));
  made.setAttribute("aria-label", words);
  Object.assign(made.dataset, data);
  return made;
}

function make(tag, className = "") {
  return Object.assign(document.createElement(tag), { className });
}
