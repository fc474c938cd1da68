// One conversation: what the person says goes out in order, once, whenever there is a line; what comes in is told to the view.
// Knows nothing of how anything looks.

import { Later, Refused } from "./api.js";
import { isAfter, Stream } from "./stream.js";

const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
const SETTLED_MS = 250;
const TYPING_MS = 60000;

/**
 * The view is told: `own(entry)` (new or changed), `progress(id, share)`, `message(event id, data)`, `language(code)`,
 * `line(up)`, `typing(yes)`, `settled()` once what was missed has come, `cleared(ended)`.
 * An entry is {id, kind, text, choice, after, at, state, note, again}; `state`: waiting, sending, sent, refused.
 */
export class Conversation {
  #files = new Map();
  #stream = null;
  #pumping = false;
  #failures = 0;
  #timer = 0;
  #settling = 0;
  #typing = 0;
  #awaited = new Set();
  #ended = new Set();
  #settled = false;
  #last = "";

  constructor(api, store, view) {
    this.api = api;
    this.store = store;
    this.view = view;
  }

  /** Shows what this browser remembers, and takes up the stream. */
  open() {
    const { session, sent, lang } = this.store.read();
    if (lang) this.view.language(lang);
    for (const entry of sent) {
      // A picked file does not outlive its page.
      if (entry.kind === "file" && (entry.state === "waiting" || entry.state === "sending") && !this.#files.has(entry.id)) {
        Object.assign(entry, { state: "refused", note: "lost" });
        this.store.keep(entry);
      }
      if (entry.state === "sending") entry.state = "waiting";
      this.view.own(entry);
    }
    if (session) this.#listen(session);
    else this.#settle();
    this.pump();
  }

  close() {
    this.#stream?.close();
    this.#stream = null;
  }

  /** Nobody is looking: the line is given back until somebody does. */
  pause() {
    this.close();
  }

  resume() {
    const { session } = this.store.read();
    if (session && !this.#stream) this.#listen(session, this.#last);
    this.pump();
  }

  get begun() {
    return this.store.read().sent.length > 0;
  }

  text(text) {
    this.#add({ kind: "text", text });
  }

  choice(choice, title) {
    this.#add({ kind: "choice", text: title, choice });
  }

  file(file, name) {
    const id = identifier();
    this.#files.set(id, file);
    this.#add({ kind: "file", text: name, id });
    return id;
  }

  again(id) {
    const entry = this.store.read().sent.find((other) => other.id === id);
    if (entry) this.#change(entry, { state: "waiting", note: "", again: false });
    this.pump();
  }

  /** Forgets everything here; the next message begins a conversation of its own. */
  clear(ended = false) {
    this.close();
    clearTimeout(this.#timer);
    this.store.clear();
    this.#files.clear();
    this.#awaited.clear();
    this.#failures = 0;
    this.#typed();
    this.view.cleared(ended);
    this.#settle();
  }

  /** Another tab of this browser has said something, or has begun anew. */
  changed() {
    const { session, sent } = this.store.read();
    if (this.#stream && this.#stream.session !== session) {
      this.close();
      this.#awaited.clear();
      this.#typed();
      this.view.cleared(false);
    }
    for (const entry of sent) this.view.own(entry);
    if (session && !this.#stream) this.#listen(session);
  }

  /** The line may be back: everything that waits is tried at once. */
  hurry() {
    this.#failures = 0;
    this.#stream?.hurry();
    this.pump();
  }

  /** Sends what waits, oldest first, one at a time. */
  async pump() {
    clearTimeout(this.#timer);
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (;;) {
        const entry = this.store.read().sent.find((other) => other.state === "waiting" || other.state === "sending");
        if (!entry || !(await this.#send(entry))) return;
      }
    } finally {
      this.#pumping = false;
    }
  }

  #add(values) {
    const kept = this.store.read();
    const last = kept.last;
    // Not before what was said last, though this tab may not have heard the answers yet.
    const entry = { id: identifier(), choice: "", note: "", again: false, after: last, at: Date.now(), state: "waiting", ...values };
    this.store.keep(entry);
    this.view.own(entry);
    this.pump();
  }

  #change(entry, values) {
    Object.assign(entry, values);
    this.store.keep(entry);
    this.view.own(entry);
  }

  /** Whether to go on with the next one. */
  async #send(entry) {
    const session = this.store.read().session;
    try {
      if (!navigator.onLine) throw new Later("offline");
      this.#change(entry, { state: "sending" });
      const key = session || (await this.#begin());
      await this.#transmit(key, entry);
      if (this.store.read().session !== key) return true; // begun anew meanwhile
      this.#failures = 0;
      this.#files.delete(entry.id);
      this.#change(entry, { state: "sent" });
      // The whole turn may have come in before the word that the message was stored.
      if (!this.#ended.has(entry.id)) this.#awaited.add(entry.id);
      this.#typed();
      return true;
    } catch (error) {
      if (!this.store.read().sent.some((other) => other.id === entry.id)) return true;
      if (error instanceof Refused) return this.#refused(entry, error);
      if (!(error instanceof Later)) throw error;
      this.#change(entry, { state: "waiting" });
      const pause = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)];
      this.#timer = setTimeout(() => this.pump(), pause * (0.75 + Math.random() / 2));
      return false;
    }
  }

  async #transmit(session, { id, kind, text, choice }) {
    if (kind === "file") {
      await this.api.upload(session, id, this.#files.get(id), text, (share) => this.view.progress(id, share));
    } else {
      await this.api.say(session, kind === "text" ? { type: "text", id, text } : { type: "choice", id, choice });
    }
  }

  #refused(entry, error) {
    if (error.code === "session_unknown") {
      // The key has died: what was said last opens a new conversation.
      const file = this.#files.get(entry.id);
      this.clear(true);
      if (file) this.#files.set(entry.id, file);
      this.#change(entry, { state: "waiting", after: "" });
      return true;
    }
    this.#change(entry, { state: "refused", note: error.text, again: error.status === 429 });
    return true;
  }

  async #begin() {
    const session = await this.api.start(this.view.wanted());
    const other = this.store.read().session;
    if (other) return other; // another tab was quicker
    this.store.write({ session });
    this.#listen(session);
    return session;
  }

  /** Takes up the stream after the event `last`; without it from the beginning, since only the person's words are kept here. */
  #listen(session, last = "") {
    this.close();
    this.#settled = false;
    this.#last = last;
    const stream = new Stream(this.api.address(session, "events"), last, {
      heard: (id, name, data) => stream === this.#stream && this.#heard(id, name, data),
      state: (up) => {
        if (stream !== this.#stream) return;
        this.view.line(up);
        if (up) {
          this.#settle();
          this.pump();
        }
      },
      gone: () => stream === this.#stream && this.#gone(),
    });
    stream.session = session;
    this.#stream = stream;
    stream.run();
  }

  #gone() {
    const waiting = this.store.read().sent.filter((entry) => entry.state === "waiting");
    this.clear(true);
    for (const entry of waiting) this.#change(entry, { after: "" });
    this.pump();
  }

  #heard(id, name, data) {
    this.#last = id;
    if (isAfter(id, this.store.read().last)) this.store.write({ last: id });
    if (name === "turn_end") {
      this.#ended.add(data.in_reply_to);
      this.#awaited.delete(data.in_reply_to);
      this.#typed();
    } else if (name === "message") {
      if (data.lang && data.lang !== this.store.read().lang) this.store.write({ lang: data.lang });
      this.view.language(data.lang);
      this.view.message(id, data);
    }
    if (!this.#settled) this.#settle();
  }

  /** What was missed comes in one rush; when nothing more has come for a moment, it is all there. */
  #settle() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settled = true;
      this.view.settled();
    }, SETTLED_MS);
  }

  #typed() {
    clearTimeout(this.#typing);
    const yes = this.#awaited.size > 0;
    // An answer that never comes must not keep anybody waiting for ever.
    if (yes) this.#typing = setTimeout(() => (this.#awaited.clear(), this.#typed()), TYPING_MS);
    this.view.typing(yes);
  }
}

function identifier() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Pages without https have no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
