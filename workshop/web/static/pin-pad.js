// A PIN pad for fingers: digits fill the hidden box, the sixth one sends the form.

import { inBurst } from "./scan.js";

export function connect(form) {
  const length = Number(form.dataset.pin);
  const pin = form.elements.pin;
  const dots = form.querySelectorAll(".dots i");
  const show = () => dots.forEach((dot, at) => dot.classList.toggle("on", at < pin.value.length));

  const enter = (digits) => {
    pin.value = digits.replace(/\D/g, "").slice(0, length);
    show();
    if (pin.value.length === length && form.checkValidity()) form.requestSubmit();
  };

  form.addEventListener("click", (event) => {
    const key = event.target.closest("[data-digit], [data-erase]");
    if (!key) return;
    enter("digit" in key.dataset ? pin.value + key.dataset.digit : pin.value.slice(0, -1));
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "person") enter(pin.value);
  });
  pin.addEventListener("input", () => enter(pin.value));
  document.addEventListener("keydown", (event) => {
    if (!form.isConnected || event.target === pin || event.ctrlKey || event.metaKey || inBurst()) return;
    if (/^\d$/.test(event.key)) enter(pin.value + event.key);
    else if (event.key === "Backspace") enter(pin.value.slice(0, -1));
  });
  // A scan here is a badge: it signs its owner in without a PIN. Digits that got in are taken out.
  document.addEventListener("scan", (event) => {
    if (!form.isConnected) return;
    event.preventDefault();
    enter("");
    form.elements.badge.value = event.detail.code;
    form.noValidate = true;
    form.requestSubmit();
  });
  show();
}
