// The CommonMark subset of answers as DOM nodes. Built node by node: nothing a text contains can run as HTML.
const INLINE = /\*\*(.+?)\*\*|\[([^\]]+)\]\(([^)\s]+)\)/g;
const ALLOWED = /^(https?:|tel:|mailto:)/;

function inline(parent, text) {
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    parent.append(text.slice(last, match.index));
    last = match.index + match[0].length;
    if (match[1] !== undefined) {
      const strong = document.createElement("strong");
      inline(strong, match[1]);
      parent.append(strong);
    } else if (ALLOWED.test(match[3])) {
      const link = document.createElement("a");
      link.href = match[3];
      link.textContent = match[2];
      if (match[3].startsWith("http")) link.rel = "noopener noreferrer";
      parent.append(link);
    } else {
      parent.append(match[2]);
    }
  }
  parent.append(text.slice(last));
}

export function renderMarkdown(text) {
  const fragment = document.createDocumentFragment();
  let block = null, item = null;
  for (const line of text.split("\n")) {
    const listed = /^\s*(?:(-|\*)|\d+\.)\s+(.*)$/.exec(line);
    if (!line.trim()) {
      block = item = null;
    } else if (listed) {
      const name = listed[1] ? "UL" : "OL";
      if (block?.tagName !== name) {
        // A blank line between items does not begin a new list.
        const previous = fragment.lastElementChild;
        block = previous?.tagName === name ? previous : document.createElement(name);
        fragment.append(block);
      }
      item = document.createElement("li");
      inline(item, listed[2]);
      block.append(item);
    } else if (item) {
      item.append(" ");
      inline(item, line.trim());
    } else {
      if (block?.tagName !== "P") {
        block = document.createElement("p");
        fragment.append(block);
      } else {
        block.append(" ");
      }
      inline(block, line.trim());
    }
  }
  return fragment;
}
