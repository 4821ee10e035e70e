/* Buttons that copy what stands before them: a text, or the whole address of a link. */
"use strict";

for (const button of document.querySelectorAll("button.copier")) {
  button.hidden = !navigator.clipboard;
}
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button.copier");
  if (!button) return;
  const said = button.previousElementSibling;
  await navigator.clipboard.writeText(said.href || said.textContent);
  button.dataset.label ||= button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = button.dataset.label), 2000);
});
