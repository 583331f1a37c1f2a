// A store of this tablet in IndexedDB, which survives a browser that is killed (localStorage is written to disk
// seconds later).

/** Gives `within(mode, act)`: one transaction, through to the disk before it is done; `null` where there is no storage. */
export function tabletStore(database, store, options) {
  let opened;
  const open = () => {
    opened ??= new Promise((done, fail) => {
      const request = indexedDB.open(database, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(store, options);
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
      request.onblocked = () => fail(new Error("blocked"));
    });
    return opened;
  };
  return async (mode, act) => {
    try {
      const transaction = (await open()).transaction(store, mode, { durability: "strict" });
      return await new Promise((done, fail) => {
        const asked = act(transaction.objectStore(store)) ?? true;
        transaction.oncomplete = () => done(asked);
        transaction.onabort = transaction.onerror = () => fail(transaction.error);
      });
    } catch {
      return null;
    }
  };
}
