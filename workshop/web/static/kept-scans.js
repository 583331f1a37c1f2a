// Scans on their way to the shop, in the order they were read, kept in IndexedDB until the shop has answered:
// a tablet that dies, a page that is left and a line that is down lose none. Where storage is refused they
// live as long as the page. Nothing here names a customer; a badge goes as soon as it was answered.

const memory = new Map();
let last = 0;
let opened;

function open() {
  opened ??= new Promise((done, fail) => {
    const request = indexedDB.open("workshop-scans", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("scans", { keyPath: "at" });
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
    request.onblocked = () => fail(new Error("blocked"));
  });
  return opened;
}

async function within(mode, act) {
  try {
    const database = await open();
    return await new Promise((done, fail) => {
      const transaction = database.transaction("scans", mode, { durability: "strict" });
      const asked = act(transaction.objectStore("scans"));
      transaction.oncomplete = () => done(asked?.result ?? true);
      transaction.onabort = transaction.onerror = () => fail(transaction.error);
    });
  } catch {
    return null;
  }
}

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
  const all = new Map((Array.isArray(kept) ? kept : []).map((entry) => [entry.at, entry]));
  for (const [at, entry] of memory) all.set(at, entry);
  const line = [...all.values()].sort((one, other) => one.at - other.at);
  last = Math.max(last, line.at(-1)?.at ?? 0);
  return line;
}
