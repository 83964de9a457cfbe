// Show the quoted words: inside the text on a wide page, and the text itself where it stands below the answer.
watch("value", () => {
  requestAnimationFrame(() => {
    const mark = element.querySelector("mark");
    if (!mark) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    mark.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  });
});
