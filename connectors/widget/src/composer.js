// Where the person writes, and picks and looks at a file before it goes.

import { h, icon } from "./dom.js";
import { drawn, MOST_BYTES, prepared } from "./photos.js";

const LONGEST = 4096; // the gateway takes no more
const ACCEPT = "image/*,application/pdf,.pdf";

export class Composer {
  #picked = null;

  /** `text(text)` and `file({file, name, picture})` are called with what is to be sent; `up()` when arrow-up leaves the empty box. */
  constructor(labels, { text, file, up }) {
    this.labels = labels;
    this.handlers = { text, file, up };
    this.box = h("textarea", {
      rows: "1",
      maxlength: String(LONGEST),
      enterkeyhint: "send",
      dir: "auto",
      autocomplete: "off",
      oninput: () => this.#grow(),
      onkeydown: (event) => this.#key(event),
      onpaste: (event) => this.#files(event.clipboardData?.files, event),
    });
    labels.put(this.box, "write", "placeholder");
    labels.put(this.box, "write", "aria-label");
    this.preview = h("div", { class: "preview", role: "group", hidden: true });
    labels.put(this.preview, "preview", "aria-label");
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.node = h(
      "form",
      { class: "composer", onsubmit: (event) => (event.preventDefault(), this.#send()) },
      this.problem,
      this.preview,
      h(
        "div",
        { class: "row" },
        this.#picker("attach", { accept: ACCEPT }),
        this.#picker("camera", { accept: "image/*", capture: "environment" }),
        this.box,
        this.#labelled(h("button", { type: "submit", class: "round send" }, icon("send")), "send"),
      ),
    );
  }

  focus() {
    this.box.focus({ preventScroll: true });
  }

  /** Takes the first of some files for a look; whether there was one. */
  take(files) {
    if (!files?.length) return false;
    this.#look(files[0]);
    return true;
  }

  clear() {
    this.box.value = "";
    this.#grow();
    this.#drop();
  }

  #labelled(node, key) {
    this.labels.put(node, key, "title");
    return this.labels.put(node, key, "aria-label");
  }

  #picker(name, attributes) {
    const input = h("input", {
      type: "file",
      hidden: true,
      class: `pick-${name}`,
      tabindex: "-1",
      onchange: () => {
        this.take(input.files);
        input.value = "";
      },
      ...attributes,
    });
    this.labels.put(input, name, "aria-label");
    const button = h("button", { type: "button", class: `round ${name}-button`, onclick: () => input.click() }, icon(name));
    return [this.#labelled(button, name), input];
  }

  #files(files, event) {
    if (this.take(files)) event.preventDefault();
  }

  async #look(file) {
    this.#drop();
    const kind = file.type.startsWith("image/") || file.type === "application/pdf" || /\.(pdf|hei[cf])$/i.test(file.name);
    if (!kind) return this.#complain("wrong_kind");
    const ready = await prepared(file);
    if (ready.file.size > MOST_BYTES) return this.#complain("too_large");
    this.#picked = ready;
    const go = h("button", { type: "submit", class: "action first" }, this.labels.say("send"));
    const size = new Intl.NumberFormat("en-IN").format(Math.max(1, Math.round(ready.file.size / 1024)));
    this.preview.replaceChildren(
      ready.picture ? drawn(ready.picture, 720) : icon("paper"),
      h("p", { class: "what" }, h("bdi", {}, ready.name), " · ", h("bdi", {}, `${size} kB`)),
      ready.picture ? h("p", {}, this.labels.say("look")) : "",
      h(
        "div",
        { class: "actions" },
        go,
        h("button", { type: "button", class: "action", onclick: () => (this.#drop(), this.focus()) }, this.labels.say("remove")),
      ),
    );
    this.preview.hidden = false;
    go.focus();
    return undefined;
  }

  #complain(key) {
    this.problem.textContent = this.labels.say(key);
    this.problem.hidden = false;
  }

  #drop() {
    this.#picked = null;
    this.preview.hidden = this.problem.hidden = true;
    this.preview.replaceChildren();
  }

  #send() {
    if (this.#picked) {
      const picked = this.#picked;
      this.#drop();
      this.handlers.file(picked);
      this.focus();
    }
    const text = this.box.value.trim();
    if (!text) return;
    this.box.value = "";
    this.#grow();
    this.handlers.text(text);
    this.focus();
  }

  #key(event) {
    // 229: a key that belongs to an input method (Hindi, Urdu keyboards) and not to us.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "ArrowUp" && !this.box.value && this.handlers.up()) {
      event.preventDefault();
    }
  }

  #grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight + 2, 160)}px`;
  }
}
