// The pad that opens at a tap: the codes of this kind of piece, most used first; one tap chooses and closes.

import { icon } from "../behave.js";

/** Ask about one mark. Gives { code, position, note }, "off" to take it off, or null when nothing was chosen. */
export function ask(groups, { code = "", position = "", note = "" }, { title, suspicions }) {
  const dialog = make("dialog", "marking-pad");
  dialog.setAttribute("aria-label", title);
  const where = entry("Where", position, "3 o'clock, shank, clasp", 40);
  const more = entry("Note", note, "goes on the customer's paper too", 120);
  const answer = (chosen) => ({ code: chosen, position: where.input.value.trim(), note: more.input.value.trim() });
  let result = null;
  const close = (value) => { result = value; dialog.close(); };

  const head = make("div", "marking-pad-head");
  head.append(Object.assign(make("h2"), { textContent: title }), where.label);
  const choices = make("div", "marking-codes");
  for (const [name, codes] of groups) choices.append(group(name, codes));
  const foot = make("div", "actions");
  foot.append(button(code ? "Done" : "Not now", "check", () => close(code ? answer(code) : null)));
  if (code) foot.prepend(button("Take off", "trash", () => close("off")));
  dialog.append(head, choices, more.label, foot);

  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    if (code) close(answer(code));
  });
  document.body.append(dialog);
  dialog.showModal();
  (choices.querySelector('[aria-pressed="true"]') ?? choices.querySelector("button")).focus();
  return new Promise((done) => {
    dialog.addEventListener("close", () => { dialog.remove(); done(result); }, { once: true });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) close(code ? answer(code) : null); });
  });

  function group(name, codes) {
    const box = make("fieldset");
    box.append(Object.assign(make("legend", "quiet small"), { textContent: name }));
    const row = make("div", "marking-code-row");
    for (const [one, words] of codes) {
      const choice = button(words, null, () => close(answer(one)));
      choice.dataset.code = one;
      choice.setAttribute("aria-pressed", String(one === code));
      const small = Object.assign(make("small"), { textContent: suspicions.includes(one) ? `${one} · shop only` : one });
      choice.append(small);
      row.append(choice);
    }
    box.append(row);
    return box;
  }
}

function entry(words, value, placeholder, most) {
  const label = make("label", "marking-entry");
  const input = Object.assign(make("input", "entry"), { value, placeholder, maxLength: most, autocomplete: "off" });
  label.append(words, input);
  return { label, input };
}

function button(words, iconName, act) {
  const made = Object.assign(make("button", "act quiet"), { type: "button" });
  made.append(...(iconName ? [icon(iconName)] : []), words);
  made.addEventListener("click", act);
  return made;
}

function make(tag, className = "") {
  return Object.assign(document.createElement(tag), { className });
}
