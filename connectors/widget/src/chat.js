// The element a page holds: <sahayak-chat>. A window behind a button in the corner, or with `inline` a part of the page.
// With `idle="10"` (minutes) it is a kiosk: whoever comes after a pause that long finds nothing of the one before.

import { Api } from "./api.js";
import { Conversation } from "./conversation.js";
import { BASE, STYLE } from "./data.js";
import { h, icon } from "./dom.js";
import { provide } from "./fonts.js";
import { Panel } from "./panel.js";
import { localArea, Store } from "./store.js";
import { directionOf, firstLanguage, isLanguage, Labels, NAMES } from "./words.js";

const AWAY_MS = 60000;

export class SahayakChat extends HTMLElement {
  #panel;
  #conversation;
  #labels;
  #store;
  #button;
  #undo = [];
  #away = 0;
  #idle = 0;
  #live = false;
  #chosen = false;
  #up = true;

  connectedCallback() {
    if (!this.#panel) this.#build();
    this.#on(window, "online", () => {
      this.#line();
      this.#conversation.hurry();
    });
    this.#on(window, "offline", () => this.#line());
    this.#on(window, "storage", (event) => event.key === this.#store.name && this.#live && this.#conversation.changed());
    this.#on(document, "visibilitychange", () => this.#seen());
    for (const sign of ["pointerdown", "keydown", "scroll"]) this.#on(document, sign, () => this.#busy(), true);
    this.#busy();
    if (this.hasAttribute("inline") || this.hasAttribute("open")) this.open(false);
  }

  disconnectedCallback() {
    for (const undo of this.#undo.splice(0)) undo();
    clearTimeout(this.#away);
    clearTimeout(this.#idle);
    this.#conversation.close();
    this.#live = false;
  }

  /** The code of the language that the window speaks. */
  get language() {
    return this.#labels.lang;
  }

  /** Turns the window to a language; a conversation that has begun goes on in it. */
  speak(code) {
    if (!isLanguage(code)) return;
    if (this.#conversation.begun) this.#conversation.choice(`lang:${code}`, NAMES[code]);
    this.#chosen = true;
    this.#speak(code);
  }

  /** Opens the window; `focus`: and goes into it. */
  open(focus = true) {
    provide(this.#labels.lang);
    // The greeting and the names to choose from are in every language.
    for (const code of Object.keys(NAMES)) if (code !== "ur") provide(code);
    this.#panel.node.hidden = false;
    this.#button.setAttribute("aria-expanded", "true");
    this.#button.hidden = true;
    if (!this.#live) {
      this.#live = true;
      this.#panel.timeline.clear();
      this.#conversation.open();
    }
    this.#line();
    this.#panel.timeline.bottom();
    if (focus) this.#panel.composer.focus();
  }

  /** Closes the window of the corner; the conversation is there when it is opened again. */
  close() {
    if (this.hasAttribute("inline")) return;
    this.#panel.node.hidden = true;
    this.#button.hidden = false;
    this.#button.setAttribute("aria-expanded", "false");
    this.#conversation.close();
    this.#live = false;
    this.#button.focus();
  }

  #build() {
    const wanted = this.getAttribute("lang");
    this.#store = new Store(BASE, localArea());
    const kept = this.#store.read().lang;
    const page = document.documentElement.lang;
    this.#labels = new Labels(firstLanguage([kept, wanted, ...(page ? [page] : []), ...navigator.languages].filter(named)));
    const view = {
      own: (entry) => (this.#panel.begun(true), this.#panel.timeline.own(entry)),
      progress: (id, share) => this.#panel.timeline.progress(id, share),
      message: (id, data) => (this.#panel.begun(true), this.#panel.timeline.message(id, data)),
      language: (code) => this.#speak(code),
      line: (up) => this.#line((this.#up = up)),
      typing: (yes) => this.#panel.wait(yes),
      settled: () => this.#panel.timeline.listen(),
      cleared: (ended) => this.#panel.cleared(ended),
      wanted: () => (this.#chosen || isLanguage(wanted) ? this.#labels.lang : ""),
    };
    this.#conversation = new Conversation(new Api(BASE), this.#store, view);
    const handlers = {
      text: (text) => this.#conversation.text(text),
      choice: (id, title) => this.#conversation.choice(id, title),
      file: ({ file, name, picture }) => {
        const id = this.#conversation.file(file, name);
        if (picture) this.#panel.timeline.depict(id, picture);
      },
      again: (id) => this.#conversation.again(id),
      anew: () => this.#conversation.clear(),
      language: (code) => this.speak(code),
      print: () => this.#print(),
      close: () => this.close(),
    };
    this.#panel = new Panel(this.#labels, BASE, handlers, this.#kiosk > 0);
    this.#panel.node.hidden = true;
    this.#panel.node.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.#button = h("button", { type: "button", class: "launcher", "aria-expanded": "false", onclick: () => this.open() }, icon("chat"));
    this.#button.append(this.#labels.put(h("span"), "open"));
    this.#name(this.#labels.lang);
    const root = this.attachShadow({ mode: "open" });
    dress(root);
    root.append(this.#button, this.#panel.node);
  }

  #speak(code) {
    provide(code);
    if (!isLanguage(code) || (code === this.#labels.lang && this.#panel.node.lang === code)) return;
    this.#panel.speak(code);
    this.#name(code);
    this.dispatchEvent(new CustomEvent("sahayak-language", { detail: code, bubbles: true }));
  }

  #name(code) {
    this.#button.lang = code;
    this.#button.dir = directionOf(code);
  }

  /** A tab that nobody looks at gives its line back: a browser has only six of them for one server. */
  #seen() {
    clearTimeout(this.#away);
    if (!this.#live) return;
    if (document.hidden) this.#away = setTimeout(() => this.#conversation.pause(), AWAY_MS);
    else this.#conversation.resume();
  }

  #line() {
    this.#panel.line(this.#up && navigator.onLine);
  }

  #print() {
    // Only the conversation, not the page around it.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      "@media print { body * { visibility: hidden } sahayak-chat { visibility: visible; position: absolute; inset: 0 0 auto 0 } }",
    );
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    window.print();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  }

  /** Somebody is there: the pause after which a kiosk forgets begins anew. */
  #busy() {
    const minutes = this.#kiosk;
    if (!(minutes > 0)) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#conversation.begun) this.#conversation.clear();
      this.#panel.composer.clear();
    }, minutes * 60000);
  }

  /** Minutes without a sign of anybody after which a kiosk forgets; 0: this is none. */
  get #kiosk() {
    return Number(this.getAttribute("idle"));
  }

  #on(target, name, listener, capture = false) {
    target.addEventListener(name, listener, capture);
    this.#undo.push(() => target.removeEventListener(name, listener, capture));
  }
}

const named = (code) => code && isLanguage(String(code).toLowerCase().split("-")[0]);

/** The style, without a style element or attribute: a strict policy of the page around it forbids both. */
function dress(root) {
  if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } else {
    root.append(h("link", { rel: "stylesheet", href: `${BASE}/widget/style.css` }));
  }
}
