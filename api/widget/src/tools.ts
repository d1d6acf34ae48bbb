/** What can be done with an answer: copy it, print it, have it read aloud. */

import { adopt, h, pin } from "./dom";
import { plain } from "./markdown";
import type { Message } from "./types";

/** The whole answer as text. */
export function asText(message: Message, addresses: boolean): string {
  const parts = [message.title, plain(message.text, addresses)];
  for (const section of message.sections ?? []) parts.push(section.title, plain(section.text, addresses));
  if (addresses) for (const source of message.sources ?? []) parts.push(`${source.title}: ${source.url}`);
  return parts.filter(Boolean).join("\n\n");
}

export async function copy(text: string, root: ShadowRoot): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages without TLS have no clipboard of their own.
    const field = h("textarea", { value: text, className: "hidden" });
    root.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

/** Prints one answer: for the time of printing the page shows nothing else. */
export function print(answer: Element, styles: string): void {
  document.querySelector("sveiki-print")?.remove();
  const sheet = document.createElement("sveiki-print");
  pin(sheet, { all: "initial" });
  const root = sheet.attachShadow({ mode: "open" });
  const copied = answer.cloneNode(true) as Element;
  copied.querySelectorAll("details").forEach((details) => (details.open = true));
  copied.querySelectorAll("button").forEach((button) => button.remove());
  root.append(h("div", { className: "root paper" }, copied));
  adopt(root, styles);
  const before = document.adoptedStyleSheets;
  adopt(document, "@media print { body { display: none !important } }");
  document.documentElement.append(sheet);
  const restore = (): void => {
    if (before) document.adoptedStyleSheets = before;
    sheet.remove();
  };
  window.addEventListener("afterprint", restore, { once: true });
  window.print();
}

/** A voice of this device; voices that a third party would have to be asked for do not count. */
export function voice(language: string): SpeechSynthesisVoice | undefined {
  if (!("speechSynthesis" in window)) return undefined;
  return speechSynthesis.getVoices().find((one) => one.localService && one.lang.toLowerCase().startsWith(language));
}

/** Reads aloud, or stops; `ended` is called in both cases. */
export function read(text: string, language: string, ended: () => void): void {
  const spoken = voice(language);
  if (!spoken) return;
  speechSynthesis.cancel();
  // Some engines stop in the middle of long texts.
  const pieces = (text.match(/[^.!?\n]+[.!?]*/g) ?? []).filter((piece) => piece.trim());
  pieces.forEach((piece, i) => {
    const utterance = new SpeechSynthesisUtterance(piece);
    utterance.voice = spoken;
    utterance.lang = spoken.lang;
    utterance.onerror = ended;
    if (i === pieces.length - 1) utterance.onend = ended;
    speechSynthesis.speak(utterance);
  });
}

export function stopReading(): void {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}
