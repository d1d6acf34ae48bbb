/** The chat as it is seen: the panel, its menu, the messages, what is read out. */

import { Api } from "./api";
import styles from "./chat.css";
import { h, icon } from "./dom";
import { plain } from "./markdown";
import { clerkPage, reply, userBubble, type Surroundings } from "./message";
import { Store, type Outgoing } from "./store";
import { Talk, type Entry, type View } from "./talk";
import { stopReading } from "./tools";
import type { Chat, Clerk, Host, Message, Settings } from "./types";

const CLOSE = "M6 6l12 12M18 6L6 18";
const MORE = "M4 7h16M4 12h16M4 17h16";
const SEND = "M4 12h15M13 6l6 6-6 6";
const SIZES = 3;
/** After this many milliseconds words say what the dots mean. */
const PATIENCE = 1000;
const narrow = matchMedia("(max-width: 480px), (max-height: 480px)");

class Panel implements Chat, View {
  private readonly store: Store;
  private readonly talk: Talk;
  private readonly shell: HTMLElement;
  private log!: HTMLElement;
  private tail!: HTMLElement;
  private typing!: HTMLElement;
  private welcome!: HTMLElement;
  private overlay!: HTMLElement;
  private menu!: HTMLElement;
  private menuButton!: HTMLButtonElement;
  private exit!: HTMLElement;
  private input!: HTMLTextAreaElement;
  private readonly polite = h("div", { className: "hidden", "aria-live": "polite" });
  private readonly urgent = h("div", { className: "hidden", role: "alert" });
  private readonly nodes = new Map<Entry, HTMLElement>();
  private isOpen = false;
  private slow = 0;
  private hush = 0;

  constructor(
    private readonly host: Host,
    private settings: Settings,
    private language: string,
  ) {
    this.store = new Store(host.key, settings.days);
    const { municipality, country } = host.options;
    const place = { ...(municipality && { municipality }), ...(country && { country }) };
    this.talk = new Talk(new Api(host.origin, () => this.language), this.store, place, this);
    host.addStyles(styles);
    this.shell = host.inline
      ? h("section", { className: "root panel inline", "aria-labelledby": "sveiki-title" })
      : h("dialog", { className: "root panel", "aria-labelledby": "sveiki-title" });
    this.shell.classList.toggle("left", host.options.position === "left");
    this.shell.addEventListener("keydown", (event) => this.key(event));
    this.shell.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.escape();
    });
    host.root.append(this.shell);
    this.build();
    narrow.addEventListener("change", () => this.isOpen && this.present(this.shell.contains(host.root.activeElement)));
  }

  open(focus: boolean): void {
    if (!this.isOpen) {
      this.isOpen = true;
      if (!this.host.inline) this.store.setOpen(true);
      this.host.launcher?.setAttribute("hidden", "");
      this.present(focus);
      this.talk.resume();
      this.host.emit("open");
    } else if (focus) this.focus();
  }

  close(): void {
    if (!this.isOpen || this.host.inline) return;
    const focused = this.shell.contains(this.host.root.activeElement);
    this.suspend();
    this.store.setOpen(false);
    this.toggleMenu(false);
    (this.shell as HTMLDialogElement).close();
    this.host.launcher?.removeAttribute("hidden");
    if (focused) this.host.launcher?.focus();
    this.host.emit("close");
  }

  suspend(): void {
    this.isOpen = false;
    this.talk.pause();
    stopReading();
  }

  ask(text: string): void {
    if (text.trim()) this.say(text.trim());
  }

  async setLanguage(language: string): Promise<void> {
    if (language === this.language) return;
    this.settings = await this.host.load(language);
    this.language = language;
    const focus = this.host.root.activeElement?.getAttribute("data-keep");
    const draft = this.input.value;
    this.build();
    this.input.value = draft;
    this.talk.entries.forEach((entry) => this.add(entry, false));
    this.waiting(this.store.read().queue, false);
    this.host.root.querySelector<HTMLElement>(`[data-keep="${focus}"]`)?.focus();
    this.host.emit("language", { language });
  }

  // What the talk says.

  add(entry: Entry, fresh: boolean): void {
    const { message } = entry;
    const node = message.role === "user" ? userBubble(message.text, this.around()) : reply(message, this.around());
    this.nodes.set(entry, node);
    const next = this.talk.entries.slice(this.talk.entries.indexOf(entry) + 1).find((other) => this.nodes.has(other));
    this.log.insertBefore(node, next ? this.nodes.get(next)! : this.tail);
    this.welcome.querySelector(".topics")?.remove();
    if (message.private || message.kind === "crisis") this.exit.hidden = false;
    if (message.role === "user") return;
    this.reveal(node);
    if (!fresh) return;
    if (message.quick_exit) return this.leave();
    this.speak(message);
    this.host.emit("message", { kind: message.kind, language: message.language });
    const spoken = message.language;
    if (spoken && !this.store.read().language && spoken !== this.language && this.offered().includes(spoken)) void this.setLanguage(spoken).catch(() => undefined);
  }

  waiting(queue: Outgoing[], stuck: boolean): void {
    this.tail.querySelectorAll(".pending").forEach((node) => node.remove());
    const bubbles = queue.map((item) => {
      const node = userBubble(item.shown, this.around());
      node.classList.add("pending");
      if (stuck) node.append(h("small", { className: "pending-note", textContent: this.text("widget-waiting") }));
      return node;
    });
    this.tail.prepend(...bubbles);
    const note = this.tail.querySelector(".offline");
    if (!stuck || !queue.length) note?.remove();
    else if (!note) {
      const again = h("button", { type: "button", textContent: this.text("chat-retry"), onclick: () => this.talk.retry() });
      this.tail.append(h("div", { className: "notice offline" }, h("p", { textContent: this.text("widget-offline") }), again));
      this.announce(this.text("widget-offline"));
    }
    if (queue.length) {
      this.welcome.querySelector(".topics")?.remove();
      this.bottom();
    }
  }

  busy(busy: boolean): void {
    clearTimeout(this.slow);
    this.typing.hidden = !busy;
    this.typing.lastChild!.textContent = "";
    if (!busy) return;
    this.tail.querySelectorAll(".trouble, .offline").forEach((node) => node.remove());
    this.bottom();
    this.slow = window.setTimeout(() => {
      this.typing.lastChild!.textContent = `${this.text("chat-thinking")} …`;
      this.announce(this.text("chat-thinking"));
      this.bottom();
    }, PATIENCE);
  }

  refused(item: Outgoing, why: string, retry: (() => void) | null): void {
    const box = h("div", { className: "notice trouble" }, h("p", { textContent: why }));
    if (retry) box.append(h("button", { type: "button", textContent: this.text("chat-retry"), onclick: () => (box.remove(), retry()) }));
    else if (item.text !== undefined && !this.input.value) this.input.value = item.text;
    this.tail.append(box);
    this.announce(why, true);
    this.bottom();
    this.host.emit("error", { message: why });
  }

  ended(): void {
    this.log.insertBefore(h("p", { className: "state", textContent: this.text("widget-ended") }), this.tail);
    this.announce(this.text("widget-ended"));
  }

  cleared(): void {
    this.build();
  }

  // What is seen.

  private build(): void {
    const { text } = this;
    this.nodes.clear();
    this.exit = h("button", { type: "button", className: "exit", hidden: true, textContent: text("widget-exit"), onclick: () => this.leave() });
    this.typing = h("div", { className: "typing", hidden: true }, h("span", { className: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("span"));
    this.tail = h("div", { className: "tail" }, this.typing);
    this.welcome = this.greeting();
    this.log = h("div", { className: "log", role: "log", "aria-live": "off", tabIndex: 0, "aria-label": text("chat-title") }, this.welcome, this.tail);
    this.overlay = h("div", { className: "overlay", hidden: true });
    this.shell.lang = this.language;
    this.shell.dataset.size = String(this.store.read().size);
    this.shell.replaceChildren(this.header(), this.exit, this.menu, this.log, this.overlay, this.form(), this.polite, this.urgent);
  }

  private header(): HTMLElement {
    const { text } = this;
    const languages = h("select", { "aria-label": text("chat-language"), "data-keep": "language", onchange: () => void this.choose(languages.value) });
    for (const code of this.offered()) {
      languages.append(h("option", { value: code, lang: code, textContent: this.settings.languages[code]!, selected: code === this.language }));
    }
    this.menuButton = h("button", { type: "button", className: "icon", "aria-label": text("widget-menu"), "aria-expanded": "false", "aria-controls": "sveiki-menu", "data-keep": "menu" }, icon(MORE));
    this.menuButton.addEventListener("click", () => this.toggleMenu(this.menu.hidden));
    const entry = (key: string, act: () => void): HTMLElement => h("button", { type: "button", textContent: text(key), onclick: act });
    const page = (key: string, path: string): HTMLElement =>
      h("a", { href: this.host.origin + path, target: "_blank", rel: "noopener", textContent: text(key) });
    this.menu = h(
      "div",
      { className: "menu", id: "sveiki-menu", hidden: true },
      entry("widget-larger", () => this.enlarge()),
      entry("chat-new", () => {
        this.talk.forget();
        this.input.focus();
      }),
      entry("chat-delete", () => this.askToDelete()),
      page("page-all", `/e/?lang=${this.language}`),
      page("chat-privacy", `/privacy/${this.language}`),
    );
    return h(
      "header",
      {},
      h("h2", { id: "sveiki-title" }, text("chat-bot"), this.settings.place && h("small", { textContent: this.settings.place })),
      languages,
      this.menuButton,
      !this.host.inline && h("button", { type: "button", className: "icon", "aria-label": text("widget-close"), onclick: () => this.close() }, icon(CLOSE)),
    );
  }

  private greeting(): HTMLElement {
    const { text } = this;
    const { greeting } = this.host.options;
    const box = h("div", { className: "welcome" });
    if (greeting) box.append(h("p", { className: "greeting", textContent: greeting }));
    box.append(h("p", {}, `${text("chat-intro")} `, h("a", { href: `${this.host.origin}/privacy/${this.language}`, target: "_blank", rel: "noopener", textContent: text("chat-privacy") })));
    if (this.settings.trial && this.host.origin !== location.origin) box.append(h("p", { className: "state", textContent: text("page-trial") }));
    if (this.settings.topics.length) {
      const heading = h("h3", { id: "sveiki-topics", textContent: text("widget-topics") });
      const list = h("ul", { "aria-labelledby": "sveiki-topics" });
      for (const topic of this.settings.topics) list.append(h("li", {}, h("button", { type: "button", textContent: topic, onclick: () => this.say(topic) })));
      box.append(h("div", { className: "topics" }, heading, list));
    }
    return box;
  }

  private form(): HTMLElement {
    const { text } = this;
    this.input = h("textarea", { rows: 1, id: "sveiki-text", placeholder: text("chat-placeholder"), autocomplete: "off", "data-keep": "text" });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    const form = h(
      "form",
      {},
      h("label", { className: "hidden", htmlFor: "sveiki-text", textContent: text("chat-label") }),
      this.input,
      h("button", { type: "submit", className: "icon send", "aria-label": text("chat-send") }, icon(SEND)),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    return form;
  }

  private submit(): void {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.say(text);
    this.focus();
  }

  private say(text: string): void {
    stopReading();
    this.talk.say(text);
  }

  /** On a small screen the chat covers the page, so the page behind is out of reach; else both can be used. */
  private present(focus: boolean): void {
    if (this.host.inline) return;
    const dialog = this.shell as HTMLDialogElement;
    if (dialog.open) dialog.close();
    if (narrow.matches && dialog.showModal) dialog.showModal();
    else dialog.setAttribute("open", "");
    if (focus) this.focus();
    if (this.nodes.size) this.bottom();
  }

  /** A keyboard on the screen would hide what there is to read, so there it comes up only when the field is touched. */
  private focus(): void {
    if (matchMedia("(pointer: coarse)").matches) this.log.focus({ focusVisible: false } as FocusOptions);
    else this.input.focus();
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    this.escape();
  }

  private escape(): void {
    if (!this.menu.hidden) {
      this.toggleMenu(false);
      this.menuButton.focus();
    } else if (!this.overlay.hidden) this.hideOverlay();
    else this.close();
  }

  private toggleMenu(open: boolean): void {
    this.menu.hidden = !open;
    this.menuButton.setAttribute("aria-expanded", String(open));
    if (open) (this.menu.firstChild as HTMLElement).focus();
  }

  private enlarge(): void {
    const size = (this.store.read().size + 1) % SIZES;
    this.store.write({ size });
    this.shell.dataset.size = String(size);
  }

  private async choose(language: string): Promise<void> {
    this.store.write({ language });
    try {
      await this.setLanguage(language);
    } catch {
      this.announce(this.text("widget-offline"), true);
    }
  }

  private offered(): string[] {
    const listed = this.host.options.languages?.split(/[\s,]+/) ?? [];
    const all = Object.keys(this.settings.languages);
    const chosen = all.filter((code) => listed.includes(code));
    return chosen.length ? all.filter((code) => chosen.includes(code) || code === this.settings.state_language) : all;
  }

  private askToDelete(): void {
    this.toggleMenu(false);
    const keep = h("button", { type: "button", textContent: this.text("button-keep"), onclick: () => this.hideOverlay() });
    const remove = h("button", { type: "button", className: "danger", textContent: this.text("button-delete") });
    const question = h("p", { textContent: this.text("ask-delete") });
    remove.addEventListener("click", () => {
      this.talk.delete().then(
        () => {
          this.announce(this.text("deleted"));
          this.log.insertBefore(h("p", { className: "state", textContent: this.text("deleted") }), this.tail);
          this.input.focus();
        },
        () => {
          question.textContent = this.text("widget-undeleted");
          this.announce(question.textContent, true);
        },
      );
    });
    this.showOverlay(h("div", { className: "question" }, question, h("div", { className: "choices" }, remove, keep)));
    keep.focus();
  }

  private showClerk(clerk: Clerk): void {
    const page = clerkPage(clerk, this.around(), () => this.hideOverlay());
    this.showOverlay(page);
    page.querySelector("button")!.focus();
  }

  private returnTo: HTMLElement | null = null;

  private showOverlay(content: HTMLElement): void {
    this.returnTo = this.host.root.activeElement as HTMLElement | null;
    this.overlay.replaceChildren(content);
    this.overlay.hidden = false;
    this.log.hidden = true;
  }

  private hideOverlay(): void {
    this.overlay.hidden = true;
    this.log.hidden = false;
    const target = this.returnTo;
    if (target?.isConnected && target.getClientRects().length) target.focus();
    else this.menuButton.focus();
  }

  /** Nothing of the conversation stays in this browser, and "back" does not lead here. */
  private leave(): void {
    stopReading();
    this.talk.pause();
    this.store.clear();
    this.host.element.remove();
    const { exit } = this.host.options;
    location.replace(exit && /^https:\/\//.test(exit) ? exit : `https://${this.language}.wikipedia.org/`);
  }

  private around(): Surroundings {
    return {
      language: this.language,
      origin: this.host.origin,
      root: this.host.root,
      styles,
      text: this.text,
      press: (button) => this.talk.press(button),
      show: (clerk) => this.showClerk(clerk),
      announce: (text) => this.announce(text),
    };
  }

  private readonly text = (key: string, values: Record<string, string> = {}): string =>
    (this.settings.texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

  /** Reads an answer out once; what is folded, and what can be done with it, is found by walking on. */
  private speak(message: Message): void {
    const buttons = (message.buttons ?? []).map((button) => button.title);
    const said = [message.title, plain(message.text), ...buttons].filter(Boolean).join(". ");
    this.announce(said, message.kind === "crisis", message.text_language ?? this.language);
  }

  private announce(text: string, urgently = false, language = this.language): void {
    const region = urgently ? this.urgent : this.polite;
    clearTimeout(this.hush);
    region.replaceChildren(h("p", { lang: language, textContent: text }));
    // Said once: somebody who walks through the chat later is not to meet it a second time.
    this.hush = window.setTimeout(() => [this.urgent, this.polite].forEach((one) => one.replaceChildren()), 8000);
  }

  /** A long answer is read from its beginning, below the question where that is short. */
  private reveal(node: HTMLElement): void {
    const asked = node.previousElementSibling as HTMLElement | null;
    const first = asked?.classList.contains("user") && asked.offsetHeight < 100 ? asked : node;
    if (node.offsetTop + node.offsetHeight - first.offsetTop < this.log.clientHeight - 60) this.bottom();
    else this.log.scrollTop = first.offsetTop - this.log.offsetTop - 12;
  }

  private bottom(): void {
    this.log.scrollTop = this.log.scrollHeight;
  }
}

export function start(host: Host, settings: Settings, language: string): Chat {
  return new Panel(host, settings, language);
}
