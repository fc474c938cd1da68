// Server-Sent Events over fetch: unlike EventSource it shows why a stream ended and notices a line that has gone dead.

const SILENCE_MS = 40000; // the gateway says something every 15 s
const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15000];

export class Stream {
  #stop = null;
  #wake = null;
  #hurried = false;

  /** `heard(id, name, data)` for each event, `state(up)` when the line comes and goes, `gone()` for an unknown session. */
  constructor(address, last, { heard, state, gone }) {
    this.address = address;
    this.last = last;
    this.heard = heard;
    this.state = state;
    this.gone = gone;
    this.closed = false;
  }

  async run() {
    let failures = 0;
    while (!this.closed) {
      this.#stop = new AbortController();
      try {
        if (await this.#once(() => (failures = 0))) return;
      } catch {
        // No line; tried again below.
      }
      if (this.closed) return;
      if (this.#hurried) {
        this.#hurried = false;
        continue;
      }
      this.state(false);
      const pause = PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)];
      await new Promise((resume) => {
        this.#wake = resume;
        setTimeout(resume, pause * (0.75 + Math.random() / 2));
      });
      this.#hurried = false;
    }
  }

  /** Opens a new line at once: the browser says that there is one again, and an old one may be dead without a word. */
  hurry() {
    this.#hurried = true;
    this.#stop?.abort();
    this.#wake?.();
  }

  close() {
    this.closed = true;
    this.#stop?.abort();
    this.#wake?.();
  }

  /** Reads one stream to its end. True when there is no use in asking again. */
  async #once(alive) {
    const stop = this.#stop;
    let timer;
    const patience = () => {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(), SILENCE_MS);
    };
    patience();
    try {
      const headers = { Accept: "text/event-stream", ...(this.last && { "Last-Event-ID": this.last }) };
      const answer = await fetch(this.address, { headers, credentials: "omit", cache: "no-store", signal: stop.signal });
      if (answer.status === 404) {
        const { code } = await answer.json().catch(() => ({}));
        if (code === "session_unknown") {
          this.gone();
          return true;
        }
      }
      if (!answer.ok) return false;
      alive();
      this.state(true);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done || this.closed) return false;
        patience();
        const blocks = (rest + value).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) this.#take(block);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #take(block) {
    const fields = {};
    for (const line of block.split("\n")) {
      const at = line.indexOf(":");
      if (at > 0) fields[line.slice(0, at)] = line.slice(at + 1).replace(/^ /, "");
    }
    if (!fields.data) return;
    // An event that came twice would be shown twice.
    if (fields.id && this.last && !isAfter(fields.id, this.last)) return;
    this.heard(fields.id ?? "", fields.event ?? "message", JSON.parse(fields.data));
    if (fields.id) this.last = fields.id;
  }
}

/** Whether one event id ("milliseconds-number") is later than another. */
export function isAfter(one, other) {
  const [a, b] = [one, other].map((id) => (id || "0-0").split("-").map(Number));
  return a[0] !== b[0] ? a[0] > b[0] : a[1] > b[1];
}
