// PASS stays grey until every line is ticked, the stones agree and the photos are there. The server
// checks the same again; this only saves a walk.

import { behave } from "./behave.js";
import "./marks/stone-check.js";
import { showAnswer } from "./station-words.js";

behave("form[data-quality]", (form) => {
  const pass = form.querySelector("[data-pass]");
  const stones = form.elements.stones;
  const wanted = Number(form.dataset.stones);
  const ticks = [...form.querySelectorAll('.checklist input[type="checkbox"]')];
  const figures = ["size", "weight"].map((name) => form.elements[name]).filter(Boolean);
  const points = [...form.querySelectorAll('input[name^="stone-"]')];
  let photos = Number(form.dataset.photos);

  const look = () => {
    const missing = [];
    const left = ticks.filter((tick) => !tick.checked).length;
    if (stones && !agrees(form, stones, wanted)) missing.push(stones.value === "" ? "count the stones" : "the stones differ");
    const loose = points.filter((point) => point.value === "moves").length;
    const untapped = points.filter((point) => !point.value).length;
    if (loose) missing.push(loose === 1 ? "one stone moves: fail it" : `${loose} stones move: fail it`);
    else if (untapped && untapped < points.length) missing.push(untapped === 1 ? "one stone to tap" : `${untapped} stones to tap`);
    for (const figure of figures) if (!figure.value) missing.push(`the ${figure.name}`);
    if (left) missing.push(left === 1 ? "one line" : `${left} lines`);
    if (photos < Number(form.dataset.photoMinimum)) missing.push("the after photo");
    if ("maker" in form.dataset) missing.push("a colleague");
    pass.disabled = missing.length > 0;
    form.querySelector("[data-still]").textContent = missing.length ? `Still to do: ${missing.join(" · ")}` : "All there.";
  };

  form.addEventListener("input", look);
  form.addEventListener("change", look);
  form.addEventListener("saved", ({ detail }) => { if (detail.version) form.elements._base.value = detail.version; look(); });
  form.querySelector("[data-less]")?.addEventListener("click", () => step(-1));
  form.querySelector("[data-more]")?.addEventListener("click", () => step(1));
  document.querySelector('[data-open="#fail"]')?.addEventListener("click", () => {
    // A stone that moves is why: one tap less. Whoever chose another reason keeps it.
    const reasons = [...document.querySelectorAll('#fail input[name="reason"]')];
    const loose = reasons.find((one) => one.value === "stone_loose");
    if (loose && points.some((point) => point.value === "moves") && !reasons.some((one) => one.checked)) loose.checked = true;
  });
  document.body.addEventListener("photo-added", () => { photos += 1; look(); });

  function step(by) {
    stones.value = Math.max(0, (Number(stones.value) || 0) + by);
    stones.dispatchEvent(new Event("input", { bubbles: true }));
  }
  look();
});

// The cards: QC PASS presses the button, or says what is still to do; a QC FAIL with its reason leads on to the next.
document.addEventListener("station:said", ({ detail: { said, entry } }) => {
  if (entry.code.startsWith("A-FAIL-") && said.outcome === "done") return window.location.assign("/bench/quality");
  const pass = document.querySelector("[data-pass]");
  if (entry.code !== "A-PASS" || !pass) return;
  if (!pass.disabled) return pass.click();
  showAnswer({ outcome: "refused", words: document.querySelector("[data-still]")?.textContent ?? "Not yet." });
});

function agrees(form, stones, wanted) {
  const words = form.querySelector("[data-stone-words]");
  words.textContent = `${stones.value === "" ? "–" : stones.value} of ${wanted} stones`;
  const same = stones.value !== "" && Number(stones.value) === wanted;
  words.classList.toggle("right", same);
  words.classList.toggle("wrong", stones.value !== "" && !same);
  return same;
}
