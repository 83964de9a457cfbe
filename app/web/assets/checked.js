// The result: sources opened, sentences of one verdict shown alone, all of it taken away.
element.addEventListener("click", (event) => {
  const sentence = event.target.closest("[data-document]");
  if (sentence) {
    event.preventDefault();
    element.querySelectorAll("[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    sentence.setAttribute("aria-current", "true");
    trigger("open", { ...sentence.dataset });
  }
  const button = event.target.closest("button");
  if (button?.dataset.do === "export") trigger("export", { form: button.dataset.form });
  if (button?.dataset.verdict) {
    const chips = [...element.querySelectorAll("[data-verdict]")];
    const pressed = button.getAttribute("aria-pressed") !== "true";
    chips.forEach((chip) => chip.setAttribute("aria-pressed", String(pressed && chip === button)));
    element.querySelector(".sentences").dataset.only = pressed ? button.dataset.verdict : "";
  }
});
