// The fields of a form that saves itself: what they hold, put back, and the sentence beside them.

export function isSaved(field) {
  return field.name && !field.name.startsWith("_") && field.type !== "file" && field.type !== "password"
    && !field.closest("[data-no-save]");
}

/** Whether it holds something else than the page it came with. */
export function isTouched(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((one) => one.selected !== one.defaultSelected) && hasDefault(field);
  return field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
}

/** A list without a chosen line shows its first: that is nobody's choice. */
function hasDefault(list) {
  return [...list.options].some((one) => one.defaultSelected) || list.selectedIndex > 0;
}

export function valuesOf(form, name) {
  const values = new FormData(form).getAll(name).map(String);
  return values.length ? values : [""];
}

export function fieldsOf(form, name) {
  const found = form.elements.namedItem(name);
  if (!found) return [];
  return found instanceof RadioNodeList ? [...found] : [found];
}

export function putBack(form, name, values) {
  for (const field of fieldsOf(form, name)) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.value !== values[0]) field.value = values[0];
  }
}

/** What a value looks like to a person: the words of a choice, not its code. */
export function wordsOf(form, name, values) {
  const fields = fieldsOf(form, name);
  const ticks = fields.filter((field) => field.type === "checkbox" || field.type === "radio");
  if (ticks.length) {
    const words = ticks.filter((field) => values.includes(field.value)).map((field) => field.labels[0]?.textContent.trim());
    return words.join(", ") || "not ticked";
  }
  const option = [...(fields[0]?.options ?? [])].find((one) => one.value === values[0]);
  return option?.text || values[0] || "nothing";
}

/** The sentence beside the box, as the form macro writes it; an empty one takes it away. */
export function complain(form, name, sentence) {
  const field = fieldsOf(form, name)[0];
  const place = field?.closest(".field");
  if (!place) return;
  place.querySelector(":scope > .error")?.remove();
  place.classList.toggle("wrong", Boolean(sentence));
  if (!sentence) return field.removeAttribute("aria-invalid");
  const error = document.createElement("div");
  error.className = "error";
  error.id = `${field.id}-error`;
  error.textContent = sentence;
  place.querySelector("label, legend").after(error);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", error.id);
}
