// The window of the chat: head, messages, box; and the question before a conversation is put away.

import { Composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { provide } from "./fonts.js";
import { Timeline } from "./timeline.js";
import { directionOf, NAMES, say } from "./words.js";

/** Words of the way out: a new conversation on one's own device, the end of it on one that others use too. */
const NEW = { title: "new", question: "new_question", meaning: "new_meaning", yes: "new_yes" };
const END = { title: "end", question: "end_question", meaning: "end_meaning", yes: "end_yes" };

export class Panel {
  /**
   * Handlers: text, choice(id, title), file(ready), again(id), anew, language(code), print, close.
   * `kiosk`: whoever is done ends, and the next person begins.
   */
  constructor(labels, base, handlers, kiosk = false) {
    this.labels = labels;
    this.leave = kiosk ? END : NEW;
    this.handlers = handlers;
    this.timeline = new Timeline(labels, base, {
      tap: (choice, event) => this.#tap(choice, event),
      again: handlers.again,
      leave: () => this.composer.focus(),
    });
    this.composer = new Composer(labels, {
      text: handlers.text,
      file: handlers.file,
      up: () => this.timeline.enter(),
    });
    this.offline = h("p", { class: "offline", hidden: true });
    labels.put(this.offline, "offline");
    this.typing = h("p", { class: "typing", hidden: true }, h("span", { class: "dots", "aria-hidden": "true" }));
    this.typing.append(labels.put(h("span", { class: "unseen" }), "typing"));
    this.ended = labels.put(h("p", { class: "ended", hidden: true }), "ended");
    this.status = h("div", { class: "status", role: "status" }, this.offline, this.typing);
    this.welcome = this.#welcome();
    this.timeline.node.prepend(this.ended, this.welcome);
    this.timeline.node.append(this.status);
    this.question = this.#question();
    this.drop = labels.put(h("div", { class: "drop", "aria-hidden": "true" }), "drop");
    this.node = h(
      "section",
      { class: "panel", ondragover: (event) => this.#over(event), ondragleave: () => this.#out(), ondrop: (event) => this.#dropped(event) },
      this.#head(),
      this.timeline.node,
      this.composer.node,
      this.drop,
      this.question,
    );
    labels.put(this.node, "name", "aria-label");
    this.speak(labels.lang);
  }

  /** Turns the whole window to a language. */
  speak(lang) {
    this.labels.change(lang);
    this.node.lang = lang;
    this.node.dir = directionOf(lang);
    this.languages.value = lang;
  }

  begun(yes) {
    this.welcome.hidden = yes;
  }

  line(up) {
    this.offline.hidden = up;
  }

  wait(yes) {
    this.typing.hidden = !yes;
    if (yes) this.timeline.bottom();
  }

  cleared(ended) {
    this.timeline.clear();
    if (!ended) this.composer.clear();
    this.ended.hidden = !ended;
    this.begun(false);
  }

  ask() {
    this.question.showModal();
  }

  #tap(choice, event) {
    this.handlers.choice(choice.id, choice.title);
    // A tap by finger must not bring up the keyboard of a phone; one by key goes on writing.
    if (event.detail === 0) this.composer.focus();
  }

  #head() {
    const { labels, handlers } = this;
    const button = (name, key, action) => {
      const node = h("button", { type: "button", class: `round ${name}-button`, onclick: action }, icon(name));
      labels.put(node, key, "title");
      return labels.put(node, key, "aria-label");
    };
    this.languages = h(
      "select",
      { class: "languages", onchange: () => handlers.language(this.languages.value) },
      Object.entries(NAMES).map(([code, name]) => h("option", { value: code, lang: code }, name)),
    );
    labels.put(this.languages, "language", "aria-label");
    const anew = h("button", { type: "button", class: "anew", onclick: () => this.ask() }, icon("anew"));
    anew.append(labels.put(h("span"), this.leave.title));
    return h(
      "header",
      { class: "head" },
      h("div", { class: "who" }, labels.put(h("strong"), "name"), labels.put(h("span"), "about")),
      this.languages,
      anew,
      button("print", "print", handlers.print),
      button("close", "close", handlers.close),
    );
  }

  #welcome() {
    const choose = (code) =>
      h(
        "button",
        { type: "button", class: "choice", lang: code, dir: directionOf(code), onclick: (event) => this.#first(code, event) },
        NAMES[code],
      );
    return h(
      "div",
      { class: "welcome" },
      h("p", { class: "hello" }, Object.keys(NAMES).map((code) => h("bdi", { lang: code }, say(code, "greeting")))),
      this.labels.put(h("p"), "welcome"),
      this.labels.put(h("p"), "welcome_more"),
      h("div", { class: "choices" }, Object.keys(NAMES).map(choose)),
    );
  }

  #first(code, event) {
    this.handlers.choice(`lang:${code}`, NAMES[code]);
    provide(code);
    this.speak(code);
    if (event.detail === 0) this.composer.focus();
  }

  #question() {
    const { labels, leave } = this;
    const yes = labels.put(h("button", { value: "yes", class: "action first" }), leave.yes);
    const no = labels.put(h("button", { value: "no", class: "action", autofocus: true }), "no");
    const title = labels.put(h("h2", { id: "question" }), leave.question);
    const meaning = labels.put(h("p", { id: "meaning" }), leave.meaning);
    const dialog = h(
      "dialog",
      { "aria-labelledby": "question", "aria-describedby": "meaning" },
      h("form", { method: "dialog" }, title, meaning, h("div", { class: "actions" }, yes, no)),
    );
    dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "yes") this.handlers.anew();
      dialog.returnValue = "";
      this.composer.focus();
    });
    return dialog;
  }

  #over(event) {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    this.node.classList.add("over");
  }

  #out() {
    this.node.classList.remove("over");
  }

  #dropped(event) {
    this.#out();
    if (this.composer.take(event.dataTransfer.files)) event.preventDefault();
  }
}
