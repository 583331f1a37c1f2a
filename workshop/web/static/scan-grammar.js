// The shape of our codes, known on the tablet too: what was scanned, and whether a sign slipped.

import { nameOf } from "./station-names.js";

const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
const KINDS = { E: "envelope", B: "badge", L: "place", V: "vendor" };
const LENGTH = 18;
const CARD = /^A-(START|DONE|FOUND|PARTS|BACK|VENDOR|PASS|ASK|GIVE|UNDO|CLEAR|(HOLD|FAIL)(-[A-Z0-9-]+)?)$/;
export const ONE_BY_ONE = ["A-FOUND", "A-PARTS", "A-HOLD", "A-PASS", "A-FAIL", "A-ASK", "A-GIVE"];

// Cards that ask something back: nothing of them can be kept for later.
export const NEEDS_SHOP = ["A-FOUND", "A-PARTS", "A-PASS", "A-FAIL", "A-HOLD", "A-VENDOR"];

/** As the shop reads it: no blanks, all capitals. */
export function tidy(text) {
  return text.replace(/\s+/g, "").toUpperCase();
}

function checkSign(body) {
  const total = [...body].reduce((sum, sign, place) => sum + (place + 2) * SYMBOLS.indexOf(sign), 0);
  return SYMBOLS[total % 37].replace("*", "$");
}

/** A whole code of ours whose check sign fits. */
export function isCode(code) {
  return code.length === LENGTH && code[0] in KINDS && [...code.slice(1, -1)].every((sign) => SIGNS.includes(sign))
    && checkSign(code.slice(0, -1)) === code.at(-1);
}

/** action, envelope, badge, place, vendor, number, claim, slip or other. */
export function kindOf(text) {
  const code = tidy(text);
  if (CARD.test(code)) return "action";
  if (isCode(code)) return KINDS[code[0]];
  if (/\/T\/[0-9A-Z]{20,}$/.test(code)) return "claim";
  if (/^([A-Z]{1,6}-)?\d{3,8}-\d{1,2}$/.test(code)) return "number";
  return /^[EBLV][0-9A-Z]{16}[0-9A-Z$]$/.test(code) ? "slip" : "other";
}

/** `HOLD PART` of A-HOLD-PART: what the card says. */
export function cardWords(code) {
  if (kindOf(code) === "action") return { "A-PASS": "QC PASS", "A-FAIL": "QC FAIL", "A-CLEAR": "PUT DOWN" }[code] ?? code.slice(2).replaceAll("-", " ");
  return kindOf(code) === "vendor" ? `Packing for ${nameOf(code, "this vendor")}` : nameOf(code, "This place");
}
