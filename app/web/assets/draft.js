// The form of a draft: pasted, or a file.
const busy = (text) => { element.querySelector(".busy").textContent = text; };
const chosen = () => element.querySelector("input[type=file]").files[0];

element.addEventListener("change", () => {
  element.querySelector(".name").textContent = chosen()?.name ?? "";
  if (chosen()) element.querySelector("textarea").value = "";
});
element.addEventListener("input", (event) => {
  if (event.target.name !== "text" || !chosen()) return;
  element.querySelector("input[type=file]").value = ""; // what was written last counts
  element.querySelector(".name").textContent = "";
});
element.addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = chosen();
  if (!file) return trigger("check", { text: element.querySelector("textarea").value });
  try {
    const [path] = await send([file], busy);
    trigger("check", { path, name: file.name });
  } catch (error) {
    busy(error.message);
  }
});
