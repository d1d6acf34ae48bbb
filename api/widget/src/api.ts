/** The chat API, as the widget uses it. */

import type { Message } from "./types";

/** The server's own words about what went wrong, in the person's language. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** There was no answer, or none of Sveiki's: try again later. */
export class Unreachable extends Error {}

const PATIENCE = 30_000;

export class Api {
  constructor(
    private readonly origin: string,
    private readonly language: () => string,
  ) {}

  /** Raises Refusal or Unreachable. */
  async call<T>(method: string, path: string, token?: string, body?: unknown): Promise<T> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), PATIENCE);
    try {
      const response = await fetch(`${this.origin}/api/v1/conversations${path}`, {
        method,
        headers: this.headers(token, body !== undefined),
        credentials: "omit",
        cache: "no-store",
        signal: controller.signal,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (response.status === 204) return undefined as T;
      const data = (await response.json()) as T & { code?: string; message?: string };
      if (response.ok) return data;
      if (!data.code || !data.message) throw new Unreachable();
      throw new Refusal(data.message, data.code, response.status);
    } catch (error) {
      throw error instanceof Refusal ? error : new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Server-sent events of a conversation after a message; ends when the connection does. Raises Refusal or Unreachable. */
  async listen(id: string, token: string, after: number, signal: AbortSignal, take: (message: Message) => void): Promise<void> {
    const headers = { ...this.headers(token, false), "Last-Event-ID": String(after), Accept: "text/event-stream" };
    const response = await fetch(`${this.origin}/api/v1/conversations/${id}/events`, { headers, credentials: "omit", cache: "no-store", signal });
    if (!response.ok || !response.body) throw response.status < 500 ? new Refusal("", "events", response.status) : new Unreachable();
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let buffer = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      buffer += decoder.decode(value, { stream: true }).replace(/\r\n?/g, "\n");
      const events = buffer.split("\n\n");
      buffer = events.pop()!;
      for (const event of events) {
        const data = event.split("\n").filter((line) => line.startsWith("data:"));
        if (data.length) take(JSON.parse(data.map((line) => line.slice(5)).join("\n")) as Message);
      }
    }
  }

  private headers(token: string | undefined, json: boolean): Record<string, string> {
    return {
      "Accept-Language": this.language(),
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(json && { "Content-Type": "application/json" }),
    };
  }
}
