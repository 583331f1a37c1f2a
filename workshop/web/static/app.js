// Everything a staff page needs. Small parts load at once, heavy ones when a page has use for them.

import { behave } from "./behave.js";
import "./bell.js";
import "./dialogs.js";
import "./keyboard.js";
import "./live.js";
import "./scan.js";
import "./sign-out.js";
import "./sound.js";

behave("form[data-autosave]", async (form) => (await import("./autosave.js")).connect(form));
behave("[data-signature]", async (box) => (await import("./signature.js")).connect(box));
behave("[data-marking]", async (box) => (await import("./marks/marking.js")).connect(box));
behave("[data-photo-capture]", async (box) => (await import("./photo-capture.js")).connect(box));
behave("form[data-pin]", async (form) => (await import("./pin-pad.js")).connect(form));

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-camera-scan]");
  if (button) (await import("./camera-scan.js")).open(button);
});
