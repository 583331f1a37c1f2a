// A drawn signature in a hidden input, as a PNG. Turning the tablet or reopening the page loses nothing.

import SignaturePad from "./vendor/signature_pad.js";

export function connect(box) {
  const canvas = box.querySelector("canvas");
  const input = box.querySelector('input[type="hidden"]');
  const pad = new SignaturePad(canvas, { minWidth: 0.8, maxWidth: 2.6 });
  let saved = input.value;

  function fit() {
    if (!canvas.clientWidth) return;
    const strokes = pad.toData();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    if (strokes.length) pad.fromData(strokes);
    else if (saved) pad.fromDataURL(saved, { ratio, width: canvas.clientWidth, height: canvas.clientHeight });
  }

  function keep(value) {
    input.value = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  pad.addEventListener("endStroke", () => keep(canvas.toDataURL("image/png")));
  box.querySelector("[data-clear]").addEventListener("click", () => {
    saved = "";
    pad.clear();
    keep("");
  });
  new ResizeObserver(() => { fit(); box.dataset.ready = ""; }).observe(canvas);
}
