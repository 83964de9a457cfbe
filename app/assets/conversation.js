// A citation card was chosen: tell the page which words of which document to show.
element.addEventListener("click", (event) => {
  const card = event.target.closest(".card");
  if (!card) return;
  element.querySelectorAll(".card[aria-pressed]").forEach((other) => other.removeAttribute("aria-pressed"));
  card.setAttribute("aria-pressed", "true");
  trigger("click", {
    document: card.dataset.document,
    start: Number(card.dataset.start),
    end: Number(card.dataset.end),
  });
});
