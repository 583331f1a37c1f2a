// One field, typed here and on another tablet: the box shows theirs (the shop has it), both are told, a person chooses.

import { fieldsOf, putBack, wordsOf } from "./fields.js";

export function showElsewhere(form, name, mine, other, { mine: useMine, theirs: keepTheirs }) {
  const field = fieldsOf(form, name)[0];
  if (!field) return keepTheirs();
  const said = wordsOf(form, name, mine.values);
  putBack(form, name, other.values);
  const place = field.closest(".field") ?? field.closest("fieldset, div") ?? field.parentElement;
  place.querySelector(":scope > .elsewhere")?.remove();
  const box = Object.assign(document.createElement("div"), { className: "elsewhere" });
  box.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = `${other.who} typed this on another tablet at ${other.at}. Typed here: “${said}”.`;
  const row = Object.assign(document.createElement("div"), { className: "row-line" });
  row.append(choice("Use what was typed here", useMine), choice(`Keep ${other.who}'s`, keepTheirs));
  box.append(words, row);
  place.append(box);

  function choice(text, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "act quiet", textContent: text });
    button.addEventListener("click", () => { box.remove(); act(); });
    return button;
  }
}
