// Scans at the count, one after the other, each with the box that was in hand when it was read: a scanner is faster
// than the network. What cannot be sent waits on this tablet and goes out in order, also after a reload; the
// same scan twice counts once, so a scan whose answer was lost is simply sent again.

import { nameOf, learnFromPage } from "./station-names.js";
import { kindOf, tidy } from "./scan-grammar.js";
import { scanned } from "./station.js";
import { showAnswer } from "./station-words.js";

const PATIENCE = "8s";
const form = document.querySelector("form[data-count-scan]");
const address = form.getAttribute("hx-post");
const line = read();
let box = ""; // whoever opens the page scans the box again: the screen shows none
let status = 0; // of the last answer; 0: there was none
let sending = false;
let wait = 1_000;
let later = 0;
let refused = 0; // of those that had waited

function read() {
  try { return JSON.parse(localStorage.getItem(`kept-${address}`)) ?? []; } catch { return []; }
}

function write() {
  try {
    if (line.length) localStorage.setItem(`kept-${address}`, JSON.stringify(line));
    else localStorage.removeItem(`kept-${address}`);
  } catch { /* no room: it lives as long as the page */ }
}

function taken(text) {
  const code = tidy(text);
  if (!code) return;
  const kind = kindOf(code);
  if (kind === "badge") return scanned(code);
  if (kind === "action") return showAnswer({ outcome: "refused", words: "This is the count: scan a box, then what lies in it." });
  line.push({ code, box });
  if (kind === "place") box = code;
  write();
  if (line.length > 1 && line[0].kept) sayKept(line.at(-1));
  send();
}

function sayKept(scan) {
  scan.kept = true;
  showAnswer({ outcome: "kept", words: `Kept on this tablet · ${nameOf(scan.code)} · ${line.length} waiting` });
}

async function send() {
  if (sending) return;
  sending = true;
  clearTimeout(later);
  while (line.length) {
    status = 0;
    await window.htmx.ajax("POST", address, { source: form, target: "#scan-answer", swap: "outerHTML", values: { code: line[0].code, box: line[0].box } });
    if (!status || status >= 500 || [401, 408, 429].includes(status)) { hold(); break; }
    const sent = line.shift();
    write();
    wait = 1_000;
    if (sent.kept && status >= 400) refused += 1;
  }
  sending = false;
  if (!line.length && refused) {
    showAnswer({ outcome: "refused", words: `${refused} of the scans kept on this tablet ${refused === 1 ? "was" : "were"} not accepted. Scan those boxes once more.` });
    refused = 0;
  }
}

function hold() {
  for (const scan of line.filter((one) => !one.kept)) sayKept(scan);
  write();
  later = setTimeout(send, wait);
  wait = Math.min(wait * 2, 15_000);
}

const mine = (ctx) => ctx.request.action.endsWith(address) && ctx.request.method === "POST";

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (mine(ctx)) ctx.request.timeout = PATIENCE;
});
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (mine(ctx)) ctx.target = document.querySelector("#scan-answer"); // the one before it may have been answered away
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (!mine(ctx)) return;
  status = ctx.response.status;
  if (status >= 500 || status === 401) event.preventDefault(); // it waits: no page of errors in the strip
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  const code = form.elements.code.value;
  form.elements.code.value = "";
  taken(code);
}, true);

// A scanner's burst: cards and badges too, which the page's own box would take for envelopes.
document.addEventListener("scan", (event) => {
  event.preventDefault();
  taken(event.detail.code);
});

window.addEventListener("online", send);
learnFromPage();
if (line.length) sayKept(line.at(-1));
send();
