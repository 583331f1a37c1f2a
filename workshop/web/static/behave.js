// Joins behaviour to elements: `behave("[data-x]", connect)` runs connect(element) once for each
// element on the page now, and for each one htmx puts there later.

const known = [];

export function behave(selector, connect) {
  const rule = { selector, connect, done: new WeakSet() };
  known.push(rule);
  apply(rule, document);
}

function apply({ selector, connect, done }, root) {
  const found = [...root.querySelectorAll(selector)];
  if (root.matches?.(selector)) found.unshift(root);
  for (const element of found) {
    if (done.has(element)) continue;
    done.add(element);
    connect(element);
  }
}

document.addEventListener("htmx:after:process", (event) => {
  for (const rule of known) apply(rule, event.target instanceof Element ? event.target : document);
});

/** Fetch with our CSRF token and an idempotency key; throws only when the network fails. */
export function send(url, body, { key = freshKey(), keepalive = false, signal } = {}) {
  return fetch(url, {
    method: "POST", body, keepalive, signal, credentials: "same-origin",
    headers: { "X-CSRFToken": csrf(), "Idempotency-Key": key, Accept: "application/json" },
  });
}

export function csrf() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** A random UUID; crypto.randomUUID exists only on https and localhost, a shop's tablet may have neither. */
export function freshKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The sentence in a refusal (problem document), or a plain one. */
export async function refusal(response) {
  const problem = await response.json().catch(() => ({}));
  if (problem.detail) return { sentence: problem.detail, errors: problem.errors ?? {} };
  if (response.status === 401 || response.status === 403) {
    return { sentence: "You are signed out, or this is not yours to do. Sign in and try again.", errors: {} };
  }
  return { sentence: "The shop's computer did not accept it. Try again.", errors: problem.errors ?? {} };
}

const SPRITE = new URL("./vendor/icons.svg", import.meta.url).pathname;

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}

export function timeNow() {
  const now = new Date();
  return `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
}
