/** What a municipality embeds: the button, and the means to load the chat when somebody presses it. */

import { adopt, h, icon, pin } from "./dom";
import styles from "./launcher.css";
import { Store } from "./store";
import type { Chat, ChatModule, Host, Options, Settings } from "./types";

/** Written in front of this script by the server: per language the button's label, what to say when nothing loads, and "try again". */
declare const SVEIKI: { version: string; texts: Record<string, [string, string, string]> };

const SPEECH_BUBBLE = "M12 3C6.5 3 2 6.8 2 11.5c0 2.3 1.1 4.4 2.8 5.9L4 21.5l4.7-2.1c1 .3 2.1.5 3.3.5 5.5 0 10-3.8 10-8.4S17.5 3 12 3z";
const BRAND = "#0b5c55";
const script = document.currentScript as HTMLScriptElement | null;
const origin = new URL(script?.src ?? location.href).origin;
const narrow = matchMedia("(max-width: 480px), (max-height: 480px)");

class SveikiChat extends HTMLElement {
  private root = this.attachShadow({ mode: "open" });
  private launcher: HTMLButtonElement | null = null;
  private chat: Promise<Chat> | null = null;
  private tries = 0;

  connectedCallback(): void {
    if (this.root.childNodes.length) {
      if (this.inline || this.store.open) void this.open(false);
      return;
    }
    this.addStyles(styles);
    const color = /^#[0-9a-f]{6}$/i.test(this.dataset.color ?? "") ? this.dataset.color! : BRAND;
    pin(this, { "--sveiki-brand": color, "--sveiki-on": lightness(color) > 0.179 ? "#000" : "#fff" });
    if (this.inline) {
      void this.open(false);
      return;
    }
    const { language } = this;
    this.launcher = h("button", { className: "launcher", type: "button", "aria-haspopup": "dialog", onclick: () => void this.open(true) });
    this.launcher.append(icon(SPEECH_BUBBLE), h("span", { lang: language, textContent: SVEIKI.texts[language]![0] }));
    this.launcher.classList.toggle("left", this.dataset.position === "left");
    this.root.append(this.launcher);
    if (this.store.open && !narrow.matches) void this.open(false);
  }

  disconnectedCallback(): void {
    void this.chat?.then((chat) => chat.suspend());
  }

  /** Loads the chat the first time, and opens it. */
  async open(focus: boolean): Promise<Chat | null> {
    this.root.querySelector(".unavailable")?.remove();
    this.launcher?.setAttribute("aria-busy", "true");
    try {
      this.chat ??= this.start();
      const chat = await this.chat;
      chat.open(focus);
      return chat;
    } catch (error) {
      this.chat = null;
      this.unavailable(error);
      return null;
    } finally {
      this.launcher?.removeAttribute("aria-busy");
    }
  }

  async close(): Promise<void> {
    (await this.chat?.catch(() => null))?.close();
  }

  async setLanguage(language: string): Promise<void> {
    if (!SVEIKI.texts[language]) throw new RangeError(language);
    this.store.write({ language });
    const label = this.launcher?.querySelector("span");
    if (label) Object.assign(label, { lang: language, textContent: this.texts()[0] });
    await (await this.chat?.catch(() => null))?.setLanguage(language);
  }

  private async start(): Promise<Chat> {
    // A browser may remember that a module failed to load: each try has an address of its own.
    const address = `${origin}/widget/chat.js?v=${SVEIKI.version}${this.tries ? `&try=${this.tries}` : ""}`;
    this.tries++;
    const [module, settings] = await Promise.all([import(address) as Promise<ChatModule>, this.load(this.language)]);
    this.store.keepFor(settings.days);
    const offered = this.offered;
    const language = this.language;
    const kept = !offered || offered.includes(language) || language === settings.state_language || !settings.state_language;
    if (kept) return module.start(this.host(), settings, language);
    return module.start(this.host(), await this.load(settings.state_language!), settings.state_language!);
  }

  private async load(language: string): Promise<Settings> {
    const { municipality, country, topics } = this.dataset;
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ municipality, country, topics })) if (value !== undefined) query.set(name, value);
    const response = await fetch(`${origin}/widget/${language}.json?${query}`, { credentials: "omit" });
    const body = (await response.json()) as Settings & { message?: string };
    if (!response.ok) throw Object.assign(new Error(body.message), { told: body.message });
    return body;
  }

  private host(): Host {
    return {
      element: this,
      root: this.root,
      launcher: this.launcher,
      origin,
      options: { ...this.dataset } as Options,
      inline: this.inline,
      key: this.store.key,
      load: (language) => this.load(language),
      emit: (name, detail) => this.dispatchEvent(new CustomEvent(`sveiki-${name}`, { detail, bubbles: true, composed: true })),
      addStyles: (rules) => this.addStyles(rules),
    };
  }

  /** Rules for this widget alone; a browser that cannot construct stylesheets gets them all from our origin. */
  private addStyles(rules: string): void {
    if (adopt(this.root, rules) || this.root.querySelector("link")) return;
    this.root.append(h("link", { rel: "stylesheet", href: `${origin}/widget/widget.css?v=${SVEIKI.version}` }));
  }

  private unavailable(error: unknown): void {
    const [, unreachable, retry] = this.texts();
    const told = (error as { told?: string }).told;
    if (!told) console.warn(`Sveiki could not be loaded from ${origin}. Is ${location.origin} among the municipality's origins?`);
    this.root.append(
      h(
        "div",
        { className: "unavailable", role: "alert", lang: this.language },
        h("p", { textContent: told ?? unreachable }),
        h("button", { type: "button", textContent: retry, onclick: () => void this.open(true) }),
      ),
    );
  }

  private get inline(): boolean {
    return this.dataset.inline !== undefined;
  }

  private get store(): Store {
    return new Store(`sveiki ${origin} ${this.dataset.municipality ?? this.dataset.country ?? ""}`);
  }

  private get offered(): string[] | null {
    const listed = this.dataset.languages?.split(/[\s,]+/).filter((code) => SVEIKI.texts[code]);
    return listed?.length ? listed : null;
  }

  /** The person's choice, else the municipality's, the page's, the browser's. */
  private get language(): string {
    const { language } = this.store.read();
    const wanted = [language, this.dataset.language, document.documentElement.lang, ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
    const offered = this.offered;
    const known = wanted.filter((code): code is string => !!code && !!SVEIKI.texts[code]);
    return known.find((code) => !offered || offered.includes(code)) ?? offered?.[0] ?? known[0] ?? "en";
  }

  private texts(): [string, string, string] {
    return SVEIKI.texts[this.language]!;
  }
}

/** Relative luminance of `#rrggbb`, as WCAG defines it. */
function lightness(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function place(): void {
  const element = document.createElement("sveiki-chat") as SveikiChat;
  Object.assign(element.dataset, script?.dataset);
  const target = script?.dataset.inline;
  if (target === undefined) document.documentElement.append(element);
  else if (target) document.querySelector(target)?.append(element);
  else script?.after(element);

  const api = {
    open: () => element.open(true).then(() => undefined),
    close: () => element.close(),
    ask: async (text: string) => (await element.open(true))?.ask(text),
    setLanguage: (language: string) => element.setLanguage(language),
    on(name: string, handler: (event: Event) => void): () => void {
      element.addEventListener(`sveiki-${name}`, handler);
      return () => element.removeEventListener(`sveiki-${name}`, handler);
    },
  };
  (window as { Sveiki?: unknown }).Sveiki ??= api;
  element.dispatchEvent(new CustomEvent("sveiki-ready", { bubbles: true, composed: true }));
}

if (!customElements.get("sveiki-chat")) customElements.define("sveiki-chat", SveikiChat);
// `data-manual`: the page places `<sveiki-chat data-…>` itself.
if (script && script.dataset.manual === undefined) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
  else place();
}
