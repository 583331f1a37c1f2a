// Signing out: what is still on its way is sent, and nothing that was typed stays on this tablet.

import { forgetAll } from "./unsent.js";

const PATIENCE = 1_500;

document.addEventListener("submit", async (event) => {
  if (event.target.getAttribute("action") !== "/sign-out") return;
  event.preventDefault();
  const sending = [];
  document.dispatchEvent(new CustomEvent("signing-out", { detail: sending }));
  await Promise.race([Promise.allSettled(sending), new Promise((done) => setTimeout(done, PATIENCE))]);
  await forgetAll();
  event.target.submit();
});
