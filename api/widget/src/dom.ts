/** Elements without any HTML text: nothing that a user or a knowledge file contains is ever parsed. */

type Child = Node | string | null | undefined | false;
type Props = Record<string, string | number | boolean | EventListener | null | undefined>;

/** An element with properties, attributes (names with a dash, `role`, `for`) and listeners (`onclick`). */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (name in node && !name.includes("-") && name !== "role") Object.assign(node, { [name]: value });
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return node;
}

/** A drawing in a 24 by 24 box, in the colour of the text around it; decoration only. */
export function icon(path: string): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS(namespace, "path");
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
}

/** Adds rules to a document or a shadow root without any inline style; false where the browser cannot. */
export function adopt(root: Document | ShadowRoot, rules: string): boolean {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return true;
  } catch {
    return false;
  }
}

/** Declarations that no style of the embedding page can override. */
export function pin(node: HTMLElement, declarations: Record<string, string>): void {
  for (const [name, value] of Object.entries(declarations)) node.style.setProperty(name, value, "important");
}
