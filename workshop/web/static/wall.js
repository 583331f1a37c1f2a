// The wall: rows that do not fit take turns every ten seconds, new and moved rows glow once, the
// clock runs. The board itself is read anew by htmx; this arranges what arrives.

import "./live.js";

const TURN = 10_000;
const GLOW = 3_200;

let places = null; // row key → lane, as last seen
const shownUntil = new Map(); // lane → {page, until}: a moved row is shown first

function arrange() {
  const seen = new Map();
  brightness();
  for (const lane of document.querySelectorAll("[data-lane]")) {
    const rows = [...lane.querySelectorAll("[data-rows] > [data-key]")];
    const fits = rowsThatFit(lane.querySelector("[data-rows]"), rows);
    rows.forEach((row, at) => notice(row, lane.dataset.lane, Math.floor(at / fits), seen));
    turn(lane, rows, fits);
  }
  places = seen;
}

function rowsThatFit(list, rows) {
  if (!rows.length) return 1;
  for (const row of rows) row.hidden = false;
  const gap = Number.parseFloat(getComputedStyle(list).rowGap) || 0;
  const tallest = rows[0].offsetHeight + gap;
  return Math.max(1, Math.floor((list.clientHeight + gap) / tallest));
}

function notice(row, lane, page, seen) {
  const key = row.dataset.key;
  seen.set(key, lane);
  if (!places || places.get(key) === lane) return;
  row.classList.add("fresh");
  setTimeout(() => row.classList.remove("fresh"), GLOW);
  shownUntil.set(lane, { page, until: Date.now() + TURN });
}

function turn(lane, rows, fits) {
  const pages = Math.max(1, Math.ceil(rows.length / fits));
  const held = shownUntil.get(lane.dataset.lane);
  const page = held && held.until > Date.now() ? held.page : Math.floor(Date.now() / TURN) % pages;
  rows.forEach((row, at) => { row.hidden = Math.floor(at / fits) !== page; });
  const dots = lane.querySelector("[data-dots]");
  if (!dots) return;
  dots.replaceChildren(...Array.from({ length: pages > 1 ? pages : 0 }, (_, at) => {
    const dot = document.createElement("i");
    dot.classList.toggle("on", at === page);
    return dot;
  }));
}

// A display by the hour takes the shop's own day from what it reads, not from the clock of the TV.
function brightness() {
  if (!document.querySelector("[data-by-hour]")) return;
  const day = document.querySelector("[data-day]")?.dataset.day;
  if (day) document.documentElement.dataset.bsTheme = day === "yes" ? "light" : "dark";
}

function tickClock() {
  const words = new Date().toTimeString().slice(0, 8);
  for (const clock of document.querySelectorAll("[data-clock]")) clock.textContent = words;
}

document.addEventListener("htmx:after:swap", arrange);
window.addEventListener("resize", arrange);
document.fonts.ready.then(arrange);
setInterval(arrange, 2_000);
setInterval(tickClock, 1_000);
arrange();
tickClock();
