// What this tablet has learned of names: what a place, a vendor or an envelope is called that has this code. Without
// the shop a person reads a number and a box, not eighteen signs. Nothing here names a customer; gone at sign-out.

const KEPT = "station-names";
const MOST = 600;

function all() {
  try { return JSON.parse(localStorage.getItem(KEPT) ?? "{}"); } catch { return {}; }
}

/** Remember names by code; the newest are kept. */
export function learn(names) {
  const fresh = Object.entries(names).filter(([code, name]) => code && name);
  if (!fresh.length) return;
  const known = all();
  for (const [code, name] of fresh) {
    delete known[code];
    known[code] = name;
  }
  try { localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(Object.entries(known).slice(-MOST)))); } catch { /* full: codes are read instead */ }
}

/** `safe tray`, `HR-24811-1`; the code itself where it was never heard. */
export function nameOf(code, otherwise = code) {
  return all()[code] ?? otherwise;
}

/** The pages of the bench say them: places and vendors on the scan line, envelopes in the queue. */
export function learnFromPage() {
  const line = document.querySelector("[data-names]");
  if (line) learn(JSON.parse(line.dataset.names));
  const rows = [...document.querySelectorAll("#queue [data-key] a[href^='/bench/'], #queue a[data-key][href^='/bench/']")];
  learn(Object.fromEntries(rows.map((link) => [link.getAttribute("href").split("/").pop(), link.closest("[data-key]").dataset.key])));
}

document.addEventListener("signing-out", () => localStorage.removeItem(KEPT));
