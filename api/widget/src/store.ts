/** What the widget keeps in the storage of the site that embeds it: which conversation, what is still to be sent, how to show it. */

/** A message on its way; the same `client_id` makes the server answer it once, however often it is sent. */
export interface Outgoing {
  client_id: string;
  shown: string;
  text?: string;
  payload?: string;
}

export interface State {
  id?: string;
  token?: string;
  /** The person's explicit choice. */
  language?: string;
  /** Steps of text size. */
  size: number;
  queue: Outgoing[];
  /** The newest message that a tab has seen: a change tells the other tabs to look. */
  last: number;
  /** When all of this is forgotten, in milliseconds since 1970. */
  until: number;
}

const DAY = 86_400_000;
const empty = (): State => ({ size: 0, queue: [], last: 0, until: 0 });

export class Store {
  private memory: string | null = null;

  constructor(
    readonly key: string,
    private days = 30,
  ) {}

  keepFor(days: number): void {
    this.days = days;
  }

  /** The state as all tabs share it; what is past its term, or not readable, is nothing. */
  read(): State {
    try {
      const state = { ...empty(), ...(JSON.parse(this.raw() ?? "{}") as Partial<State>) };
      return state.until && state.until < Date.now() ? empty() : state;
    } catch {
      return empty();
    }
  }

  write(change: Partial<State>): State {
    const state = { ...this.read(), ...change, until: Date.now() + this.days * DAY };
    const text = JSON.stringify(state);
    this.memory = text;
    try {
      localStorage.setItem(this.key, text);
    } catch {
      // Storage is switched off or full: this page remembers on its own.
    }
    return state;
  }

  /** Forgets the conversation and what was to be sent; language and text size stay. */
  forgetConversation(): void {
    const { language, size } = this.read();
    this.remove();
    this.write(language === undefined ? { size } : { language, size });
  }

  /** Forgets everything. */
  clear(): void {
    this.remove();
    this.setOpen(false);
  }

  /** Whether this tab had the chat open: a new page of the same visit goes on with it. */
  get open(): boolean {
    try {
      return sessionStorage.getItem(this.key) === "open";
    } catch {
      return false;
    }
  }

  setOpen(open: boolean): void {
    try {
      if (open) sessionStorage.setItem(this.key, "open");
      else sessionStorage.removeItem(this.key);
    } catch {
      // Then the next page begins closed.
    }
  }

  private remove(): void {
    this.memory = null;
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was stored.
    }
  }

  private raw(): string | null {
    try {
      return localStorage.getItem(this.key);
    } catch {
      return this.memory;
    }
  }
}
