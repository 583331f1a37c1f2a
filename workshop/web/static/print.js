// Print pages: the button prints; `data-print-now` on the body's content asks at once.

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
if (document.querySelector("[data-print-now]")) window.print();
