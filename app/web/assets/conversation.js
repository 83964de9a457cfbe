// What is done with answers: their sources opened; they copied, linked, judged, asked again, stopped, taken away.
const turnOf = (target) => target.closest("[data-turn]");
const say = (turn, text) => {
  const place = turn.querySelector(".actions .done");
  if (place) place.textContent = text;
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // pages from other machines that are not served over https may not use the clipboard
    const area = Object.assign(document.createElement("textarea"), { value: text });
    area.style.position = "fixed";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
};

const open = (link) => {
  element.querySelectorAll("[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
  trigger("open", { ...link.dataset });
};

const judge = (thumb) => {
  const turn = turnOf(thumb);
  turn.querySelectorAll("[data-opinion]").forEach((other) => other.setAttribute("aria-pressed", String(other === thumb)));
  turn.querySelector("form.opinion").hidden = false;
  trigger("judge", { turn: turn.dataset.turn, opinion: thumb.dataset.opinion, reason: "" });
};

element.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { dataset } = button;
  if (dataset.document) open(button);
  if (dataset.copy) { await copy(dataset.copy); say(turnOf(button), "已复制"); }
  if (dataset.link) { await copy(new URL(dataset.link, location.origin + location.pathname).href); say(turnOf(button), "链接已复制"); }
  if (dataset.opinion) judge(button);
  if (dataset.reason) {
    const reason = button.closest("form").querySelector("textarea");
    if (!reason.value.includes(dataset.reason)) reason.value = [reason.value, dataset.reason].filter(Boolean).join("；");
    reason.focus();
  }
  if (dataset.do === "export") trigger("export", { form: dataset.form });
  if (dataset.do === "stop") trigger("stop", { turn: turnOf(button).dataset.turn });
  if (dataset.do === "retry") trigger("retry", { turn: turnOf(button).dataset.turn });
  if (dataset.do === "clear") trigger("clear", {});
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const turn = turnOf(event.target);
  const pressed = turn.querySelector("[data-opinion][aria-pressed=true]");
  const reason = event.target.querySelector("textarea").value;
  trigger("judge", { turn: turn.dataset.turn, opinion: pressed?.dataset.opinion, reason });
  event.target.hidden = true;
  pressed?.focus();
  say(turn, "谢谢，已提交");
});

// Gradio changes the page by position. What was opened or half written belongs to its answer and goes with it.
const begun = new Map();
const remember = (event) => {
  const turn = turnOf(event.target);
  if (!turn) return;
  const form = turn.querySelector("form.opinion");
  begun.set(turn.dataset.turn, {
    reason: form?.querySelector("textarea").value ?? "",
    judged: form ? !form.hidden : false,
    open: [...turn.querySelectorAll("details")].map((details) => details.open),
  });
};
element.addEventListener("input", remember);
element.addEventListener("submit", remember);
element.addEventListener("click", (event) => {
  remember(event); // at once: the page may change before the next task
  setTimeout(() => remember(event)); // details open after the click
});

watch("value", () => {
  document.dispatchEvent(new Event("wence:answered"));
  if (new URLSearchParams(location.search).has("q")) history.replaceState(null, "", location.pathname); // asked once
  requestAnimationFrame(() => {
    for (const turn of element.querySelectorAll("[data-turn]")) {
      const { reason, judged, open } = begun.get(turn.dataset.turn) ?? { reason: "", judged: false, open: [] };
      const form = turn.querySelector("form.opinion");
      if (form) { form.hidden = !judged; form.querySelector("textarea").value = reason; }
      turn.querySelectorAll("details").forEach((details, i) => { details.open = open[i] ?? false; });
      say(turn, "");
    }
  });
});
