// The bell hears of alarms by a line of its own, open only while the page is looked at; a page that is
// hidden asks once when it is looked at again.

import { behave } from "./behave.js";

let line = null;

function listen() {
  if (line || document.hidden || !document.querySelector("[data-bell]")) return;
  line = new EventSource("/live/alarms");
  line.addEventListener("alarm", () => window.htmx?.trigger(document.body, "alarm", {}));
  line.addEventListener("error", () => {
    // Signed out, or the shop is away: the browser tries again by itself unless it was told no.
    if (line?.readyState === EventSource.CLOSED) line = null;
  });
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    line?.close();
    line = null;
    return;
  }
  window.htmx?.trigger(document.body, "alarm", {});
  listen();
});
window.addEventListener("pagehide", () => { line?.close(); line = null; });
behave("[data-bell]", listen);
