// The page that builds the snippet: what is chosen becomes data- attributes, of the snippet and of the widget shown beside it.
const byId = (id) => document.getElementById(id);
const form = byId("options"), snippet = byId("snippet"), preview = byId("preview");
const plain = new FormData(form);
let timer;

function chosen() {
  const data = new FormData(form);
  const options = {};
  for (const name of ["municipality", "language", "greeting"]) if (data.get(name)) options[name] = data.get(name).trim();
  if (data.get("position") === "left") options.position = "left";
  if (data.get("color") !== plain.get("color")) options.color = data.get("color");
  for (const name of ["languages", "topics"]) {
    const values = data.getAll(name).join(" ");
    if (values !== plain.getAll(name).join(" ")) options[name] = values;
  }
  if (data.get("position") === "inline") options.inline = "";
  return options;
}

// A topic is called otherwise in each country.
function nameTopics() {
  const country = form.elements.municipality.selectedOptions[0].parentElement.dataset.country;
  for (const topic of document.querySelectorAll(".topic")) topic.textContent = topic.dataset[country] ?? topic.textContent;
}

const escaped = (text) => text.replace(/[&"<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function show() {
  nameTopics();
  const options = chosen();
  const attributes = Object.entries(options).map(([name, value]) => (value ? ` data-${name}="${escaped(value)}"` : ` data-${name}`));
  snippet.value = `<script src="${form.dataset.origin}/widget.js"${attributes.join("")} async></script>`;
  document.querySelectorAll("sveiki-chat").forEach((node) => node.remove());
  const widget = document.createElement("sveiki-chat");
  Object.assign(widget.dataset, options);
  const inline = options.inline !== undefined;
  preview.hidden = !inline;
  byId("corner").hidden = inline;
  (inline ? preview : document.documentElement).append(widget);
  byId("copied").textContent = "";
}

form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 300); });
form.addEventListener("submit", (event) => event.preventDefault());
byId("copy").addEventListener("click", async () => {
  snippet.select();
  try {
    await navigator.clipboard.writeText(snippet.value);
  } catch {
    document.execCommand("copy");
  }
  byId("copied").textContent = byId("copied").dataset.text;
});
show();
