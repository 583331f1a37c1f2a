// Scans on their way to the shop, in the order they were read, kept in IndexedDB until the shop has answered:
// a tablet that dies, a page that is left and a line that is down lose none. Where storage is refused they
// live as long as the page. Nothing here names a customer; a badge goes as soon as it was answered.

import { tabletStore } from "./tablet-store.js";

const memory = new Map();
let last = 0;
const within = tabletStore("workshop-scans", "scans", { keyPath: "at" });

/** A place in the line: later than every one before, also after a reload and where a clock goes back. */
export function nextPlace() {
  last = Math.max(last + 1, Date.now() * 100);
  return last;
}

export async function keep(entry) {
  memory.set(entry.at, entry);
  return (await within("readwrite", (scans) => scans.put(entry))) !== null;
}

export async function drop(entry) {
  memory.delete(entry.at);
  await within("readwrite", (scans) => scans.delete(entry.at));
}

/** What waits on this tablet, oldest first. */
export async function waiting() {
  const kept = await within("readonly", (scans) => scans.getAll());
  const all = new Map((kept?.result ?? []).map((entry) => [entry.at, entry]));
  for (const [at, entry] of memory) all.set(at, entry);
  const line = [...all.values()].sort((one, other) => one.at - other.at);
  last = Math.max(last, line.at(-1)?.at ?? 0);
  return line;
}
