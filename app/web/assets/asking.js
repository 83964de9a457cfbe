// The form of a question: Enter asks, Shift+Enter begins a line, Esc empties; examples ask at a click.
const form = () => element.querySelector("form");
const box = () => element.querySelector("textarea");
const busy = (text) => { element.querySelector(".busy").textContent = text; };
let asked = null; // what is being answered; whatever is written meanwhile stays
let patience = 0;
const release = (text) => { clearTimeout(patience); busy(text); };
const ask = (question) => {
  document.querySelector("#notice .notice")?.remove();
  asked = question;
  clearTimeout(patience);
  patience = setTimeout(() => busy("还没有收到回答，请检查网络后重试。"), 30_000);
  const chosen = Object.fromEntries([...form().querySelectorAll("select")].map((select) => [select.name, select.value]));
  busy("正在查找……");
  trigger("ask", { question, ...chosen });
};
const grow = () => { box().style.height = "auto"; box().style.height = `${box().scrollHeight + 2}px`; };

element.addEventListener("submit", (event) => { event.preventDefault(); ask(box().value); });
element.addEventListener("keydown", (event) => {
  if (event.target !== box() || event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); ask(box().value); }
  if (event.key === "Escape") { box().value = ""; grow(); }
});
element.addEventListener("input", grow);
element.addEventListener("click", (event) => {
  const example = event.target.closest("[data-question]");
  if (example) ask(example.dataset.question);
});
element.addEventListener("change", () => {
  const chosen = [...form().querySelectorAll("select")].filter((select) => select.value);
  element.querySelector(".chosen").textContent = chosen.map((s) => `　${s.selectedOptions[0].text}`).join("");
});

// The answer came: the box is free for the next question. A question that could not be asked stays in it.
document.addEventListener("wence:answered", () => {
  release("");
  if (asked !== null && box().value === asked) { box().value = ""; grow(); }
  asked = null;
});
document.addEventListener("wence:refused", () => { release(""); asked = null; });
document.addEventListener("click", (event) => { if (event.target.closest("[data-size]")) grow(); });
requestAnimationFrame(grow);
if (matchMedia("(hover: hover)").matches) box().focus(); // on a phone the keyboard would cover the page
