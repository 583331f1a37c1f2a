// What is kept of the points: a hidden field for each in the form around them (`point-…` a mark, `spot-…` a
// stone, `frame-…` a hallmark, `seen-…` an answer). Where the form saves itself, each tap is saved at once,
// waits when the line is down and comes back; two tablets on one piece lose nothing. Elsewhere the fields
// simply go with the form.

import { remembered } from "../unsent.js";

const NAME = /^(point|spot|frame|seen)-(.+)$/;

export function readFields(box, form) {
  putBackUnsent(box, form);
  const kept = { marks: [], stones: [], frames: {}, seen: {} };
  for (const field of box.querySelectorAll('input[type="hidden"]')) {
    const [, kind, id] = NAME.exec(field.name) ?? [];
    if (!kind || !field.value) continue;
    if (kind === "seen") kept.seen[id] = field.value;
    else if (kind === "frame") kept.frames[id] = JSON.parse(field.value);
    else kept[kind === "point" ? "marks" : "stones"].push({ ...JSON.parse(field.value), id });
  }
  return kept;
}

/** What this tablet could not send before it was closed is on its way again, and is shown. */
function putBackUnsent(box, form) {
  const store = form.dataset.autosaveKey ?? form.dataset.autosaveUrl;
  if (!store) return;
  for (const [name, { values }] of remembered(store)) {
    if (NAME.test(name)) fieldOf(box, form, name).value = values[0];
  }
}

function fieldOf(box, form, name) {
  const input = () => Object.assign(document.createElement("input"), { type: "hidden", name });
  return form.elements.namedItem(name) ?? box.appendChild(input());
}

export function snapshot({ marks, stones, frames, seen }) {
  return structuredClone({ marks, stones, frames, seen });
}

export function keep(box, form, before, after) {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const value = now.get(name) ?? "";
    if (value === (old.get(name) ?? "")) continue;
    const field = fieldOf(box, form, name);
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function fieldsOf({ marks, stones, frames, seen }) {
  const fields = new Map();
  for (const { id, code, position, note, picture, x, y } of marks) {
    fields.set(`point-${id}`, JSON.stringify({ code, position, note, picture, x, y }));
  }
  for (const { id, picture, x, y } of stones) fields.set(`spot-${id}`, JSON.stringify({ picture, x, y }));
  for (const [name, frame] of Object.entries(frames)) fields.set(`frame-${name}`, JSON.stringify(frame));
  for (const [key, answer] of Object.entries(seen)) fields.set(`seen-${key}`, answer);
  return fields;
}
