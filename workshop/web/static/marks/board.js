// One picture with its points: tapping, dragging, arrow keys, zoom. It knows nothing of codes.
// Points are SVG circles at percentages of the picture, so they keep their size at every zoom.

const SVG = "http://www.w3.org/2000/svg";
const TAP = 6; // pixels a finger may tremble before it drags
const STEP = 0.01;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** `on`: tap(point), pick(id), move(id, point), drop(id). */
export function createBoard(view, on) {
  const frame = make("div", "marked-frame");
  const image = Object.assign(make("img"), { alt: "", draggable: false });
  const dots = shape("svg", { class: "dots", tabindex: 0, role: "group" });
  frame.append(image, dots);
  view.append(frame);
  let cross = null; // the keyboard's own pointer
  let drag = null;
  let focus = { x: 0.5, y: 0.5 };
  let dropClick = false;

  image.addEventListener("load", () => frame.style.setProperty("--ratio", String(ratio())));
  dots.addEventListener("click", (event) => {
    if (dropClick) { dropClick = false; return; }
    const id = event.target.closest("[data-id]")?.dataset.id;
    if (id) on.pick(id);
    else tapAt(pointAt(event));
  });
  dots.addEventListener("pointerdown", (event) => {
    dropClick = false;
    const group = event.target.closest("[data-id]");
    if (!group || event.button) return;
    group.setPointerCapture(event.pointerId);
    drag = { group, x: event.clientX, y: event.clientY, isMoving: false };
  });
  dots.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.isMoving ||= Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > TAP;
    if (drag.isMoving) place(drag.group, pointAt(event));
  });
  dots.addEventListener("pointerup", (event) => {
    if (drag?.isMoving) {
      dropClick = true; // the click that follows is the end of the drag
      on.move(drag.group.dataset.id, pointAt(event));
    }
    drag = null;
  });
  dots.addEventListener("pointercancel", () => { drag = null; });
  dots.addEventListener("keydown", (event) => {
    const id = event.target.closest("[data-id]")?.dataset.id;
    if (event.key in ARROWS) id ? nudge(event, id) : moveCross(event);
    else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (id) on.pick(id);
      else if (cross) tapAt(cross);
    } else if (id && (event.key === "Delete" || event.key === "Backspace")) on.drop(id);
    else return;
    event.preventDefault();
  });
  dots.addEventListener("blur", () => { cross = null; dots.querySelector(".cross")?.remove(); });

  return { show, draw, zoom, ratio, focusOn: (id) => dots.querySelector(`[data-id="${id}"]`)?.focus() };

  function show({ url, words }) {
    if (image.getAttribute("src") !== url) image.src = url;
    image.alt = words;
    dots.setAttribute("aria-label", `${words}. Arrow keys move a cross, Enter marks there.`);
  }

  /** `points`: { id, x, y, text, words, look } */
  function draw(points) {
    const focused = dots.contains(document.activeElement) ? document.activeElement.dataset?.id : null;
    dots.replaceChildren(...points.map(dot));
    if (focused) dots.querySelector(`[data-id="${focused}"]`)?.focus();
  }

  function zoom(times) {
    frame.style.setProperty("--zoom", String(times));
    view.scrollTo(focus.x * frame.offsetWidth - view.clientWidth / 2, focus.y * frame.offsetHeight - view.clientHeight / 2);
  }

  function ratio() {
    return image.naturalWidth && image.naturalHeight ? image.naturalWidth / image.naturalHeight : 4 / 3;
  }

  function tapAt(point) {
    focus = point;
    on.tap(point);
  }

  function pointAt({ clientX, clientY }) {
    const box = dots.getBoundingClientRect();
    return { x: share((clientX - box.left) / box.width), y: share((clientY - box.top) / box.height) };
  }

  function nudge(event, id) {
    const [across, down] = ARROWS[event.key];
    const group = event.target.closest("[data-id]");
    const by = event.shiftKey ? STEP * 5 : STEP;
    on.move(id, { x: share(Number(group.dataset.x) + across * by), y: share(Number(group.dataset.y) + down * by) });
  }

  function moveCross(event) {
    const [across, down] = ARROWS[event.key];
    const by = event.shiftKey ? STEP * 8 : STEP * 2;
    cross = { x: share((cross?.x ?? 0.5) + across * by), y: share((cross?.y ?? 0.5) + down * by) };
    dots.querySelector(".cross")?.remove();
    dots.append(dot({ ...cross, text: "+", look: "cross", words: "" }));
  }

  /** Without an id it is only to be seen: taps go through it. */
  function dot({ id, x, y, text, words, look }) {
    const isStone = look === "stone"; // they lie close together
    const group = shape("g", { class: look, "data-x": x, "data-y": y });
    if (id) {
      for (const [name, value] of Object.entries({ "data-id": id, tabindex: 0, role: "button", "aria-label": words })) {
        group.setAttribute(name, value);
      }
      group.append(shape("circle", { class: "reach", r: isStone ? 12 : 22 }));
    }
    group.append(shape("circle", { class: "disc", r: isStone ? 8 : 13 }));
    if (text) group.append(Object.assign(shape("text", { dy: "0.36em" }), { textContent: text }));
    place(group, { x, y });
    return group;
  }
}

function place(group, { x, y }) {
  for (const part of group.children) {
    const [across, down] = part.tagName === "text" ? ["x", "y"] : ["cx", "cy"];
    part.setAttribute(across, `${x * 100}%`);
    part.setAttribute(down, `${y * 100}%`);
  }
}

function share(value) {
  return Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
}

function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function make(tag, className) {
  return Object.assign(document.createElement(tag), { className });
}
