// The assistant's text as nodes: *bold* as WhatsApp writes it, addresses of the web as links, lines as they are.

import { h } from "./dom.js";

const ADDRESS = /https?:\/\/[^\s<>"'*]+/g;
const BOLD = /(^|[\s(«"'–—:,;।۔/-])\*(?=\S)([^*\n]*?[^\s*])\*(?=$|[\s).,;:!?»"'–—।۔؟،/-])/gu;
const CLOSING = /[.,;:!?)\]}।۔؟،]+$/u;

/** `text` as a list of nodes and strings. */
export function rich(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(BOLD)) {
    const start = match.index + match[1].length;
    parts.push(...linked(text.slice(from, start)), h("strong", {}, ...linked(match[2])));
    from = match.index + match[0].length;
  }
  parts.push(...linked(text.slice(from)));
  return parts;
}

/** The address if it leads to the web, else null: a script or a file of the device is never followed. */
export function webAddress(text) {
  try {
    const url = new URL(text, document.baseURI);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

function linked(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(CLOSING, "");
    const url = webAddress(address);
    if (!url) continue;
    // Marks around an address that is written the other way must not move into it.
    const link = h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", dir: "ltr" }, address);
    parts.push(text.slice(from, match.index), h("bdi", {}, link));
    from = match.index + address.length;
  }
  parts.push(text.slice(from));
  return parts;
}
