/** One message as nodes. */

import { h } from "./dom";
import { link, markdown } from "./markdown";
import { asText, copy, print, read, stopReading, voice } from "./tools";
import type { Button, Clerk, Message } from "./types";

/** What a message needs of the chat around it. */
export interface Surroundings {
  language: string;
  origin: string;
  root: ShadowRoot;
  styles: string;
  text(key: string, values?: Record<string, string>): string;
  press(button: Button): void;
  show(clerk: Clerk): void;
  announce(text: string): void;
}

/** What the person wrote. */
export function userBubble(text: string, around: Surroundings): HTMLElement {
  return h("div", { className: "message user" }, h("span", { className: "hidden", textContent: `${around.text("chat-you")}: ` }), text);
}

export function reply(message: Message, around: Surroundings): HTMLElement {
  const language = message.text_language ?? message.language ?? around.language;
  const human = message.kind === "human";
  const box = h("article", { className: `message bot ${message.kind ?? ""}`, lang: language });
  const speaker = around.text(human ? "widget-person" : "chat-bot");
  box.append(h("span", { className: human ? "speaker" : "hidden", lang: around.language, textContent: human ? speaker : `${speaker}: ` }));
  if (message.title) box.append(h("h3", { textContent: message.title }));

  const officialHosts = new Set((message.sources ?? []).filter((source) => source.official).map((source) => host(source.url)));
  const mark = (made: HTMLAnchorElement): void => {
    if (made.protocol === "https:" && officialHosts.has(made.host)) made.after(" ", official(around));
  };
  box.append(later(message.text, mark));
  for (const section of message.sections ?? []) {
    box.append(h("details", {}, h("summary", { textContent: section.title }), later(section.text, mark)));
  }
  const notices = (message.notices ?? []).filter((code) => code !== "not_reviewed");
  for (const code of notices) box.append(h("p", { className: "notice", lang: around.language, textContent: around.text(`notice-${code}`) }));
  if (message.sources?.length) box.append(...provenance(message, around));
  if (message.buttons?.length) box.append(h("div", { className: "choices" }, ...message.buttons.map((button) => choice(button, around))));
  if (message.kind === "answer") box.append(tools(message, language, box, around));
  if (message.feedback?.length) {
    const row = h("div", { className: "feedback", lang: around.language });
    row.append(
      ...message.feedback.map((button) => {
        const node = choice(button, around);
        node.addEventListener("click", () => row.remove());
        return node;
      }),
    );
    box.append(row);
  }
  return box;
}

/** The same answer for the person across the counter: the state's language, large. */
export function clerkPage(clerk: Clerk, around: Surroundings, back: () => void): HTMLElement {
  return h(
    "section",
    { className: "clerk", "aria-label": around.text("widget-clerk") },
    h("button", { type: "button", className: "plain", textContent: `← ${around.text("widget-back")}`, onclick: back }),
    h(
      "div",
      { lang: clerk.language },
      clerk.title ? h("h2", { textContent: clerk.title }) : null,
      markdown(clerk.text),
      ...(clerk.sections ?? []).flatMap((section) => [h("h3", { textContent: section.title }), markdown(section.text)]),
    ),
  );
}

function provenance(message: Message, around: Surroundings): HTMLElement[] {
  const sources = message.sources!;
  const items = sources.map((source) =>
    h("li", {}, link(source.title, source.url) ?? source.title, source.official && " ", source.official && official(around)),
  );
  const key = sources.some((source) => source.official) ? "notice-not_reviewed" : "notice-not_reviewed-semi";
  const dated = (name: string, iso: string): string => around.text(name, { date: day(iso, around.language) });
  const checked = message.checked_on ? dated(message.reviewed_on ? "checked" : key, message.checked_on) : null;
  const state = [message.reviewed_on && dated("reviewed", message.reviewed_on), checked].filter(Boolean).join(". ");
  const folded = h("details", { className: "sources" }, h("summary", { lang: around.language }, `${around.text("sources")} (${sources.length})`));
  folded.append(h("ul", {}, ...items));
  return state ? [folded, h("p", { className: "state", lang: around.language, textContent: state })] : [folded];
}

function tools(message: Message, language: string, box: HTMLElement, around: Surroundings): HTMLElement {
  const { text } = around;
  const row = h("div", { className: "tools", lang: around.language });
  const tool = (key: string, act: (node: HTMLButtonElement) => void): HTMLButtonElement => {
    const node: HTMLButtonElement = h("button", { type: "button", textContent: text(key), onclick: () => act(node) });
    row.append(node);
    return node;
  };
  if (message.clerk) tool("widget-clerk", () => around.show(message.clerk!)).classList.add("strong");
  if (voice(language)) {
    let reading = false;
    const stop = (node: HTMLButtonElement): void => {
      reading = false;
      node.textContent = text("widget-read");
    };
    tool("widget-read", (node) => {
      if (reading) {
        stopReading();
        stop(node);
        return;
      }
      reading = true;
      node.textContent = text("widget-stop");
      read(asText(message, false), language, () => stop(node));
    });
  }
  tool("widget-copy", (node) => void copy(asText(message, true), around.root).then(() => {
    node.textContent = text("widget-copied");
    around.announce(text("widget-copied"));
    setTimeout(() => (node.textContent = text("widget-copy")), 2500);
  }));
  tool("widget-print", () => print(box, around.styles));
  if (message.entry) {
    const path = [message.entry, message.municipality, language].filter(Boolean).join("/");
    row.append(link(text("chat-more"), `${around.origin}/e/${path}`)!);
  }
  return row;
}

function choice(button: Button, around: Surroundings): HTMLButtonElement {
  return h("button", { type: "button", textContent: button.title, onclick: () => around.press(button) });
}

function official(around: Surroundings): HTMLElement {
  return h("span", { className: "tag", lang: around.language, textContent: around.text("official") });
}

/** Marks need the links' places in the tree, so they are set once all of the text is there. */
function later(text: string, mark: (link: HTMLAnchorElement) => void): DocumentFragment {
  const links: HTMLAnchorElement[] = [];
  const nodes = markdown(text, (made) => links.push(made));
  links.forEach(mark);
  return nodes;
}

function host(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return "";
  }
}

function day(iso: string, language: string): string {
  const locale = language === "en" ? "en-GB" : language;
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso));
}
