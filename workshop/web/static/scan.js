// A scanner is a keyboard that types very fast and ends with Enter (some with Tab). A burst like that
// is a scan wherever the focus is. Inside a box the burst counts only when it also reads like one of
// our codes, and then the box gets back what it held before. `data-scan-here` on a box (a serial
// number, say) leaves its scans alone.
//
// Answers by a cancelable `scan` event on document, detail {code, from}. Not prevented: a form
// `[data-scan-target]` of this page takes what is no card (a badge only with `data-takes-badge`), else the station does (station.js).

import { isCode, kindOf, tidy } from "./scan-grammar.js";
import { scanned } from "./station.js";

const around = JSON.parse(document.querySelector('meta[name="station"]')?.content || "{}");
const GAP = 60; // ms between two keys of a scanner; people rarely type four letters that fast
const LOOSE_GAP = 3_000; // where no box has the focus nobody types words, so slow scanners and busy pages get time
const CODE = 18; // signs of a whole code
const SHORTEST = 4;

let keys = [];
let last = 0;
let box = null;

/** Is a scanner typing right now? Keyboard shortcuts hold still meanwhile. */
export function inBurst() {
  return keys.length > 2 && performance.now() - last < 2 * GAP;
}

/** Our links, HR-24817, 24817-1, ACT:START, and bare codes with a digit in them; not phone numbers. */
export function looksLikeCode(text) {
  return isCode(tidy(text)) || /^https?:\/\/\S+$/i.test(text)
    || /^[A-Z]{1,8}[-:][A-Z0-9][A-Z0-9:-]*$/.test(text)
    || /^\d{3,8}-\d{1,2}$/.test(text)
    || (/^[0-9A-Z]{8,26}$/.test(text) && /\d/.test(text) && /[A-Z]/.test(text));
}

/** Without what scanners put around a code: the symbology mark (]Q3), control signs, spaces, the shop's own signs. */
export function clean(text) {
  const bare = text.replace(/[\u0000-\u001f\u007f]/g, "").replace(/^\][A-Za-z]\d/, "").trim();
  const { prefix = "", suffix = "" } = around;
  const after = prefix && bare.toUpperCase().startsWith(prefix.toUpperCase()) ? bare.slice(prefix.length) : bare;
  const ends = suffix && after.toUpperCase().endsWith(suffix.toUpperCase());
  return (ends ? after.slice(0, -suffix.length) : after).replace(/^\][A-Za-z]\d/, "").trim();
}

export function announce(code, from) {
  const event = new CustomEvent("scan", { cancelable: true, detail: { code, from } });
  if (!document.dispatchEvent(event)) return;
  const form = document.querySelector("form[data-scan-target]:not([data-station])");
  if (!form || kindOf(code) === "action") return scanned(code);
  if (kindOf(code) === "badge" && !("takesBadge" in form.dataset)) return scanned(code);
  form.elements.code.value = code;
  form.requestSubmit();
}

document.addEventListener("keydown", (event) => {
  // The event's own time: a busy page hears keys late but not in another rhythm.
  const at = event.timeStamp;
  const here = editable(document.activeElement);
  if (at - last > LOOSE_GAP || box !== here) keys = [];
  box = here;
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    keys.push({ key: event.key, at, value: box?.value ?? "" });
    last = at;
  } else if ((event.key === "Enter" || event.key === "Tab") && keys.length >= SHORTEST) {
    finish(event);
  }
}, true);

function editable(element) {
  return element?.matches?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]") ? element : null;
}

function finish(event) {
  const burst = keys;
  keys = [];
  const read = (box ? [burst, tight(burst)] : [burst]).find((run) => isScan(run, textOf(run)));
  if (!read) return;
  // Enter would press the focused button or send the form, Tab would walk away.
  event.preventDefault();
  event.stopImmediatePropagation();
  if (box) giveBack(box, read[0].value);
  announce(box ? textOf(read) : whole(textOf(read)), "keys");
}

/** A key that was brushed before the scan is no part of it. */
function whole(text) {
  const end = text.slice(-CODE);
  return isCode(tidy(end)) ? end : text;
}

const textOf = (run) => clean(run.map(({ key }) => key).join(""));

/** The last keys that came as fast as only a scanner types. */
function tight(burst) {
  const slow = burst.findLastIndex(({ at }, place) => place > 0 && at - burst[place - 1].at > GAP);
  return slow < 0 ? burst : burst.slice(slow);
}

/** Where no box has the focus any burst; in a box what reads like a code; slower typing only a whole code or card. */
function isScan(run, code) {
  if (code.length < SHORTEST) return false;
  if (!box) return true;
  if (!belongsToUs(box, code)) return false;
  return tight(run).length === run.length || isCode(tidy(code)) || kindOf(code) === "action";
}

function belongsToUs(focused, code) {
  return looksLikeCode(code) && !("scanHere" in focused.dataset) && focused.type !== "password";
}

function giveBack(focused, before) {
  if (focused.matches("select, [contenteditable]")) return;
  focused.value = before;
  focused.dispatchEvent(new Event("input", { bubbles: true }));
}
