/** The CommonMark subset of answers (paragraphs, headings, lists, bold, links) as nodes. */

import { h } from "./dom";

const INLINE = /\*\*(.+?)\*\*|\[([^\]]+)\]\(([^)\s]+)\)/g;
const ITEM = /^\s*(?:([-*])|\d+[.)])\s+(.*)$/;
const HEADING = /^#{1,6}\s+(.*)$/;

/** Called for every link that is made, so that a link to an official page can be marked. */
type OnLink = (link: HTMLAnchorElement) => void;

/** A link to another page opens beside this one, so that the conversation stays; null where the address is not one to follow. */
export function link(title: string, address: string): HTMLAnchorElement | null {
  if (/^(tel|mailto):/.test(address)) return h("a", { href: address, textContent: title });
  if (!/^https?:\/\//.test(address)) return null;
  return h("a", { href: address, rel: "noopener noreferrer", target: "_blank", textContent: title });
}

function inline(parent: Element, text: string, onLink: OnLink): void {
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, bold, title, address] = match;
    parent.append(text.slice(last, match.index));
    last = match.index! + whole.length;
    if (bold !== undefined) {
      const strong = h("strong");
      inline(strong, bold, onLink);
      parent.append(strong);
      continue;
    }
    const made = /^http:/.test(address!) ? null : link(title!, address!);
    parent.append(made ?? title!);
    if (made) onLink(made);
  }
  parent.append(text.slice(last));
}

export function markdown(text: string, onLink: OnLink = () => undefined): DocumentFragment {
  const result = document.createDocumentFragment();
  let block: Element | null = null;
  let item: Element | null = null;
  for (const line of text.split("\n")) {
    const listed = ITEM.exec(line);
    const heading = HEADING.exec(line);
    if (!line.trim()) {
      block = item = null;
    } else if (heading) {
      block = item = null;
      const node = h("h4");
      inline(node, heading[1]!, onLink);
      result.append(node);
    } else if (listed) {
      const name = listed[1] ? "UL" : "OL";
      // A blank line between items does not begin a new list.
      const previous: Element | null = block ?? result.lastElementChild;
      block = previous?.tagName === name ? previous : h(name === "UL" ? "ul" : "ol");
      result.append(block);
      item = h("li");
      inline(item, listed[2]!, onLink);
      block.append(item);
    } else {
      let into: Element | null = item;
      if (!into) {
        if (block?.tagName !== "P") {
          block = h("p");
          result.append(block);
        } else {
          block.append(" ");
        }
        into = block;
      } else {
        into.append(" ");
      }
      inline(into, line.trim(), onLink);
    }
  }
  return result;
}

/** The text as it is read aloud or copied: no marks, addresses of pages kept only where `addresses` says so. */
export function plain(text: string, addresses = false): string {
  return text
    .replace(INLINE, (_, bold?: string, title?: string, address?: string) => {
      if (bold !== undefined) return plain(bold, addresses);
      return addresses && /^https?:/.test(address!) ? `${title} (${address})` : title!;
    })
    .replace(/^#{1,6}\s+/gm, "");
}
