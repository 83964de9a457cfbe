// The words in question are brought into sight: inside the text on a wide page, the text itself where it stands below.
const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
let from = null; // what was clicked, to go back to
let shown = ""; // which words of which document

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-document]");
  if (!link) return;
  from = link;
  const { document: name, start, end } = link.dataset;
  const wanted = [name, start, end].join();
  if (wanted === shown) reveal(); // the same once more changes nothing on the page, and tells nobody
  shown = wanted;
}, true);

// On a wide page only the text scrolls; on a narrow one the page goes down to it.
const show = (part, block) => {
  const text = element.querySelector(".text");
  const away = part.getBoundingClientRect().top - text.getBoundingClientRect().top;
  const above = block === "center" ? (text.clientHeight - part.getBoundingClientRect().height) / 2 : 12;
  text.scrollTo({ top: text.scrollTop + away - Math.max(above, 12) }); // at once: the way may be long
};

const reveal = () => {
  requestAnimationFrame(() => {
    const isNarrow = getComputedStyle(element.querySelector(".back") ?? element).display !== "none";
    if (isNarrow && from) element.scrollIntoView({ block: "start", behavior: calm() });
    const text = element.querySelector(".text");
    if (!text) return;
    if (isNarrow) text.focus({ preventScroll: true });
    const mark = element.querySelector("mark");
    if (mark) show(mark, "center");
    else text.scrollTo({ top: 0 });
  });
};
watch("value", reveal);

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
  if (part) show(part, "start");
});
