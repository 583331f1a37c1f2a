// Dialogs, menus, the flash, enlarged photos, and the demo's tap-to-fill.

import { behave, icon } from "./behave.js";
import "./slider.js";

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-open], [data-close], [data-dismiss], [data-enlarge], [data-print], [data-fill]");
  if (target) act(target);
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

function act(target) {
  const { open, enlarge, fill } = target.dataset;
  if (open) document.querySelector(open)?.showModal();
  else if ("close" in target.dataset) target.closest("dialog")?.close();
  else if ("dismiss" in target.dataset) target.closest("[data-flash], .banner")?.remove();
  else if (enlarge) enlargePhoto(enlarge, target.querySelector("img")?.alt ?? "Photo", target.querySelector("svg.dots"));
  else if (fill) fillForm(document.querySelector(fill), target.dataset);
  else window.print();
}

function enlargePhoto(url, words, dots) {
  const dialog = document.createElement("dialog");
  dialog.className = "viewer";
  dialog.setAttribute("aria-label", words);
  const photo = new Image();
  photo.src = url;
  photo.alt = words;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "act quiet";
  close.dataset.close = "";
  close.append(icon("x"), "Close");
  const actions = document.createElement("div");
  actions.className = "actions";
  actions.append(close);
  const frame = document.createElement("div");
  frame.className = dots ? "marked-frame" : "";
  frame.append(photo, ...(dots ? [dots.cloneNode(true)] : []));
  dialog.append(frame, actions);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function fillForm(form, { fillName, fillPassword }) {
  form.elements.name.value = fillName;
  form.elements.password.value = fillPassword;
  form.querySelector('[type="submit"]').focus();
}

// A flash with something to undo waits longer; one that is pointed at or focused stays.
behave("[data-flash]", (flash) => {
  const wait = flash.querySelector("form") ? 10_000 : 6_000;
  const leave = () => (flash.matches(":hover, :focus-within") ? setTimeout(leave, 2_000) : flash.remove());
  if (flash.getAttribute("role") !== "alert") setTimeout(leave, wait);
});

// A dialog that came as an answer opens at once and is gone when it is closed.
behave("dialog[data-show]", (dialog) => {
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
});

behave("[data-focus]", (element) => element.focus());
