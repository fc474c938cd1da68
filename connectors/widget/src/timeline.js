// The messages in their order, whoever wrote them and whenever they arrived.

import { depict, fill, own, theirs } from "./bubble.js";
import { h } from "./dom.js";
import { isAfter } from "./stream.js";

const NEAR_PX = 120;

export class Timeline {
  #items = []; // {place: event id it stands at or after, own: the person's, node}
  #entries = new Map();
  #low = true;
  #set = 0;

  constructor(labels, base, { tap, again, leave }) {
    this.labels = labels;
    this.base = base;
    this.handlers = { tap, again, leave };
    this.list = h("div", { class: "items", role: "log", "aria-live": "off", onkeydown: (event) => this.#key(event) });
    labels.put(this.list, "log", "aria-label");
    this.node = h("div", { class: "log", tabindex: "0", role: "region" }, this.list);
    labels.put(this.node, "log", "aria-label");
    // While the window shrinks (a phone's keyboard) the last words stay in sight.
    this.node.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#low && this.bottom()).observe(this.node);
  }

  /** Screen readers hear what comes from now on, not the whole past. */
  listen() {
    this.list.setAttribute("aria-live", "polite");
  }

  /** Takes everything away, and is silent until `listen`. */
  clear() {
    this.list.setAttribute("aria-live", "off");
    this.list.replaceChildren();
    this.#items = [];
    this.#entries.clear();
  }

  message(id, data) {
    const node = theirs(data, Number(id.split("-")[0]), this.labels, this.base, this.handlers.tap);
    node.dataset.event = id;
    this.#insert({ place: id, own: false, node });
  }

  own(entry) {
    const again = () => this.handlers.again(entry.id);
    const known = this.#entries.get(entry.id);
    if (known) {
      fill(known.node, entry, this.labels, again);
      return;
    }
    const item = { place: entry.after, own: true, node: own(entry, this.labels, again) };
    this.#entries.set(entry.id, item);
    this.#insert(item);
    this.bottom();
  }

  /** The share of a file that has gone out. */
  progress(id, share) {
    const word = this.#entries.get(id)?.node.querySelector(".word");
    if (word) word.textContent = `${this.labels.say("sending")} ${Math.round(share * 100)} %`;
  }

  depict(id, picture) {
    const item = this.#entries.get(id);
    if (item) depict(item.node, picture);
    this.bottom();
  }

  /** Moves the focus to the newest choices. False when there are none. */
  enter() {
    const groups = this.list.querySelectorAll(".choices");
    const first = groups[groups.length - 1]?.querySelector("button");
    first?.focus();
    return Boolean(first);
  }

  /** Goes to the end, but not past the beginning of what the assistant said last: it is read from there. */
  bottom() {
    const first = this.list.querySelector(".fresh");
    this.node.scrollTop = Math.min(this.node.scrollHeight, first ? first.offsetTop - 8 : Infinity);
    this.#set = this.node.scrollTop;
    this.#low = true;
  }

  /** Whoever has scrolled up to read something again is not torn away from it. */
  #scrolled() {
    if (Math.abs(this.node.scrollTop - this.#set) < 2) return;
    this.#low = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR_PX;
  }

  #insert(item) {
    const follow = this.#low;
    let at = this.#items.length;
    while (at > 0 && before(item, this.#items[at - 1])) at--;
    this.list.insertBefore(item.node, this.#items[at]?.node ?? null);
    this.#items.splice(at, 0, item);
    const said = lastIndex(this.#items, (other) => other.own);
    this.#items.forEach(({ node }, place) => node.classList.toggle("fresh", place > said));
    if (follow) this.bottom();
  }

  /** Arrows walk through the choices of a message; Escape leads back to the box. */
  #key(event) {
    const button = event.target.closest(".choices button");
    if (!button) return;
    const buttons = [...button.parentElement.querySelectorAll("button")];
    const to = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (to) {
      const next = buttons.indexOf(button) + to;
      if (next >= buttons.length) this.handlers.leave();
      else buttons[Math.max(0, next)].focus();
      event.preventDefault();
    } else if (event.key === "Escape") {
      this.handlers.leave();
      event.stopPropagation();
      event.preventDefault();
    }
  }
}

/** Whether an item stands before another: by event; what the person said after an event stands behind it. */
function before(item, other) {
  if (isAfter(other.place, item.place)) return true;
  return !item.own && other.own && (item.place || "0-0") === (other.place || "0-0");
}

/** `findLastIndex`, which older phones lack. */
function lastIndex(list, holds) {
  let at = list.length - 1;
  while (at >= 0 && !holds(list[at])) at--;
  return at;
}
