/** What the API sends, and what the parts of the widget hand to one another. */

export interface Button {
  title: string;
  payload: string;
}

export interface Section {
  name: string;
  title: string;
  text: string;
}

export interface Source {
  title: string;
  url: string;
  checked_on: string;
  official: boolean;
}

/** The same answer in the state's language, to be held out to a clerk. */
export interface Clerk {
  language: string;
  title: string | null;
  text: string;
  sections?: Section[];
}

/** A message of the API; of the person's own messages only id, role and text count. Newer servers may leave out or add fields. */
export interface Message {
  id: number;
  role: string;
  kind?: string | null;
  text: string;
  language?: string | null;
  text_language?: string | null;
  title?: string | null;
  entry?: string | null;
  municipality?: string | null;
  sections?: Section[];
  sources?: Source[];
  checked_on?: string | null;
  reviewed_on?: string | null;
  notices?: string[];
  buttons?: Button[];
  feedback?: Button[];
  clerk?: Clerk | null;
  private?: boolean;
  /** The person wants to be gone at once. */
  quick_exit?: boolean;
}

/** What `GET /widget/<language>.json` answers. */
export interface Settings {
  texts: Record<string, string>;
  languages: Record<string, string>;
  state_language: string | null;
  place: string | null;
  topics: string[];
  limit: number;
  days: number;
  trial: boolean;
}

/** What the embedding page chose; each is a `data-` attribute of the same name. */
export interface Options {
  municipality?: string;
  country?: string;
  language?: string;
  languages?: string;
  color?: string;
  position?: string;
  greeting?: string;
  topics?: string;
  exit?: string;
  inline?: string;
}

/** What the embedded script hands to the chat that it loads. */
export interface Host {
  element: HTMLElement;
  root: ShadowRoot;
  launcher: HTMLElement | null;
  /** Where Sveiki runs: `https://sveiki.example`. */
  origin: string;
  options: Options;
  inline: boolean;
  /** Key of the stored state in this site's storage. */
  key: string;
  load(language: string): Promise<Settings>;
  emit(name: string, detail?: Record<string, unknown>): void;
  addStyles(rules: string): void;
}

export interface Chat {
  open(focus: boolean): void;
  close(): void;
  /** The element has left the page. */
  suspend(): void;
  ask(text: string): void;
  setLanguage(language: string): Promise<void>;
}

export interface ChatModule {
  start(host: Host, settings: Settings, language: string): Chat;
}
