/** The conversation itself: what is to be sent, what has come, and how both survive reloads, other tabs and lost connections. */

import { Refusal, type Api } from "./api";
import type { Outgoing, State, Store } from "./store";
import type { Button, Message } from "./types";

/** A message in its place; orders grow, and a person's question comes right before its first reply. */
export interface Entry {
  order: number;
  message: Message;
}

/** What the talk tells whoever shows it. */
export interface View {
  /** `fresh`: it has just come, and is to be read out. */
  add(entry: Entry, fresh: boolean): void;
  /** What is still to be sent; `stuck` where it cannot be now. */
  waiting(queue: Outgoing[], stuck: boolean): void;
  busy(busy: boolean): void;
  /** The server refused a message; `retry` where trying again may help. */
  refused(item: Outgoing, why: string, retry: (() => void) | null): void;
  /** The conversation went on as a new one. */
  ended(): void;
  cleared(): void;
}

const EPOCH = 1e12;
const SLOWEST = 30_000;
const GONE = ["conversation_not_found", "invalid_token"];
const LASTING = ["empty_message", "no_words", "message_too_long", "unknown_payload", "invalid_request", "unknown_place"];

export class Talk {
  entries: Entry[] = [];
  private known = new Set<number>();
  /** The newest message up to which nothing is missing. */
  private last = 0;
  /** First replies to own messages whose stored form has not come yet. */
  private own: number[] = [];
  private epoch = 0;
  private id: string | undefined;
  private active = false;
  private loaded = false;
  private flushing = false;
  private stuck = false;
  private stale = false;
  private delay = 1000;
  private timer = 0;
  private stream: AbortController | null = null;

  constructor(
    private readonly api: Api,
    private readonly store: Store,
    private readonly place: { municipality?: string; country?: string },
    private readonly view: View,
  ) {
    this.id = store.read().id;
    window.addEventListener("storage", (event) => {
      if (event.key === store.key || event.key === null) this.noticed();
    });
    window.addEventListener("online", () => this.wake());
    window.addEventListener("pageshow", () => this.wake());
    window.addEventListener("pagehide", () => this.hangUp());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.hangUp() : this.wake()));
  }

  /** From now on show what comes. */
  resume(): void {
    this.active = true;
    this.wake();
  }

  /** Nobody looks: no connection is kept. What is to be sent still is. */
  pause(): void {
    this.active = false;
    this.hangUp();
  }

  say(text: string): void {
    this.enqueue({ client_id: unique(), shown: text, text });
  }

  press(button: Button): void {
    this.enqueue({ client_id: unique(), shown: button.title, payload: button.payload });
  }

  /** Sends what waits, now. */
  retry(): void {
    this.delay = 1000;
    void this.flush();
  }

  /** Begins anew; what was said stays with the server until its term. */
  forget(): void {
    this.hangUp();
    this.store.forgetConversation();
    this.reset();
    this.view.cleared();
  }

  /** Deletes the conversation everywhere. Raises Refusal or Unreachable. */
  async delete(): Promise<void> {
    const { id, token } = this.store.read();
    try {
      if (id) await this.api.call("DELETE", `/${id}`, token);
    } catch (error) {
      if (!(error instanceof Refusal && GONE.includes(error.code))) throw error;
    }
    this.forget();
  }

  private enqueue(item: Outgoing): void {
    const { queue } = this.store.write({ queue: [...this.store.read().queue, item] });
    this.view.waiting(queue, this.stuck);
    void this.flush();
  }

  private wake(): void {
    const { queue } = this.store.read();
    this.view.waiting(queue, this.stuck || (!!queue.length && !this.flushing));
    if (queue.length) this.retry();
    if (this.active && !document.hidden) void this.listen();
  }

  /** Another tab wrote something. */
  private noticed(): void {
    const state = this.store.read();
    if (this.id && state.id !== this.id) {
      this.hangUp();
      this.reset();
      this.view.cleared();
    }
    this.id = state.id;
    this.view.waiting(state.queue, !this.flushing);
    if (this.active && (state.last > this.last || this.stale)) void this.sync().catch(() => undefined);
    if (this.active && !document.hidden) void this.listen();
  }

  private reset(): void {
    this.entries = [];
    this.known.clear();
    this.own = [];
    this.last = 0;
    this.id = undefined;
    this.stale = this.stuck = this.loaded = false;
    clearTimeout(this.timer);
  }

  private async flush(): Promise<void> {
    clearTimeout(this.timer);
    if (this.flushing || !this.store.read().queue.length) return;
    this.flushing = true;
    this.view.busy(true);
    try {
      // One tab sends at a time; where a browser has no locks, client_id still keeps the server from answering twice.
      if (navigator.locks) await navigator.locks.request(this.store.key, () => this.drain());
      else await this.drain();
    } finally {
      this.flushing = false;
      this.view.busy(false);
      this.view.waiting(this.store.read().queue, this.stuck);
    }
    if (this.stale || this.own.length) await this.sync().catch(() => undefined);
    if (this.active && !document.hidden) void this.listen();
  }

  private async drain(): Promise<void> {
    for (let item = this.store.read().queue[0]; item; item = this.store.read().queue[0]) {
      try {
        const replies = await this.deliver(item);
        this.stuck = false;
        this.delay = 1000;
        this.settle(item, replies);
      } catch (error) {
        if (error instanceof Refusal) {
          this.remove(item, this.store.read().last);
          this.refused(item, error);
        } else {
          this.stuck = true;
          this.timer = window.setTimeout(() => void this.flush(), this.delay);
          this.delay = Math.min(this.delay * 2, SLOWEST);
          return;
        }
      }
    }
  }

  private async deliver(item: Outgoing): Promise<Message[]> {
    const state = await this.conversation();
    if (state.last > this.last && this.loaded) await this.sync();
    try {
      return await this.post(state, item);
    } catch (error) {
      if (!(error instanceof Refusal && GONE.includes(error.code))) throw error;
      this.leave();
      if (item.text === undefined) throw error;
      this.view.ended();
      return await this.post(await this.conversation(), item);
    }
  }

  private async post({ id, token, language }: State, { client_id, text, payload }: Outgoing): Promise<Message[]> {
    const body = { client_id, ...(text === undefined ? { payload } : { text }), ...(language && { language }) };
    return (await this.api.call<{ messages: Message[] }>("POST", `/${id}/messages`, token, body)).messages;
  }

  /** The state with a conversation, which is begun if there is none. */
  private async conversation(): Promise<State> {
    const state = this.store.read();
    if (state.id) return state;
    const { language } = state;
    const body = { ...this.place, ...(language && { language }) };
    const created = await this.api.call<{ id: string; token: string }>("POST", "", undefined, body);
    // Without locks another tab may have been faster: its conversation counts.
    const now = this.store.read();
    this.loaded = true;
    this.id = now.id ?? created.id;
    return now.id ? now : this.store.write({ ...created, last: 0 });
  }

  /** The server has forgotten the conversation: what was said stays on the screen, and a new one begins below it. */
  private leave(): void {
    this.hangUp();
    const { queue } = this.store.read();
    this.store.forgetConversation();
    this.store.write({ queue });
    this.known.clear();
    this.own = [];
    this.last = 0;
    this.id = undefined;
    this.epoch += EPOCH;
  }

  private settle(item: Outgoing, replies: Message[]): void {
    this.view.busy(false);
    const stored = replies.find((message) => message.id > 0);
    const asked = stored ? this.epoch + stored.id - 0.5 : this.next();
    if (stored && !this.known.has(stored.id)) this.own.push(stored.id);
    if (!stored || !this.known.has(stored.id)) this.insert({ order: asked, message: { id: 0, role: "user", text: item.shown } }, false);
    const newest = Math.max(this.store.read().last, ...replies.map((message) => message.id));
    this.remove(item, newest);
    for (const message of replies) {
      if (message.id > 0 && this.known.has(message.id)) continue;
      if (message.id > 0) this.known.add(message.id);
      this.insert({ order: message.id > 0 ? this.epoch + message.id : this.next(), message }, true);
    }
    // The bot's last word on a conversation that it has just deleted.
    if (!stored && replies.some((message) => message.kind === "command")) this.leave();
  }

  private remove(item: Outgoing, last: number): void {
    const queue = this.store.read().queue.filter((other) => other.client_id !== item.client_id);
    this.store.write({ queue, last });
    this.view.waiting(queue, false);
  }

  private refused(item: Outgoing, error: Refusal): void {
    const retry = LASTING.includes(error.code) ? null : () => this.enqueue(item);
    this.view.refused(item, error.message, retry);
  }

  /** Asks for what has come since, from this or another tab or from a coordinator. */
  private async sync(): Promise<void> {
    const { id, token } = this.store.read();
    if (!id) return;
    const fresh = this.loaded;
    const { messages } = await this.api.call<{ messages: Message[] }>("GET", `/${id}/messages?after=${this.last}`, token);
    if (this.id !== id) return;
    this.stale = false;
    for (const message of messages) this.take(message, fresh);
    this.loaded = true;
  }

  private take(message: Message, fresh: boolean): void {
    this.last = Math.max(this.last, message.id);
    if (this.known.has(message.id)) return;
    this.known.add(message.id);
    if (message.role === "user" && this.own.length && message.id < this.own[0]!) {
      // Shown already, as it was typed.
      this.own.shift();
      return;
    }
    this.insert({ order: this.epoch + message.id, message }, fresh);
  }

  private async listen(): Promise<void> {
    if (this.stream || !this.id) return;
    const stream = (this.stream = new AbortController());
    let delay = 1000;
    while (this.active && !stream.signal.aborted) {
      const { id, token } = this.store.read();
      if (!id || !token) break;
      try {
        await this.sync();
        this.delay = 1000;
        if (this.stuck) void this.flush();
        await this.api.listen(id, token, this.last, stream.signal, (message) => {
          delay = 1000;
          // A message on its way is shown already; what it becomes is asked for once it is there.
          const busy = this.store.read().queue.length > 0;
          if (!busy && !this.own.length && !this.stale) return this.take(message, true);
          this.stale = true;
          if (!busy) void this.sync().catch(() => undefined);
        });
      } catch (error) {
        if (error instanceof Refusal) {
          // The next message begins a new conversation, and says so.
          break;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, delay));
      delay = Math.min(delay * 2, SLOWEST);
    }
    if (this.stream === stream) this.stream = null;
  }

  private hangUp(): void {
    this.stream?.abort();
    this.stream = null;
  }

  private insert(entry: Entry, fresh: boolean): void {
    const after = this.entries.findIndex((other) => other.order > entry.order);
    this.entries.splice(after < 0 ? this.entries.length : after, 0, entry);
    this.view.add(entry, fresh);
  }

  private next(): number {
    return (this.entries[this.entries.length - 1]?.order ?? this.epoch) + 0.01;
  }
}

function unique(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
