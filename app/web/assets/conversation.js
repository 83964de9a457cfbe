// A citation card or a related clause was chosen: tell the page which words of which document to show.
element.addEventListener("click", (event) => {
  const card = event.target.closest("[data-document]");
  if (!card) return;
  element.querySelectorAll("[aria-pressed]").forEach((other) => other.removeAttribute("aria-pressed"));
  card.setAttribute("aria-pressed", "true");
  trigger("click", {
    document: card.dataset.document,
    start: Number(card.dataset.start),
    end: Number(card.dataset.end),
  });
});
