// Condition and stones on the picture: what a tap does. The picture is board.js, the pad pad.js, what is
// kept fields.js, what is seen around the picture parts.js.

import { freshKey } from "../behave.js";
import { createBoard } from "./board.js";
import { placeWords } from "./clock.js";
import { keep, readFields, snapshot } from "./fields.js";
import { ask } from "./pad.js";
import { build, isUsed, sentence } from "./parts.js";

const ZOOMS = [1, 2, 3];

export function connect(box) {
  const form = box.closest("form");
  const given = JSON.parse(box.dataset.marking);
  const state = { ...readFields(box, form), tool: "mark", zoom: 1, placing: null, pending: null, middle: null };
  const earlier = [];
  let pictures = given.pictures;
  let shown = (pictures.find((one) => isUsed(state, one.picture)) ?? pictures[0]).picture;

  const parts = build(box, given);
  const board = createBoard(parts.view, { tap, pick, move, drop: remove });
  parts.view.querySelector("img").addEventListener("load", draw);
  parts.bar.addEventListener("click", press);
  parts.list.addEventListener("click", pressList);
  parts.pictures.addEventListener("click", (event) => choose(event.target.closest("[data-picture]")?.dataset.picture));
  parts.before?.addEventListener("click", answerBefore);
  const leave = new AbortController(); // the page may replace this box; what it heard from the page ends then
  onPage("photo-added", addPhoto);
  onPage("photo-removed", loseTheirPlace);
  draw();

  function onPage(name, act) {
    document.body.addEventListener(name, (event) => (box.isConnected ? act(event.detail) : leave.abort()), { signal: leave.signal });
  }

  function addPhoto({ id, large }) {
    if (!id || pictures.some((one) => one.picture === id)) return;
    const count = pictures.filter((one) => one.isPhoto).length;
    const photo = { picture: id, url: large ?? `/photos/${id}/large`, words: `Photo ${count + 1}`, middles: [[0.5, 0.5]], isPhoto: true };
    pictures = [...pictures.slice(0, count), photo, ...pictures.slice(count)];
    if (!count && !isUsed(state, shown)) shown = id;
    draw();
  }

  /** What was seen on a photo that is taken back stays in words; its stones are counted again. */
  function loseTheirPlace({ id }) {
    pictures = pictures.filter((one) => one.picture !== id);
    if (shown === id) shown = pictures[0].picture;
    change(() => {
      for (const mark of state.marks) if (mark.picture === id) Object.assign(mark, { picture: "", x: null, y: null });
      state.stones = state.stones.filter((stone) => stone.picture !== id);
      delete state.frames[id];
    });
    earlier.length = 0;
    draw();
  }

  // ---- what a tap does -------------------------------------------------------------------------

  async function tap(point) {
    if (state.tool === "stone") return change(() => state.stones.push({ id: newId(), picture: shown, ...point }));
    if (state.tool === "twelve") return showTwelve(point);
    if (state.placing) return placeListed(point);
    state.pending = { picture: shown, ...point };
    draw();
    const answer = await ask(given.codes, { position: wordsAt(point) }, padTitle("What is it?"));
    state.pending = null;
    if (answer && answer !== "off") change(() => state.marks.push({ id: newId(), picture: shown, ...point, ...answer }));
    else draw();
  }

  function placeListed(point) {
    change(() => {
      const mark = find(state.placing);
      Object.assign(mark, point, { picture: shown, position: mark.position || wordsAt(point) });
      state.placing = null;
    });
  }

  function showTwelve(point) {
    const one = picture();
    if (one.isPhoto && !state.middle) {
      state.middle = point;
      return draw();
    }
    const [x, y] = state.middle ? [state.middle.x, state.middle.y] : one.middles[0];
    change(() => {
      const before = state.frames[shown];
      state.frames[shown] = { x, y, twelve_x: point.x, twelve_y: point.y };
      for (const mark of state.marks) {
        const isOurs = mark.picture === shown && mark.position === placeWords(mark, where(), before);
        if (isOurs) mark.position = wordsAt(mark); // what a person typed stays
      }
      state.tool = "mark";
      state.middle = null;
    });
  }

  async function pick(id) {
    const stone = state.stones.find((one) => one.id === id);
    if (stone && state.tool === "stone") return remove(id);
    if (stone) return undefined;
    const mark = find(id);
    const answer = await ask(given.codes, mark, padTitle(`${mark.number ? `${mark.number}: ` : ""}${given.words[mark.code]}`));
    if (answer === "off") remove(id);
    else if (answer) change(() => Object.assign(mark, answer));
    board.focusOn(id);
  }

  function move(id, point) {
    change(() => {
      const one = find(id) ?? state.stones.find((stone) => stone.id === id);
      const followed = "code" in one && one.position === wordsAt(one);
      Object.assign(one, point);
      if (followed) one.position = wordsAt(one);
    });
  }

  function remove(id) {
    change(() => {
      state.marks = state.marks.filter((mark) => mark.id !== id);
      state.stones = state.stones.filter((stone) => stone.id !== id);
    });
  }

  // ---- the buttons -----------------------------------------------------------------------------

  function press(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { tool, zoom } = button.dataset;
    if (tool) Object.assign(state, { tool: state.tool === tool ? "mark" : tool, middle: null, placing: null });
    if (zoom) {
      state.zoom = ZOOMS[(ZOOMS.indexOf(state.zoom) + 1) % ZOOMS.length];
      board.zoom(state.zoom);
    }
    if ("undo" in button.dataset) return undo();
    draw();
  }

  function pressList(event) {
    const row = event.target.closest("[data-id]");
    const button = event.target.closest("button");
    if (!row || !button) return;
    if ("drop" in button.dataset) remove(row.dataset.id);
    else if ("place" in button.dataset) { Object.assign(state, { placing: row.dataset.id, tool: "mark" }); draw(); }
    else pick(row.dataset.id);
  }

  function choose(name) {
    if (!name) return;
    shown = name;
    state.middle = null;
    draw();
  }

  function answerBefore(event) {
    const button = event.target.closest("[data-answer]");
    if (!button) return;
    const row = button.closest("[data-seen]");
    const mark = JSON.parse(row.dataset.seen);
    change(() => {
      state.seen[row.dataset.key] = button.dataset.answer;
      if (button.dataset.answer === "still") state.marks.push({ ...mark, id: newId() });
    });
  }

  // ---- what is kept ----------------------------------------------------------------------------

  function change(act) {
    const before = snapshot(state);
    act();
    earlier.push(before);
    keep(box, form, before, state);
    draw();
  }

  function undo() {
    const before = snapshot(state);
    Object.assign(state, earlier.pop());
    keep(box, form, before, state);
    draw();
  }

  // ---- what is seen ----------------------------------------------------------------------------

  function draw() {
    number(state.marks, given.suspicions);
    board.show(picture());
    board.draw(pointsOn(shown));
    parts.show({ state, pictures, shown, hint: hint(), undoable: earlier.length > 0, given });
  }

  function pointsOn(name) {
    const here = (one) => one.picture === name;
    const stones = state.stones.map((stone, at) => ({ ...stone, look: "stone", words: `Stone ${at + 1} of ${state.stones.length}` }));
    const marks = state.marks.filter((mark) => mark.number).map((mark) => ({
      ...mark, text: String(mark.number), words: `${mark.number}: ${sentence(mark, given.words)}`,
      look: `dot${given.suspicions.includes(mark.code) ? " doubt" : ""}${given.found ? " found" : ""}`,
    }));
    const frame = state.frames[name];
    const tappable = { stone: stones, mark: marks, twelve: [] }[state.tool];
    const extra = [...stones, ...marks].filter((one) => !tappable.includes(one)).map(({ id, ...point }) => point);
    if (frame) extra.push({ x: frame.twelve_x, y: frame.twelve_y, text: "12", look: "twelve", picture: name });
    if (state.middle) extra.push({ ...state.middle, text: "+", look: "cross", picture: name });
    if (state.pending) extra.push({ ...state.pending, text: "?", look: "dot pending" });
    return [...extra, ...tappable].filter(here);
  }

  function hint() {
    if (state.placing) return `Tap where it is: ${sentence(find(state.placing), given.words)}.`;
    if (state.tool === "stone") return "Tap every stone once. Tap a stone again to take it off.";
    if (state.tool !== "twelve") return "Tap the picture where you see something. Drag a number to move it.";
    return picture().isPhoto && !state.middle ? `Tap the middle of the ${given.middle}.` : `Now tap ${given.twelve}.`;
  }

  function padTitle(title) {
    return { title, suspicions: given.suspicions };
  }

  function picture() {
    return pictures.find((one) => one.picture === shown) ?? pictures[0];
  }

  function where() {
    return { middles: picture().middles, ratio: board.ratio() };
  }

  function wordsAt(point) {
    return placeWords(point, where(), state.frames[shown]);
  }

  function find(id) {
    return state.marks.find((mark) => mark.id === id);
  }
}

/** One numbering for what has a place, what only the shop may read last: as on every page and paper. */
function number(marks, suspicions) {
  let last = 0;
  for (const mark of marks) mark.number = 0;
  const order = [false, true].flatMap((doubt) => marks.filter((mark) => suspicions.includes(mark.code) === doubt));
  for (const mark of order) if (mark.picture) mark.number = ++last;
}

function newId() {
  return freshKey().slice(0, 8);
}
