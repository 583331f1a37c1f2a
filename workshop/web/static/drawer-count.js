// The sums beside the coins, as they are typed. The server adds up again.

const form = document.querySelector("[data-count]");
const show = (cents) => (cents / 100).toLocaleString(document.documentElement.lang, { minimumFractionDigits: 2 });

function addUp() {
  let total = 0;
  for (const box of form.querySelectorAll("[data-worth]")) {
    const cents = Number(box.dataset.worth) * (Number.parseInt(box.value, 10) || 0);
    box.closest("tr").querySelector("[data-sum]").textContent = cents ? show(cents) : "–";
    total += cents;
  }
  const sum = form.querySelector("[data-total]");
  if (sum) sum.textContent = show(total);
}

// Enter goes to the next line, as on a till; the last one compares.
function onward(event) {
  if (event.key !== "Enter" || !event.target.dataset.worth) return;
  const boxes = [...form.querySelectorAll("[data-worth]")];
  const next = boxes[boxes.indexOf(event.target) + 1];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.select();
}

if (form) {
  form.addEventListener("input", addUp);
  form.addEventListener("keydown", onward);
  addUp();
}
