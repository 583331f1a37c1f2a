// The change for the cash put down, said while it is typed. What is recorded is the amount, not the notes.

const cents = (text) => Math.round(Number.parseFloat(text.replaceAll(",", "").replace(/[^\d.]/g, "")) * 100);
const show = (sum) => (sum / 100).toLocaleString(document.documentElement.lang, { minimumFractionDigits: 2 });

function reckon(form) {
  const words = form.querySelector("[data-change]");
  const [given, amount] = [form.elements.given, form.elements.amount];
  if (!words || !given || !amount) return;
  const change = cents(given.value) - cents(amount.value);
  words.classList.toggle("is-short", change < 0);
  words.textContent = Number.isNaN(change) || !given.value ? "" : change < 0 ? `${show(-change)} short` : `Change: ${show(change)}`;
}

document.addEventListener("input", (event) => {
  if (["given", "amount"].includes(event.target.name) && event.target.form) reckon(event.target.form);
});
