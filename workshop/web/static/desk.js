// The colour of the shop: what is picked is written into the box, where it can also be typed or emptied.

import { behave } from "./behave.js";

behave("[data-colour]", (place) => {
  const box = place.querySelector(".entry");
  const picker = place.querySelector("[type=color]");
  picker.addEventListener("input", () => { box.value = picker.value; });
  box.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(box.value)) picker.value = box.value; });
});
