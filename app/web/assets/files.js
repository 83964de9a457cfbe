// Documents: opened, looked through; for administrators, what they do with them.
const busy = (text) => { const place = document.querySelector("#administration .busy"); if (place) place.textContent = text; };
const values = (form) => Object.fromEntries(new FormData(form));

const choose = (replaces) => {
  const input = document.querySelector("#administration [data-replaces]");
  input.dataset.replaces = replaces;
  input.click();
};

const doIt = (dataset) => {
  const { id = "", name = "" } = dataset;
  if (dataset.do === "logout") trigger("logout", {});
  if (dataset.do === "dismiss") trigger("act", { do: "dismiss" });
  if (dataset.do === "edit") trigger("act", { do: "edit", id });
  if (dataset.do === "replace") choose(id);
  if (dataset.do === "reindex" && (id || confirm("确定重新收录全部文件吗？"))) trigger("work", { do: "reindex", id });
  if (dataset.do === "add") trigger("work", { do: "add", files: JSON.parse(dataset.files), replaces: dataset.replaces });
  if (dataset.do === "remove" && confirm(`确定从索引中移除《${name}》吗？原文件不会删除。`)) trigger("act", { do: "remove", id });
  if (dataset.do === "preview") trigger("act", { do: "preview", ...values(element.querySelector(".synonyms form")) });
};

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.document) trigger("open", { ...button.dataset });
  if (button.dataset.do) doIt(button.dataset);
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.matches(".find")) trigger("find", { wanted: form.querySelector("input").value });
  if (form.matches(".login")) { trigger("login", values(form)); form.reset(); }
  if (form.matches(".edit")) trigger("act", { do: "correct", id: form.dataset.id, ...values(form) });
  if (form.matches(".synonyms form")) trigger("act", { do: "save", ...values(form) });
});

element.addEventListener("change", async (event) => {
  const input = event.target;
  if (!input.matches("[data-upload]") || !input.files.length) return;
  const files = [...input.files];
  const replaces = input.dataset.replaces ?? "";
  input.value = "";
  try {
    const paths = await send(files, busy);
    trigger("work", { do: "look", replaces, files: paths.map((path, i) => ({ path, name: files[i].name })) });
  } catch (error) {
    busy(error.message);
  }
});

// What was asked for appears above the list, which may be long.
if (element.id === "bench") {
  watch("value", () => requestAnimationFrame(() => {
    if (!element.innerText.trim()) return;
    element.scrollIntoView({ block: "nearest" });
    element.querySelector("form.edit input")?.focus({ preventScroll: true });
  }));
}
