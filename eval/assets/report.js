// Show the rows that fit the filters. Without a script all of them are shown, and no filters.
const rows = Array.from(document.querySelectorAll("#questions tbody tr"), (row) => ({
  row,
  text: plain(row.textContent),
  kind: row.dataset.kind,
  asker: row.dataset.asker,
  verdict: row.dataset.verdict.split(" "),
}));
const field = (id) => document.getElementById(id);
const fields = ["text", "kind", "asker", "verdict"].map(field);

function plain(text) {
  return text.normalize("NFKC").toLowerCase();
}

function show() {
  const [text, kind, asker, verdict] = fields.map((one) => one.value);
  const words = plain(text).split(/\s+/);
  let shown = 0;
  for (const one of rows) {
    const fits =
      (!kind || one.kind === kind) &&
      (!asker || one.asker === asker) &&
      (!verdict || one.verdict.includes(verdict)) &&
      words.every((word) => one.text.includes(word));
    one.row.hidden = !fits;
    shown += fits;
  }
  const total = rows.length.toLocaleString("zh-CN");
  field("count").textContent = shown === rows.length ? `共 ${total} 题` : `${total} 题中的 ${shown} 题`;
  field("none").hidden = shown > 0;
}

let waiting = 0;
for (const one of fields) {
  one.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 80); // not at every letter of a word
  });
}
field("clear").addEventListener("click", () => {
  for (const one of fields) one.value = "";
  show();
  field("text").focus();
});
show(); // a browser that goes back keeps what was chosen
