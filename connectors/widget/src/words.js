// What the widget itself says, in four languages, and which way each is written.

import { WORDS } from "./data.js";

export const NAMES = { en: "English", hi: "हिन्दी", pa: "ਪੰਜਾਬੀ", ur: "اردو" };

export const isLanguage = (code) => Object.hasOwn(NAMES, code ?? "");

export const directionOf = (lang) => (lang === "ur" ? "rtl" : "ltr");

/** The first language of ours among codes such as "pa-IN"; English if there is none. */
export function firstLanguage(codes) {
  for (const code of codes) {
    const primary = String(code ?? "").toLowerCase().split("-")[0];
    if (isLanguage(primary)) return primary;
  }
  return "en";
}

/** A sentence of `words.json`, with `{name}` filled in. */
export function say(lang, key, values = {}) {
  return WORDS[key][lang].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Sentences that stand in the page and change with the language: each is a node and what is to be put into it. */
export class Labels {
  #kept = [];

  constructor(lang) {
    this.lang = lang;
  }

  /** Keeps `node`'s text (or its `attribute`) in the language of the moment. Returns the node. */
  put(node, key, attribute = "") {
    this.#kept.push([node, key, attribute]);
    this.#apply(node, key, attribute);
    return node;
  }

  change(lang) {
    this.lang = lang;
    for (const kept of this.#kept) this.#apply(...kept);
  }

  say(key, values) {
    return say(this.lang, key, values);
  }

  #apply(node, key, attribute) {
    if (attribute) node.setAttribute(attribute, this.say(key));
    else node.textContent = this.say(key);
  }
}
