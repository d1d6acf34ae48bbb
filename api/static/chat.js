// The demo chat: a plain page on the chat API. The widget for other sites is a thing of its own.
import { renderMarkdown } from "./markdown.js";

const texts = JSON.parse(document.getElementById("texts").textContent);
const byId = (id) => document.getElementById(id);
const log = byId("log"), form = byId("form"), input = byId("text"), language = byId("language"), country = byId("country");
const STORE = "sveiki-demo";
let talk = JSON.parse(localStorage.getItem(STORE) || "null");

const t = (key, values = {}) =>
  (texts[language.value][key] || key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const day = (iso) => new Intl.DateTimeFormat(language.value === "en" ? "en-GB" : language.value, { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso));

function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

async function call(method, path, body) {
  const headers = { "Accept-Language": language.value };
  if (body) headers["Content-Type"] = "application/json";
  if (talk) headers.Authorization = `Bearer ${talk.token}`;
  const response = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  const data = response.status === 204 ? null : await response.json();
  if (!response.ok) throw Object.assign(new Error(data.message), { code: data.code });
  return data;
}

async function begin() {
  talk = null;
  talk = await call("POST", "/conversations", country.value ? { country: country.value } : {});
  localStorage.setItem(STORE, JSON.stringify(talk));
}

function add(node) {
  log.append(node);
  // A long answer is read from its beginning.
  const block = node.offsetHeight > innerHeight / 2 ? "start" : "nearest";
  node.scrollIntoView({ block, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

function showUser(text) {
  add(element("div", { className: "message user" }, element("span", { className: "hidden", textContent: `${t("chat-you")}: ` }), text));
}

function showReply(reply) {
  const box = element("div", { className: `message ${reply.kind}`, lang: reply.text_language });
  box.append(element("span", { className: "hidden", textContent: `${t("chat-bot")}: ` }), renderMarkdown(reply.text));
  for (const section of reply.sections)
    box.append(element("details", {}, element("summary", { textContent: section.title }), renderMarkdown(section.text)));
  for (const code of reply.notices.filter((code) => code !== "not_reviewed"))
    box.append(element("p", { className: "notice", lang: language.value, textContent: t(`notice-${code}`) }));
  if (reply.sources.length) {
    const list = element("ul", { className: "sources" });
    for (const source of reply.sources) {
      const item = element("li", {}, element("a", { href: source.url, rel: "noopener noreferrer", textContent: source.title }), " ");
      if (source.official) item.append(element("span", { className: "tag", textContent: t("official") }));
      list.append(item);
    }
    box.append(element("details", {}, element("summary", { textContent: t("sources") }), list));
    const official = reply.sources.some((source) => source.official);
    const state = reply.reviewed_on
      ? t("reviewed", { date: day(reply.reviewed_on) })
      : t(official ? "notice-not_reviewed" : "notice-not_reviewed-semi", { date: day(reply.checked_on) });
    box.append(element("p", { className: "state", lang: language.value, textContent: state }));
    box.append(element("a", { href: `/e/${[reply.entry, reply.municipality, reply.text_language].filter(Boolean).join("/")}`, target: "_blank", textContent: t("chat-more") }));
  }
  if (reply.buttons.length) {
    const row = element("div", { className: "buttons" });
    for (const button of reply.buttons) {
      const node = element("button", { type: "button", textContent: button.title });
      node.addEventListener("click", () => say({ payload: button.payload }, button.title));
      row.append(node);
    }
    box.append(row);
  }
  add(box);
}

async function say(message, shown) {
  showUser(shown);
  await deliver({ ...message, client_id: crypto.randomUUID?.() ?? String(Math.random()).slice(2) });
}

async function deliver(message) {
  const waiting = element("div", { className: "message waiting", textContent: `${t("chat-thinking")} …` });
  const timer = setTimeout(() => add(waiting), 400);
  try {
    if (!talk) await begin();
    const { messages } = await call("POST", `/conversations/${talk.id}/messages`, {
      ...message,
      ...(language.dataset.chosen && { language: language.value }),
    });
    messages.forEach(showReply);
    const spoken = messages.at(-1)?.language;
    if (spoken && spoken !== language.value) {
      language.value = spoken;
      document.documentElement.lang = spoken;
    }
  } catch (error) {
    if (error.code === "conversation_not_found" || error.code === "invalid_token") forget();
    const box = element("div", { className: "message error", textContent: error.code ? error.message : t("chat-offline") });
    if (!error.code || error.code === "conversation_not_found" || error.code === "storage_unavailable") {
      const again = element("button", { type: "button", textContent: t("chat-retry") });
      again.addEventListener("click", () => { box.remove(); deliver(message); });
      box.append(element("div", { className: "buttons" }, again));
    }
    add(box);
  } finally {
    clearTimeout(timer);
    waiting.remove();
  }
}

function forget() {
  talk = null;
  localStorage.removeItem(STORE);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  say({ text }, text);
  input.focus();
});
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
language.addEventListener("change", () => {
  // The page's own texts change with the language; the talk goes on when the page is there again.
  localStorage.setItem(`${STORE}-language`, language.value);
  location.search = `?lang=${language.value}`;
});
country.addEventListener("change", () => {
  localStorage.setItem(`${STORE}-country`, country.value);
  const name = country.selectedOptions[0].textContent;
  if (talk && country.value) say({ text: name }, name);
  else forget();
});
byId("new").addEventListener("click", () => { forget(); log.replaceChildren(); input.focus(); });
byId("delete").addEventListener("click", async () => {
  if (talk) await call("DELETE", `/conversations/${talk.id}`).catch(() => {});
  forget();
  log.replaceChildren();
  input.focus();
});

const kept = localStorage.getItem(`${STORE}-language`);
if (kept === language.value) language.dataset.chosen = "yes";
country.value = localStorage.getItem(`${STORE}-country`) || "";
if (talk) {
  call("GET", `/conversations/${talk.id}/messages`)
    .then(({ messages }) => messages.forEach((m) => (m.role === "user" ? showUser(m.text) : showReply(m))))
    .catch((error) => { if (error.code) forget(); });
}
