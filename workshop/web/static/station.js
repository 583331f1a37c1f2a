// Every page is a station: a scan is taken from anywhere, sent to the shop one after the other, and answered
// in big letters, colour and sound. What cannot be sent waits here (kept-scans.js) and goes out in order.
//
// One grammar. An envelope is taken in hand; a card or a place is about the envelope in hand; without one it
// is for many: every envelope after it, until the card comes again or another one. A badge changes the person.

import { csrf, freshKey, timeNow } from "./behave.js";
import { drop, keep, nextPlace, waiting } from "./kept-scans.js";
import { NEEDS_SHOP, ONE_BY_ONE, cardWords, kindOf, tidy } from "./scan-grammar.js";
import { learn, learnFromPage, nameOf } from "./station-names.js";
import { keptLine, showAnswer, showWaiting } from "./station-words.js";

const PATIENCE = 8_000;
const TRIES = 5;
const IN_HAND = 120_000; // ms an envelope stays in hand on pages that do not show it
const MANY = 300_000; // ms after the last scan of many at once: a card forgotten then does nothing to the next piece
const station = JSON.parse(document.querySelector('meta[name="station"]')?.content || "{}");
const tallies = new Map(); // what many at once came to so far, by the key of the row
const line = []; // what is to be sent, in order; look-ups only live here
let person = who();
let badge = ""; // the key of a badge whose answer is still out: what follows is its owner's
let changing = false; // somebody else signed in: the page is read again as theirs
let sending = false;
let lost = Boolean(station.offline);
let wait = 1_000;
let later = 0;
let tooLate = 0;
let letGo = 0;
let manyEnds = 0;
let grip = 0; // how often something was taken in hand or put down
const ready = start();

const recall = (name) => JSON.parse(sessionStorage.getItem(`station-${name}`) ?? "null");
const note = (name, value) => sessionStorage.setItem(`station-${name}`, JSON.stringify(value));
const onBench = () => Boolean(document.querySelector("#bench-work"));

/** Whose scans these are; the page that opens without a connection only knows who was here last. */
function who() {
  if (station.person) localStorage.setItem("station-person", station.person);
  return Number(station.person ?? localStorage.getItem("station-person") ?? 0);
}

function hand() {
  const shown = document.querySelector("#in-hand");
  if (shown) return shown.value;
  const held = recall("hand");
  return held && Date.now() - held.at < IN_HAND ? held.code : "";
}

function take(code, number = "") {
  grip += 1;
  const shown = document.querySelector("#in-hand");
  if (shown) shown.value = code;
  note("hand", code ? { code, number, at: Date.now() } : null);
  clearTimeout(letGo);
  if (code && !shown) letGo = setTimeout(draw, IN_HAND);
}

/** One scan, one tap on a card's button, or one number typed. */
export function scanned(text, about) {
  const kind = kindOf(text);
  const code = kind === "claim" || kind === "other" ? text.trim() : tidy(text);
  if (about !== undefined) return act(code, about);
  if (kind === "envelope" || kind === "number") return envelope(code);
  if (kind === "action" && code === "A-CLEAR") return putDown();
  if (kind === "action" && code === "A-UNDO") return undo();
  if (["action", "place", "vendor"].includes(kind)) return card(code);
  if (kind === "badge") { endMany(); return put({ code, badge: true }); }
  if (kind === "slip" && lost) return say({ outcome: "refused", words: "That code has a slip. Scan it again." });
  if (kind === "other" && onBench() && /^([A-Z]{1,6}-)?\d{3,8}$/.test(tidy(code))) return envelope(tidy(code)); // a ticket with one piece
  if (kind === "other") return look(code, true);
  return look(code);
}

function envelope(code) {
  const many = going();
  if (many) { goOn(many); return put({ code: many.code, in_hand: code, many: many.id }); }
  take(code);
  return lost ? alone(code) : look(code);
}

/** In hand, as far as this tablet knows: what it is can only the shop say. */
function alone(code) {
  say({ outcome: "kept", words: `In hand: ${nameOf(code)}` });
  document.dispatchEvent(new CustomEvent("station:alone", { detail: code }));
}

function card(code) {
  const many = going();
  if (many) endMany();
  if (many) return many.code === code ? undefined : begin(code);
  if (hand()) return act(code, hand());
  return begin(code);
}

/** The same for many: every envelope that follows. */
function begin(code) {
  if (document.querySelector("form[data-scan-target]:not([data-station])")) {
    return say({ outcome: "refused", words: `This page takes envelopes only. Open the bench for ${cardWords(code)}.` });
  }
  if (ONE_BY_ONE.includes(code)) {
    endMany();
    return say({ outcome: "refused", words: `Scan an envelope first, then ${cardWords(code)}.` });
  }
  const id = freshKey();
  tallies.set(id, { code, done: 0, refused: 0 });
  goOn({ code, id });
  draw();
  return say({ outcome: "asks", sound: "attention", words: `${cardWords(code)} for many: scan the envelopes, then this card again` });
}

/** What goes on for many, if it was not forgotten since. */
function going() {
  const many = recall("many");
  if (!many || Date.now() - (many.at ?? 0) < MANY) return many;
  note("many", null);
  draw();
  return null;
}

function goOn({ code, id }) {
  note("many", { code, id, at: Date.now() });
  clearTimeout(manyEnds);
  manyEnds = setTimeout(endMany, MANY);
}

/** What it came to is said once the last of them was answered. */
function endMany() {
  const many = recall("many");
  clearTimeout(manyEnds);
  if (!many) return;
  note("many", null);
  draw();
  line.push({ look: true, sum: many.id, at: nextPlace() });
  send();
}

function sayTally(id) {
  const { code, done, refused } = tallies.get(id) ?? {};
  tallies.delete(id);
  if (code) say({ outcome: refused ? "asks" : "done", words: `${cardWords(code)}: ${done} done${refused ? `, ${refused} refused` : ""}` });
}

function putDown() {
  if (recall("many")) return endMany();
  take("");
  say({ outcome: "done", words: "Nothing in hand" });
  document.dispatchEvent(new CustomEvent("station:empty"));
}

/** A scan that never left this tablet is taken back right here. */
function undo() {
  const own = line.filter((entry) => !entry.look && !entry.badge).at(-1);
  if (!lost || !own) return put({ code: "A-UNDO", in_hand: "" });
  line.splice(line.indexOf(own), 1);
  drop(own).then(draw);
  return say({ outcome: "done", words: `${cardWords(own.code)} taken back: it had not been sent` });
}

function act(code, in_hand) {
  if (lost && NEEDS_SHOP.includes(code)) return sayNeedsShop(code, in_hand);
  return put({ code, in_hand });
}

/** Kept, it would only ask its question when nobody stands here any more. */
function sayNeedsShop(code, in_hand) {
  const reasons = { "A-HOLD": "hold", "A-FAIL": "fail" }[code];
  if (reasons === "hold") {
    const offers = [["CUSTOMER", "customer"], ["PART", "part"], ["STONE", "stone"], ["MANAGER", "manager"]];
    return say({ outcome: "asks", words: `No connection. Why does ${nameOf(in_hand)} wait?`, in_hand,
      offers: offers.map(([card, words]) => ({ code: `A-HOLD-${card}`, words: `Waiting for the ${words}` })) });
  }
  if (reasons) return say({ outcome: "refused", words: "No connection: scan the QC FAIL card that has the reason." });
  return say({ outcome: "refused", words: `No connection: ${cardWords(code)} needs the shop. Nothing is kept; scan it when the line is back.` });
}

function look(code, elsewhere = false) {
  if (elsewhere || lost) {
    if (lost) return say({ outcome: "refused", words: "No connection to the shop. Envelopes and cards are kept; this needs the shop." });
    const where = `/go?code=${encodeURIComponent(code)}`;
    if (!onBench()) return window.location.assign(where);
    return say({ outcome: "refused", words: `“${code.slice(0, 40)}” is no whole code of ours. Scan it again.`, links: [[where, "Search"]] });
  }
  line.push({ code, in_hand: "", look: true, key: freshKey(), at: nextPlace(), scanned_at: new Date().toISOString(), person, grip });
  return send();
}

function put(scan) {
  const entry = { in_hand: "", many: "", ...scan, key: freshKey(), at: nextPlace(), scanned_at: new Date().toISOString(), person, after: badge, kept: lost, grip };
  if (entry.badge) badge = entry.key;
  line.push(entry);
  const stored = keep(entry);
  if (lost) stored.then(() => sayKept(entry));
  send();
  return stored;
}

async function send() {
  if (sending) return;
  if (station.offline) return draw();
  sending = true;
  await ready;
  clearTimeout(later);
  while (line.length) {
    const entry = line[0];
    if (entry.sum) { line.shift(); sayTally(entry.sum); continue; }
    const said = await ask(entry);
    if (!said) { hold(entry); break; }
    lost = false;
    wait = 1_000;
    if (line[0] === entry) line.shift();
    if (!entry.look) await drop(entry);
    heard(entry, said);
    if (entry.many) draw();
  }
  sending = false;
  draw();
  if (!line.length && !lost) document.dispatchEvent(new CustomEvent("station:quiet"));
}

/** What the shop says; nothing when it could not be reached, or must first know who is asking. */
async function ask(entry) {
  const { code, in_hand, key, many, kept, person: who, scanned_at } = entry;
  const page = onBench() ? "bench" : "";
  const body = { code, in_hand, key, many: Boolean(many), kept: Boolean(kept), person: who, scanned_at, sent_at: new Date().toISOString(), page };
  try {
    const response = await fetch("/scans", {
      method: "POST", body: JSON.stringify(body), credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE),
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), Accept: "application/json" },
    });
    if (response.status === 500) return broken(entry);
    if (response.status > 500 || [401, 408, 429].includes(response.status)) return null;
    const said = await response.json();
    return said.outcome ? said : response.status === 403 ? null : { outcome: "refused", words: said.detail };
  } catch {
    return null;
  }
}

/** What the shop's computer cannot carry out, tried again and again, does not hold up what comes after it. */
function broken(entry) {
  entry.tries = (entry.tries ?? 0) + 1;
  if (entry.tries < TRIES) return null;
  return { outcome: "refused", words: `${cardWords(entry.code)} ${entry.in_hand} could not be carried out. Scan it again, or tell a manager.` };
}

function hold(entry) {
  lost = true;
  if (entry.look && hand() === entry.code) alone(entry.code);
  for (const one of line.filter((other) => other.look)) line.splice(line.indexOf(one), 1);
  const asking = line.filter((other) => !other.badge && !other.many && NEEDS_SHOP.includes(other.code));
  for (const one of asking) {
    line.splice(line.indexOf(one), 1);
    drop(one);
  }
  for (const one of line.filter((other) => !other.kept)) {
    one.kept = true;
    keep(one);
    sayKept(one);
  }
  if (asking.length) sayNeedsShop(asking.at(-1).code, asking.at(-1).in_hand);
  later = setTimeout(send, wait);
  wait = Math.min(wait * 2, 15_000);
  if (!line.length) later = setTimeout(lookAgain, wait);
}

/** Nothing waits: only find out whether the shop is back. */
async function lookAgain() {
  const answer = await fetch("/health", { signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
  if (answer?.ok && station.offline) return window.location.pathname === "/offline" || window.location.reload();
  if (answer?.ok) { lost = false; wait = 1_000; draw(); send(); }
  else if (!line.length || station.offline) later = setTimeout(lookAgain, wait);
}

function sayKept(entry) {
  const what = entry.badge ? "Badge" : `${cardWords(entry.code)}${entry.in_hand ? ` · ${nameOf(entry.in_hand)}` : ""}`;
  say({ outcome: "kept", words: `Kept on this tablet · ${what} · ${timeNow()}` });
  draw();
}

function heard(entry, said) {
  if (entry.badge) badgeHeard(entry, said);
  else if (entry.many) count(entry.many, said);
  else follow(entry, said);
  if (entry.kept && said.outcome === "refused" && !entry.look) tooLate += 1;
  if (entry.look || entry.many) said.undo = false; // a look changed nothing; of many only the last could be
  if (said.in_hand && said.number) learn({ [said.in_hand]: said.number });
  say(said);
  if (entry.look && said.go && said.in_hand) note("say", said);
  if (said.outcome === "switched") changing = true;
  if (line.length) return;
  if (changing && !said.go) {
    note("say", said);
    return window.location.reload();
  }
  if (tooLate) {
    document.dispatchEvent(new CustomEvent("station:late", { detail: tooLate }));
    say({ outcome: "refused", words: `${tooLate === 1 ? "A scan" : `${tooLate} scans`} came too late. Look at what happened`, links: [["/scans/late", "Look"]] });
    tooLate = 0;
  }
  if (said.outcome === "done" && said.in_hand && window.location.pathname.startsWith("/vendors/for/")) {
    note("say", said); // which vendor is answered: back to the piece
    return window.location.assign(`/bench/${said.in_hand}`);
  }
  if (entry.kept || entry.many) return document.dispatchEvent(new CustomEvent("station:said", { detail: { said: { ...said, go: "" }, entry } }));
  if (said.go && said.go !== window.location.pathname) return window.location.assign(said.go);
  document.dispatchEvent(new CustomEvent("station:said", { detail: { said, entry } }));
}

function badgeHeard(entry, said) {
  const accepted = said.outcome === "switched" || (said.outcome === "done" && said.person);
  if (accepted) person = said.person;
  for (const one of line.filter((other) => other.after === entry.key)) {
    one.person = accepted ? said.person : 0;
    if (!one.look) keep(one);
  }
  if (badge === entry.key) badge = "";
}

/** A scanner is quicker than the line: what is in hand was settled when it was read, an answer only makes it exact. */
function follow(entry, said) {
  if (entry.grip !== grip) return;
  if (said.outcome !== "refused" && said.in_hand) take(said.in_hand, said.number);
  else if (entry.look) take("");
}

function count(id, said) {
  const tally = tallies.get(id);
  if (tally) tally[said.outcome === "refused" ? "refused" : "done"] += 1;
}

function say(said) {
  showAnswer(said);
}

function draw() {
  const kept = line.filter((entry) => !entry.look && entry.kept).length;
  const list = document.querySelector("[data-kept-scans]");
  if (list) list.replaceChildren(...line.filter((entry) => !entry.look).map(keptLine));
  const many = recall("many");
  const inHand = document.querySelector("#in-hand") ? "" : hand();
  showWaiting({ kept, many: many && { ...many, ...tallies.get(many.id) }, inHand: inHand && (recall("hand").number || nameOf(inHand)), lost });
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-station]");
  if (!form) return;
  event.preventDefault();
  const code = form.elements.code.value.trim();
  form.elements.code.value = "";
  if (code) scanned(code);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-card]");
  if (button) scanned(button.dataset.card, button.dataset.about ?? hand());
  if (event.target.closest?.("[data-end-many]")) endMany();
});

// What a page reads again while the person changes is asked by whoever just left, and would lead to the door.
for (const moment of ["htmx:before:request", "htmx:before:response"]) {
  document.addEventListener(moment, (event) => {
    if ((changing || (badge && !lost)) && event.detail.ctx.request.method === "GET") event.preventDefault();
  });
}

// A page that takes scans of its own has not heard this one: the answer to the one before must not stand for it.
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!ctx?.sourceElement?.matches?.("form[data-scan-target]:not([data-count-scan])")) return;
  say({ outcome: "refused", words: "No connection: that scan was not heard. Scan it again when the shop is back." });
});

window.addEventListener("online", () => (station.offline ? lookAgain() : send()));
document.addEventListener("signing-out", (event) => {
  localStorage.removeItem("station-person");
  event.detail.push(send() ?? Promise.resolve());
});

/** What waited when the page was left goes out first, before anything scanned here. */
async function start() {
  const before = await waiting();
  const known = new Set(line.map((entry) => entry.at));
  line.unshift(...before.filter((entry) => !known.has(entry.at)).map((entry) => ({ ...entry, kept: true })));
  learnFromPage();
  const said = recall("say");
  note("say", null);
  if (said) say(said);
  const many = going();
  if (many) goOn(many);
  draw();
}
ready.then(() => (station.offline ? lookAgain() : line.length && send()));
