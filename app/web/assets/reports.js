// Another report is chosen.
element.addEventListener("change", (event) => {
  if (!event.target.matches("[name=report]")) return;
  element.querySelector("iframe").src = event.target.value;
  element.querySelector("a.button").href = event.target.value;
});
