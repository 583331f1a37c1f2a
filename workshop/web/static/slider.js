// Before and after laid over each other; a handle moves the edge between them, by finger, mouse or arrow
// keys. Without this file both pictures stand side by side.

import { behave } from "./behave.js";

behave("[data-compare]", (box) => {
  const slider = box.querySelector("input");
  const move = () => {
    box.style.setProperty("--cut", `${slider.value}%`);
    slider.setAttribute("aria-valuetext", `${slider.value} %`);
  };
  slider.addEventListener("input", move);
  slider.hidden = false;
  box.dataset.ready = "";
  move();
});
