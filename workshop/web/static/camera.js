// A dialog with the live picture of the back camera. Gives {video, dialog, bar, say} or a sentence.

import { icon } from "./behave.js";

export async function openCamera(title, { aim = false, ghost = null } = {}) {
  const dialog = build(title, aim, ghost);
  const video = dialog.querySelector("video");
  const say = (words) => { dialog.querySelector(".say").textContent = words; };
  document.body.append(dialog);
  dialog.showModal();
  say("Starting the camera…");

  let stream = null;
  dialog.addEventListener("close", () => {
    stream?.getTracks().forEach((track) => track.stop());
    dialog.remove();
  });
  try {
    stream = await backCamera();
    video.srcObject = stream;
    await video.play();
    if (!dialog.open) stream.getTracks().forEach((track) => track.stop());
    say("");
  } catch (error) {
    say(why(error));
  }
  return { dialog, video, say, bar: dialog.querySelector(".actions"), ready: Boolean(stream) };
}

function backCamera() {
  if (!navigator.mediaDevices) throw new DOMException("", "SecurityError");
  const picture = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
  return navigator.mediaDevices.getUserMedia({ video: picture, audio: false });
}

function why(error) {
  if (error.name === "NotAllowedError") return "The browser may not use the camera. Allow it beside the page's address, then try again.";
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "No camera was found on this device.";
  if (error.name === "NotReadableError") return "Another program is using the camera. Close it, then try again.";
  if (error.name === "SecurityError") return "The camera works only when the shop's address begins with https.";
  return "The camera did not start. Close this and try again.";
}

function build(title, aim, ghost) {
  const dialog = document.createElement("dialog");
  dialog.className = "camera";
  dialog.setAttribute("aria-label", title);
  const view = document.createElement("div");
  view.className = "view";
  const video = document.createElement("video");
  video.playsInline = true;
  video.muted = true;
  view.append(video);
  if (ghost) view.append(Object.assign(new Image(), { src: ghost, alt: "", className: "ghost" }));
  if (aim) view.append(Object.assign(document.createElement("div"), { className: "aim" }));
  const say = Object.assign(document.createElement("p"), { className: "say" });
  say.setAttribute("role", "status");
  const bar = Object.assign(document.createElement("div"), { className: "actions" });
  const close = Object.assign(document.createElement("button"), { type: "button", className: "act quiet" });
  close.dataset.close = "";
  close.append(icon("x"), "Close");
  bar.append(close);
  dialog.append(view, say, bar);
  return dialog;
}
