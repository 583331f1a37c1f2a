// What was typed and has not reached the shop yet, kept on this tablet: in IndexedDB, which survives a
// browser that is killed (localStorage is written to disk seconds later). Only what is unsent, never a
// whole form; gone as soon as the shop has it, when somebody signs out, and after a day in any case.
// Where storage is refused (private mode, full disk) values live only as long as the page.

import { tabletStore } from "./tablet-store.js";

const A_DAY = 24 * 60 * 60 * 1000;
const mirror = new Map(); // store → Map of name → entry, what this page knows without asking
const within = tabletStore("workshop-unsent", "typed");

/** What waits for this form, by name: {values, base, tab, at}. What is older than a day is thrown away. */
export async function recall(store) {
  const asked = await within("readonly", (typed) => ({ keys: typed.getAllKeys(), values: typed.getAll() }));
  const found = new Map();
  const old = [];
  asked?.keys.result.forEach((key, at) => {
    const entry = asked.values.result[at];
    if (Date.now() - entry.at > A_DAY) old.push(key);
    else if (key[0] === store) found.set(key[1], entry);
  });
  if (old.length) await within("readwrite", (typed) => { old.forEach((key) => typed.delete(key)); });
  mirror.set(store, new Map([...found, ...(mirror.get(store) ?? [])]));
  return found;
}

/** Without waiting for the disk: what is known here to be unsent. */
export function remembered(store) {
  return mirror.get(store) ?? new Map();
}

/** Keep entries (Map of name → entry). Gives true once they are on the disk. */
export async function remember(store, entries) {
  const known = mirror.get(store) ?? mirror.set(store, new Map()).get(store);
  for (const [name, entry] of entries) known.set(name, entry);
  const kept = await within("readwrite", (typed) => {
    for (const [name, entry] of entries) typed.put(entry, [store, name]);
  });
  return kept !== null;
}

/** Forget names that the shop has, unless something newer was typed into them meanwhile. */
export async function forget(store, names) {
  const known = mirror.get(store);
  for (const name of names) known?.delete(name);
  await within("readwrite", (typed) => { for (const name of names) typed.delete([store, name]); });
}

/** Somebody signs out: nothing typed stays on this tablet. */
export async function forgetAll() {
  mirror.clear();
  await within("readwrite", (typed) => typed.clear());
}
