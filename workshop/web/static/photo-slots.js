// The places of a guided photo box, one for each angle; the outline of each is remembered when a photo takes its place.

const outlines = new Map();

/** The next empty place: those that must be filled first. `needed`: only those. */
export function nextSlot(box, { needed = false } = {}) {
  const empty = [...box.querySelectorAll("[data-slot]:not(.taken)")];
  return empty.find((tile) => "required" in tile.dataset) ?? (needed ? undefined : empty[0]);
}

export function slotOf(box, angle) {
  const tile = [...box.querySelectorAll("[data-slot]")].find((one) => one.dataset.slot === angle);
  if (!tile) return null;
  const outline = tile.querySelector(".outline");
  const drawn = box.dataset.uploadUrl + angle;
  if (outline) outlines.set(drawn, outline.cloneNode(true));
  return { tile, outline: outlines.get(drawn) ?? null };
}

export function wordsOf(box, angle) {
  return slotOf(box, angle)?.tile.dataset.words ?? angle;
}
