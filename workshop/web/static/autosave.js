// Saves each field as it is typed. What could not be sent waits in localStorage under the form's
// address, goes out when the line is back, and comes back into the form when the page is reopened.

import { freshKey, refusal, send, timeNow } from "./behave.js";
import { forget, remember, remembered } from "./unsent.js";

const PAUSE = 400;
const LONGEST_WAIT = 30_000;

export function connect(form) {
  const url = form.dataset.autosaveUrl;
  const store = form.dataset.autosaveKey ?? url;
  const waiting = remembered(store); // name → {values, key}
  const timers = new Map();
  let busy = null;
  let wait = 2_000;
  let later = 0;
  let signedOut = false;

  for (const [name, { values }] of waiting) putBack(form, name, values);
  if (waiting.size) flush();

  form.addEventListener("input", (event) => note(event.target, PAUSE));
  form.addEventListener("change", (event) => note(event.target, 0));
  form.addEventListener("submit", submitSaved, true);
  window.addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  window.addEventListener("pagehide", leave);

  function note(field, pause) {
    if (!isSaved(field)) return;
    clearTimeout(timers.get(field.name));
    timers.set(field.name, setTimeout(() => { keep(field.name); flush(); }, pause));
  }

  function keep(name) {
    clearTimeout(timers.get(name));
    timers.delete(name);
    waiting.set(name, { values: valuesOf(form, name), key: freshKey() });
    remember(store, waiting);
  }

  function flush() {
    clearTimeout(later);
    busy ??= sendAll().finally(() => { busy = null; });
    return busy;
  }

  async function sendAll() {
    while (waiting.size && form.isConnected) {
      const [name, entry] = waiting.entries().next().value;
      say("saving", "Saving…");
      if (!(await sendOne(name, entry))) return tryLater();
    }
    wait = 2_000;
  }

  /** True when the server has spoken, be it yes or no; false when it must be tried again. */
  async function sendOne(name, entry) {
    const response = await send(url, formBody(name, entry.values), { key: entry.key }).catch(() => null);
    signedOut = response?.status === 401;
    if (!response || response.status >= 500 || [401, 403, 408, 429].includes(response.status)) return false;
    if (waiting.get(name) === entry) waiting.delete(name);
    if (waiting.size) remember(store, waiting);
    else forget(store);
    if (!response.ok) return refuse(name, await refusal(response));
    complain(form, name, "");
    say("saved", `Saved ${timeNow()}`);
    const detail = { name, ...(await response.json().catch(() => ({}))) };
    form.dispatchEvent(new CustomEvent("saved", { bubbles: true, detail }));
    return true;
  }

  function refuse(name, { sentence, errors }) {
    complain(form, name, errors[name] ?? sentence);
    say("unsaved", "One field needs a look");
    return true;
  }

  function tryLater() {
    if (signedOut) offerSignIn();
    else say("unsaved", "Not saved yet, will try again");
    later = setTimeout(flush, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function leave() {
    for (const name of [...timers.keys()]) keep(name);
    for (const [name, { values, key }] of waiting) {
      // keepalive refuses more than 64 KB; such a value stays in localStorage for next time.
      send(url, formBody(name, values), { key, keepalive: true }).catch(() => {});
    }
  }

  async function submitSaved(event) {
    for (const name of [...timers.keys()]) keep(name);
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

  /** What waits is in localStorage already; it goes out when this page is opened again. */
  function signIn() {
    location.assign(signInAddress());
  }

  function say(state, words) {
    for (const place of document.querySelectorAll("[data-save-state]")) {
      place.dataset.state = state;
      (place.querySelector("[data-save-words]") ?? place).textContent = words;
    }
  }
}

function signInAddress() {
  return `/sign-in?next=${encodeURIComponent(location.pathname)}`;
}

function isSaved(field) {
  return field.name && !field.name.startsWith("_") && field.type !== "file" && field.type !== "password"
    && !field.closest("[data-no-save]");
}

function formBody(name, values) {
  return new URLSearchParams(values.map((value) => [name, value]));
}

function valuesOf(form, name) {
  const values = new FormData(form).getAll(name).map(String);
  return values.length ? values : [""];
}

function fieldsOf(form, name) {
  const found = form.elements.namedItem(name);
  if (!found) return [];
  return found instanceof RadioNodeList ? [...found] : [found];
}

function putBack(form, name, values) {
  for (const field of fieldsOf(form, name)) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else field.value = values[0];
  }
}

/** The sentence beside the box, as the form macro writes it; an empty one takes it away. */
function complain(form, name, sentence) {
  const field = fieldsOf(form, name)[0];
  const place = field?.closest(".field");
  if (!place) return;
  place.querySelector(":scope > .error")?.remove();
  place.classList.toggle("wrong", Boolean(sentence));
  if (!sentence) return field.removeAttribute("aria-invalid");
  const error = document.createElement("div");
  error.className = "error";
  error.id = `${field.id}-error`;
  error.textContent = sentence;
  place.querySelector("label, legend").after(error);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", error.id);
}
