// Pictures from files or the camera, each sent at once, one after the other. A picture that did not
// get through stays as a tile with its reason and a button to try again. A guided box (`data-slot` on
// its tiles) has a place for each angle: what is taken next goes into the next empty one.

import { csrf, freshKey, icon, send } from "./behave.js";
import { openCamera } from "./camera.js";
import { nextSlot, slotOf, wordsOf } from "./photo-slots.js";

export function connect(box) {
  const file = box.querySelector("[data-photo-file]");
  let line = Promise.resolve();
  let unsent = 0;
  let chosen = null; // the angle whose place was tapped before the files were chosen

  const add = (blob, name, angle = "") => {
    const tile = newTile(box, blob, angle);
    const key = freshKey(); // the same for every try, so a picture never arrives twice
    const attempt = () => {
      unsent += 1;
      line = line.then(() => upload(box, tile, { blob, name, angle, key, again: attempt }))
        .finally(() => { unsent -= 1; settle(); });
    };
    attempt();
  };
  const choose = (angle) => { chosen = angle; file.click(); };
  const settle = () => {
    if (!unsent && !box.querySelector(".failed")) box.dispatchEvent(new CustomEvent("photos-settled", { bubbles: true }));
  };

  const take = () => {
    if (!box.isConnected) return handOn(box, file);
    for (const picture of file.files) {
      add(picture, picture.name, chosen ?? nextSlot(box, { needed: true })?.dataset.slot);
      chosen = null;
    }
    file.value = "";
  };
  file?.addEventListener("change", take);
  if (file?.files.length) take(); // chosen before this file had arrived
  file?.addEventListener("cancel", () => { chosen = null; });
  box.addEventListener("click", async (event) => {
    const { shoot: angle } = event.target.closest("[data-shoot]")?.dataset ?? {};
    const gone = event.target.closest("[data-remove-photo]")?.dataset.removePhoto;
    if (angle) navigator.mediaDevices ? shoot(box, add, choose, angle) : choose(angle);
    else if (gone && await told(box, `/photos/${gone}/remove`)) {
      box.dispatchEvent(new CustomEvent("photo-removed", { bubbles: true, detail: { id: gone } }));
      settle();
    }
  });
  box.addEventListener("change", async (event) => {
    const photo = event.target.dataset.angleOf;
    if (photo && await told(box, `/photos/${photo}/angle`, { angle: event.target.value })) settle();
  });
  box.querySelector("[data-photo-live]")?.addEventListener("click", () => shoot(box, add, choose));
  // The places are read anew after each picture. One on its way would lose its tile, so it is waited for.
  box.parentElement?.addEventListener("htmx:before:swap", (event) => {
    if (unsent && box.isConnected && event.target === box.parentElement) event.preventDefault();
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsent && box.isConnected) event.preventDefault();
  });
}

/** The places were drawn anew while somebody chose a file: it goes to the box that stands there now. */
function handOn(box, file) {
  const now = [...document.querySelectorAll("[data-photo-capture]")].find((one) => one.dataset.uploadUrl === box.dataset.uploadUrl);
  const input = now?.querySelector("[data-photo-file]");
  if (!input || !file.files.length) return;
  input.files = file.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

async function told(box, url, values = {}) {
  const response = await send(url, new URLSearchParams(values)).catch(() => null);
  if (!response?.ok) speak(box, (await response?.json().catch(() => ({})))?.detail ?? "That did not get through. Try again.");
  return Boolean(response?.ok);
}

async function shoot(box, add, choose, angle = "") {
  const camera = await openCamera("Take a photo", { ghost: box.dataset.ghost });
  if (!camera.ready) return offerFiles(camera, () => choose(angle));
  const button = Object.assign(document.createElement("button"), { type: "button", className: "act big" });
  button.append(icon("camera"), "Take photo");
  camera.bar.append(button);
  button.focus();
  let taken = 0;
  let now = angle;
  aim(box, camera, now);
  button.addEventListener("click", async () => {
    const blob = await still(camera.video);
    taken += 1;
    add(blob, `photo-${taken}.jpg`, now);
    if (!angle) return camera.say(taken === 1 ? "1 photo taken." : `${taken} photos taken.`);
    now = nextSlot(box)?.dataset.slot ?? "closeup";
    aim(box, camera, now);
  });
}

/** Say which side is wanted now, and draw it faintly over the picture. */
function aim(box, camera, angle) {
  if (!angle) return;
  camera.say(angle === "closeup" ? "Close-up: the wear, the damage." : `Now: ${wordsOf(box, angle)}`);
  camera.dialog.querySelector(".view .outline")?.remove();
  const outline = slotOf(box, angle)?.outline;
  if (outline) camera.dialog.querySelector(".view").append(outline.cloneNode(true));
}

function offerFiles(camera, choose) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "act" });
  button.append(icon("photo-plus"), "From files");
  button.addEventListener("click", () => { camera.dialog.close(); choose(); });
  camera.bar.append(button);
}

function still(video) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
}

function newTile(box, blob, angle) {
  const slot = slotOf(box, angle);
  const tile = slot && !slot.tile.matches(".taken") ? slot.tile : document.createElement("li");
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
  tile.replaceChildren(frame);
  tile.classList.add("taken");
  tile.classList.remove("next");
  nextSlot(box)?.classList.add("next");
  const tiles = box.querySelector("[data-tiles]");
  if (!tile.isConnected) tiles.insertBefore(tile, tiles.querySelector(":scope > li:has(.add-photo):not([data-slot])"));
  return tile;
}

async function upload(box, tile, { blob, name, angle, key, again }) {
  const frame = tile.querySelector(".photo");
  frame.className = "photo pending";
  tile.querySelector(".why")?.remove();
  tile.querySelector("button")?.remove();
  const { ok, answer, sentence, refused } = await post(box, tile, { blob, name, angle, key });
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
function post(box, tile, { blob, name, angle, key }) {
  const form = new FormData();
  form.append("kind", box.dataset.kind ?? "take_in");
  if (angle) form.append("angle", angle);
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
