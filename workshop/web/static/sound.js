// Three tones a jeweler knows without looking: ok rises, refused is low and twice, attention rings.
// Content swapped in with data-sound plays once. Browsers keep quiet until the first touch or key.

import { behave } from "./behave.js";

const TONES = {
  ok: [[660, 0, 0.09], [990, 0.09, 0.14]],
  refused: [[196, 0, 0.16], [174, 0.22, 0.26]],
  attention: [[880, 0, 0.12], [698, 0.15, 0.12], [880, 0.3, 0.16]],
};

let speaker = null;

function wake() {
  speaker ??= new AudioContext();
  if (speaker.state === "suspended") speaker.resume().catch(() => {});
}
document.addEventListener("pointerdown", wake);
document.addEventListener("keydown", wake);

export function play(name) {
  if (!speaker || speaker.state !== "running") return;
  for (const [pitch, at, length] of TONES[name] ?? []) tone(pitch, speaker.currentTime + at, length);
}

function tone(pitch, from, length) {
  const voice = speaker.createOscillator();
  const loudness = speaker.createGain();
  voice.type = pitch < 300 ? "square" : "triangle";
  voice.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.0001, from);
  loudness.gain.exponentialRampToValueAtTime(pitch < 300 ? 0.12 : 0.3, from + 0.015);
  loudness.gain.exponentialRampToValueAtTime(0.0001, from + length);
  voice.connect(loudness).connect(speaker.destination);
  voice.start(from);
  voice.stop(from + length + 0.02);
}

const rung = new Set(); // what is read again with its page rings once: `data-sound-key` says that it is the same
behave("[data-sound]", ({ dataset: { sound, soundKey } }) => {
  if (soundKey && rung.has(soundKey)) return;
  if (soundKey) rung.add(soundKey);
  play(sound);
});
