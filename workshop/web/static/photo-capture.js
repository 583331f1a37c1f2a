// Pictures from files or the camera, each sent at once, one after the other. A picture that did not
// get through stays as a tile with its reason and a button to try again.

import { csrf, freshKey, icon } from "./behave.js";
import { openCamera } from "./camera.js";

export function connect(box) {
  const file = box.querySelector("[data-photo-file]");
  let line = Promise.resolve();
  let unsent = 0;

  const add = (blob, name) => {
    const tile = newTile(box, blob);
    const key = freshKey(); // the same for every try, so a picture never arrives twice
    const attempt = () => {
      unsent += 1;
      line = line.then(() => upload(box, tile, { blob, name, key, again: attempt })).finally(() => { unsent -= 1; });
    };
    attempt();
  };

  file?.addEventListener("change", () => {
    for (const picture of file.files) add(picture, picture.name);
    file.value = "";
  });
  box.querySelector("[data-photo-live]")?.addEventListener("click", () => shoot(box, add));
  window.addEventListener("beforeunload", (event) => {
    if (unsent && box.isConnected) event.preventDefault();
  });
}

async function shoot(box, add) {
  const camera = await openCamera("Take a photo", { ghost: box.dataset.ghost });
  if (!camera.ready) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "act big" });
  button.append(icon("camera"), "Take photo");
  camera.bar.append(button);
  button.focus();
  let taken = 0;
  button.addEventListener("click", async () => {
    const blob = await still(camera.video);
    taken += 1;
    add(blob, `photo-${taken}.jpg`);
    camera.say(taken === 1 ? "1 photo taken." : `${taken} photos taken.`);
  });
}

function still(video) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
}

function newTile(box, blob) {
  const tile = document.createElement("li");
  const frame = Object.assign(document.createElement("span"), { className: "photo pending" });
  const picture = new Image();
  picture.alt = "";
  picture.src = URL.createObjectURL(blob);
  picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
  // A HEIC file cannot be shown by most browsers before the server has turned it into a JPEG.
  picture.addEventListener("error", () => picture.remove(), { once: true });
  const progress = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
  progress.setAttribute("aria-label", "Sending the photo");
  frame.append(picture, progress);
  tile.append(frame);
  const tiles = box.querySelector("[data-tiles]");
  tiles.insertBefore(tile, tiles.querySelector(":scope > li:has(.add-photo)"));
  return tile;
}

async function upload(box, tile, { blob, name, key, again }) {
  const frame = tile.querySelector(".photo");
  frame.className = "photo pending";
  tile.querySelector(".why")?.remove();
  tile.querySelector("button")?.remove();
  const { ok, answer, sentence, refused } = await post(box, tile, { blob, name, key });
  frame.classList.remove("pending");
  frame.querySelector("progress").hidden = true;
  if (ok) return finish(box, frame, answer);
  frame.classList.add("failed");
  const why = Object.assign(document.createElement("p"), { className: "why", textContent: sentence });
  const retry = Object.assign(document.createElement("button"), { type: "button", className: "act quiet" });
  retry.append(...(refused ? ["Take away"] : [icon("refresh"), "Try again"]));
  retry.addEventListener("click", refused ? () => tile.remove() : again);
  tile.append(why, retry);
  speak(box, sentence);
}

function finish(box, frame, answer) {
  const shown = frame.querySelector("img") ?? frame.appendChild(new Image());
  shown.alt = "Photo just taken";
  if (answer.url) shown.src = answer.url;
  speak(box, "Photo saved.");
  box.dispatchEvent(new CustomEvent("photo-added", { bubbles: true, detail: answer }));
}

function speak(box, words) {
  const place = box.querySelector("[data-photo-say]");
  if (place) place.textContent = words;
}

/** XMLHttpRequest, because fetch cannot tell how much of the picture has gone out. */
function post(box, tile, { blob, name, key }) {
  const form = new FormData();
  form.append("kind", box.dataset.kind ?? "take_in");
  form.append("photo", blob, name);
  const request = new XMLHttpRequest();
  request.open("POST", box.dataset.uploadUrl);
  request.setRequestHeader("X-CSRFToken", csrf());
  request.setRequestHeader("Idempotency-Key", key);
  request.setRequestHeader("Accept", "application/json");
  request.timeout = 120_000;
  const bar = tile.querySelector("progress");
  bar.hidden = false;
  request.upload.addEventListener("progress", (event) => { bar.value = (event.loaded / event.total) * 100; });
  return new Promise((done) => {
    request.addEventListener("loadend", () => done(reading(request)));
    request.send(form);
  });
}

function reading(request) {
  let answer = {};
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    // Not our server's JSON; the status alone decides.
  }
  const ok = request.status >= 200 && request.status < 300;
  const sentence = request.status === 0
    ? "No connection. The photo is kept here; try again."
    : answer.detail ?? "The shop's computer did not take this photo. Try again.";
  // The same file will not be taken the second time either.
  return { ok, answer, sentence, refused: [413, 415, 422].includes(request.status) };
}
