// Saves each field as it is typed, keystroke by keystroke: while one request is on its way what is typed
// gathers for the next. Meanwhile it waits on this tablet (unsent.js), goes out when the line is back, and
// comes back into the form when the page is reopened. A field typed on another tablet since this page was
// made is not overwritten: both typings are shown and a person chooses (elsewhere.js).

import { freshKey, refusal, send, timeNow } from "./behave.js";
import { showElsewhere } from "./elsewhere.js";
import { complain, fieldsOf, isSaved, isTouched, putBack, valuesOf } from "./fields.js";
import { forget, recall, remember } from "./unsent.js";

const LONGEST_WAIT = 30_000;
const PATIENCE = 20_000;

export function connect(form) {
  const url = form.dataset.autosaveUrl;
  const store = form.dataset.autosaveKey ?? url;
  const tab = freshKey();
  const waiting = new Map(); // name → {values, base, tab, at, insist}: not with the shop yet
  const typed = new Map(); // name → {values, version}: this page's own typing, newer than an older answer
  const odd = new Map(); // name → what is odd about it, said once the field is left
  let typings = 0;
  let busy = null;
  let wait = 2_000;
  let later = 0;
  let signedOut = false;
  let isKept = false;

  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "_tab", value: tab }));
  form.addEventListener("input", (event) => note(event.target));
  form.addEventListener("change", (event) => { note(event.target); sayOddity(event.target.name); });
  form.addEventListener("submit", submitSaved, true);
  document.addEventListener("htmx:after:swap", keepTyped);
  document.addEventListener("signing-out", (event) => event.detail.push(flush()));
  window.addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  window.addEventListener("pagehide", leave);
  bringBack();
  // Somebody types faster than this file arrives: what differs from the page as it came is noted too.
  for (const field of form.elements) if (isTouched(field)) note(field);

  function note(field) {
    if (!isSaved(field)) return;
    const values = valuesOf(form, field.name);
    if (String(values) === String((waiting.get(field.name) ?? typed.get(field.name))?.values)) return;
    const before = waiting.get(field.name);
    keep(field.name, { values, base: before?.tab === tab ? before.base : baseNow(), tab, at: Date.now() });
  }

  function keep(name, typing) {
    const entry = { ...typing, order: (typings += 1) };
    waiting.set(name, entry);
    typed.set(name, { values: entry.values, version: Infinity });
    say("saving", "Saving…");
    remember(store, [[name, entry]]).then((kept) => { isKept = kept; });
    flush();
  }

  /** The version of what this page shows; an answer of a tap brings a newer one. */
  function baseNow() {
    return form.elements.namedItem("_base")?.value ?? "";
  }

  /** What waited on this tablet when the page was closed goes out first. It may be older than what arrived. */
  async function bringBack() {
    const kept = [...await recall(store)].filter(([name]) => !waiting.has(name));
    if (!kept.length) return;
    for (const [name, entry] of kept) waiting.set(name, entry);
    await flush();
    const back = kept.filter(([name, entry]) => waiting.get(name) === entry || typed.get(name)?.values === entry.values);
    for (const [name, { values }] of back) putBack(form, name, values);
    // Points on a picture have no box of their own: the page shows them when it is read again.
    if (back.some(([name]) => !fieldsOf(form, name).length) && !waiting.size) location.reload();
  }

  function flush() {
    clearTimeout(later);
    busy ??= sendAll().finally(() => { busy = null; });
    return busy;
  }

  async function sendAll() {
    while (waiting.size && form.isConnected) {
      if (!(await sendSome(nextBatch()))) return tryLater();
    }
    wait = 2_000;
  }

  /** Everything that waits and knew the same version of the form. */
  function nextBatch() {
    const [, first] = waiting.entries().next().value;
    return [...waiting].filter(([, one]) => one.base === first.base && one.tab === first.tab && one.insist === first.insist);
  }

  /** True when the server has spoken, be it yes or no; false when it must be tried again. */
  async function sendSome(batch) {
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await send(url, bodyOf(batch), { signal }).catch(() => null);
    signedOut = response?.status === 401;
    if (!response || response.status >= 500 || [401, 403, 408, 429].includes(response.status)) return false;
    if (!response.ok && response.status !== 422) return letGo(batch, await refusal(response));
    const told = await response.json().catch(() => ({}));
    settle(batch, response.ok ? told : asRefused(told, batch));
    return true;
  }

  /** A plain refusal names the fields that are wrong; one that names none of ours is about all of them. */
  function asRefused(told, batch) {
    if (told.refused) return told;
    const named = batch.filter(([name]) => told.errors?.[name]);
    const refused = Object.fromEntries((named.length ? named : batch).map(([name]) => [name, told.errors?.[name] ?? told.detail]));
    return { refused, held: batch.filter(([name]) => !(name in refused)).map(([name]) => name) };
  }

  function settle(batch, { version, errors = {}, refused = {}, conflicts = {}, stale = [], held = [] }) {
    const done = batch.filter(([name, entry]) => !held.includes(name) && waiting.get(name) === entry);
    for (const [name, entry] of done) {
      waiting.delete(name);
      if (stale.includes(name)) typed.delete(name);
      else if (name in conflicts) tellElsewhere(name, entry, conflicts[name]);
      else typed.set(name, { values: entry.values, version: version ?? 0 });
      const sentence = refused[name] ?? errors[name] ?? "";
      sentence ? odd.set(name, sentence) : odd.delete(name);
      if (!sentence || name in refused || document.activeElement?.name !== name) sayOddity(name);
    }
    forget(store, done.map(([name]) => name).filter((name) => !(name in conflicts)));
    if (waiting.size) return;
    const unwell = Object.keys(refused).length || Object.keys(conflicts).length;
    unwell ? say("unsaved", "One field needs a look") : say("saved", `Saved ${timeNow()}`);
    const detail = { names: batch.map(([name]) => name), version };
    form.dispatchEvent(new CustomEvent("saved", { bubbles: true, detail }));
  }

  /** Until a person chooses, what was typed here stays on this tablet. */
  function tellElsewhere(name, entry, other) {
    typed.delete(name);
    showElsewhere(form, name, entry, other, {
      mine: () => { putBack(form, name, entry.values); keep(name, { ...entry, base: String(other.version), tab, insist: true }); },
      theirs: () => forget(store, [name]),
    });
  }

  /** The take-in is gone, or became a ticket: nothing of it stays here. */
  function letGo(batch, { sentence }) {
    for (const [name] of batch) waiting.delete(name);
    forget(store, batch.map(([name]) => name));
    say("unsaved", sentence);
    return true;
  }

  function tryLater() {
    if (signedOut) offerSignIn();
    else if (isKept) say("kept", "Not saved yet. Kept on this tablet, will try again");
    else say("unsaved", "Not saved yet, will try again");
    later = setTimeout(flush, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function leave() {
    if (!waiting.size) return;
    // keepalive refuses more than 64 KB; such a value stays on this tablet for next time.
    send(url, bodyOf(nextBatch()), { keepalive: true }).catch(() => {});
  }

  /** An answer made before the last keystroke must not take it off the screen. */
  function keepTyped() {
    if (!form.isConnected) return;
    const shown = Number(baseNow()) || 0;
    for (const [name, { values, version }] of typed) {
      if (version <= shown) typed.delete(name);
      else putBack(form, name, values);
    }
  }

  async function submitSaved(event) {
    if (!waiting.size && form.method === "get") {
      // Everything is saved already: a name or a phone has no business in an address and a log.
      event.preventDefault();
      location.assign(form.action);
      return;
    }
    if (!waiting.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    await flush();
    if (!waiting.size) form.requestSubmit(event.submitter);
    else if (signedOut) signIn();
  }

  function offerSignIn() {
    say("unsaved", "You are signed out. What you typed is kept here. ");
    for (const place of document.querySelectorAll("[data-save-state]")) {
      const link = Object.assign(document.createElement("a"), { href: signInAddress(), textContent: "Sign in" });
      (place.querySelector("[data-save-words]") ?? place).append(link);
    }
  }

  function sayOddity(name) {
    complain(form, name, odd.get(name) ?? "");
  }
}

function bodyOf(batch) {
  const [, { base, tab, insist }] = batch[0];
  const pairs = batch.flatMap(([name, { values }]) => values.map((value) => [name, value]));
  const order = Object.fromEntries(batch.map(([name, one]) => [name, one.order]));
  const about = [["_base", base], ["_tab", tab], ["_order", JSON.stringify(order)], ...(insist ? [["_insist", "yes"]] : [])];
  return new URLSearchParams([...pairs, ...about]);
}

/** What waits is on this tablet already; it goes out when this page is opened again. */
function signIn() {
  location.assign(signInAddress());
}

function signInAddress() {
  return `/sign-in?next=${encodeURIComponent(location.pathname)}`;
}

function say(state, words) {
  for (const place of document.querySelectorAll("[data-save-state]")) {
    place.dataset.state = state;
    (place.querySelector("[data-save-words]") ?? place).textContent = words;
  }
}
