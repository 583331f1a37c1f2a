// Reads a QR code with the device's camera and announces it like the hand scanner does.
// The decoder (ZXing) and its wasm come from our own server.

import { icon } from "./behave.js";
import { openCamera } from "./camera.js";
import { announce, clean } from "./scan.js";
import { play } from "./sound.js";
import { BarcodeDetector, prepareZXingModule } from "./vendor/barcode/ponyfill.js";

const WASM = new URL("./vendor/barcode/zxing_reader.wasm", import.meta.url).href;
const BETWEEN_LOOKS = 100; // ms

prepareZXingModule({
  overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? WASM : prefix + path) },
});

export async function open() {
  const camera = await openCamera("Scan with the camera", { aim: true });
  if (!camera.ready) return offerPhoto(camera);
  camera.say("Hold the code in the square.");
  const code = await look(camera);
  if (!code) return;
  play("ok");
  camera.dialog.close();
  announce(code, "camera");
}

/** No live picture (no camera, or a shop's address without https): a photo of the code does too. */
function offerPhoto({ dialog, bar, say }) {
  const label = Object.assign(document.createElement("label"), { className: "act" });
  const input = Object.assign(document.createElement("input"), { type: "file", accept: "image/*", className: "sr" });
  input.setAttribute("capture", "environment");
  input.dataset.codePhoto = "";
  label.append(icon("camera"), "Photo of the code", input);
  bar.prepend(label);
  input.addEventListener("change", async () => {
    const code = input.files[0] ? await codeIn(input.files[0]).catch(() => null) : null;
    input.value = "";
    if (!code) return say("No code is seen in that photo. Come closer, keep it sharp, and try again.");
    play("ok");
    dialog.close();
    announce(code, "camera");
  });
}

async function codeIn(file) {
  const picture = await createImageBitmap(file);
  const [found] = await new BarcodeDetector({ formats: ["qr_code"] }).detect(picture);
  return found && clean(found.rawValue);
}

async function look({ dialog, video, say }) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  while (dialog.open) {
    try {
      const [found] = video.readyState >= 2 ? await detector.detect(video) : [];
      if (found && clean(found.rawValue)) return clean(found.rawValue);
    } catch {
      say("The code reader did not load. Close this, check the connection and try again.");
      return null;
    }
    await new Promise((next) => setTimeout(next, BETWEEN_LOOKS));
  }
  return null;
}
