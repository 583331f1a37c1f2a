// What was sent is on its way; the box is free for the next scan or number.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-clears]")) setTimeout(() => { form.elements.code.value = ""; });
});
