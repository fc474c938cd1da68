// What this browser remembers of the conversation: its key, the person's own messages, the last event seen.
// The assistant's messages are not kept here; the gateway replays them.

const MOST = 300;

const fresh = () => ({ session: "", lang: "", last: "", sent: [] });

export class Store {
  #name;
  #area;
  #kept;

  /** `area`: localStorage, or null where the browser forbids it (then everything is forgotten with the page). */
  constructor(base, area) {
    this.#name = `sahayak:${base}`;
    this.#area = area;
    this.#kept = fresh();
  }

  get name() {
    return this.#name;
  }

  /** Everything kept, as another tab may have left it. */
  read() {
    try {
      const found = JSON.parse(this.#area?.getItem(this.#name) ?? "null");
      if (found && Array.isArray(found.sent)) this.#kept = { ...fresh(), ...found };
      else if (this.#area) this.#kept = fresh();
    } catch {
      // Forbidden or damaged: what this page knows goes on.
    }
    return this.#kept;
  }

  write(changes) {
    this.#kept = { ...this.read(), ...changes };
    this.#kept.sent = this.#kept.sent.slice(-MOST);
    try {
      this.#area?.setItem(this.#name, JSON.stringify(this.#kept));
    } catch {
      // Full or forbidden: the conversation goes on without being remembered.
    }
  }

  /** Adds a message of the person's, or puts it in place of the earlier one with its id. */
  keep(entry) {
    const sent = this.read().sent;
    const at = sent.findIndex((other) => other.id === entry.id);
    this.write({ sent: at < 0 ? [...sent, entry] : sent.with ? sent.with(at, entry) : replaced(sent, at, entry) });
  }

  clear() {
    this.#kept = fresh();
    try {
      this.#area?.removeItem(this.#name);
    } catch {
      // Nothing was kept then.
    }
  }
}

function replaced(list, at, entry) {
  const copy = [...list];
  copy[at] = entry;
  return copy;
}

/** localStorage where there is one that may be used. */
export function localArea() {
  try {
    const area = window.localStorage;
    area.getItem("sahayak");
    return area;
  } catch {
    return null;
  }
}
