// The words in question are brought into sight: inside the text on a wide page, the text itself where it stands below.
const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
let from = null; // what was clicked, to go back to

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-document]");
  if (link) from = link;
}, true);

watch("value", () => {
  requestAnimationFrame(() => {
    const mark = element.querySelector("mark");
    const narrow = getComputedStyle(element.querySelector(".back") ?? element).display !== "none";
    if (!mark) element.querySelector(".text")?.scrollTo({ top: 0 });
    if (mark || (from && narrow)) (mark ?? element).scrollIntoView({ block: mark ? "center" : "start", behavior: calm() });
  });
});

element.addEventListener("click", (event) => {
  if (event.target.closest(".back")) {
    from?.scrollIntoView({ block: "center", behavior: calm() });
    from?.focus({ preventScroll: true });
  }
  const line = event.target.closest("a[data-offset]");
  if (!line) return;
  event.preventDefault();
  const wanted = Number(line.dataset.offset);
  const parts = [...element.querySelectorAll(".text [data-offset]")];
  const part = parts.findLast((each) => Number(each.dataset.offset) <= wanted) ?? parts[0];
  element.querySelectorAll(".here").forEach((other) => other.classList.remove("here"));
  part?.classList.add("here");
  part?.scrollIntoView({ block: "start", behavior: calm() });
});
