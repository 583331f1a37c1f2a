// Reads a QR code with the device's camera and announces it like the hand scanner does.
// The decoder (ZXing) and its wasm come from our own server.

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
  if (!camera.ready) return;
  camera.say("Hold the code in the square.");
  const code = await look(camera);
  if (!code) return;
  play("ok");
  camera.dialog.close();
  announce(code, "camera");
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
