// Values that have not reached the shop yet. Private mode and full disks refuse storage: then they
// live only as long as the page.

const PREFIX = "unsent:";

export function remembered(store) {
  try {
    return new Map(JSON.parse(localStorage.getItem(PREFIX + store) ?? "[]"));
  } catch {
    return new Map();
  }
}

export function remember(store, waiting) {
  try {
    localStorage.setItem(PREFIX + store, JSON.stringify([...waiting]));
  } catch {
    // Nothing to do: the value is still in the form and will be sent again from there.
  }
}

export function forget(store) {
  try {
    localStorage.removeItem(PREFIX + store);
  } catch {
    // Storage is off, so nothing was kept.
  }
}
