// The three calls of the web chat's protocol. A refusal carries the gateway's sentence; anything else is "later".

/** The gateway will not take this, however often it is sent. `code` and `text` are its own. */
export class Refused extends Error {
  constructor(status, code, text, seconds) {
    super(code);
    this.status = status;
    this.code = code;
    this.text = text;
    this.seconds = seconds;
  }
}

/** No line, or the gateway cannot store anything just now: to be sent again with the same id. */
export class Later extends Error {}

const PATIENCE_MS = 20000;

export class Api {
  constructor(base) {
    this.base = base;
  }

  address(session, what) {
    return `${this.base}/chat/sessions/${encodeURIComponent(session)}/${what}`;
  }

  /** A new session's key. */
  async start(lang) {
    const answer = await this.#post(`${this.base}/chat/sessions`, { lang: lang || null });
    return answer.session;
  }

  async say(session, message) {
    await this.#post(this.address(session, "messages"), message);
  }

  /** Uploads a file; `progress` hears the share sent so far, from 0 to 1. */
  upload(session, id, file, name, progress) {
    return new Promise((done, fail) => {
      // fetch cannot tell how much of a body has gone out.
      const call = new XMLHttpRequest();
      const form = new FormData();
      form.append("id", id);
      form.append("file", file, name);
      call.open("POST", this.address(session, "messages"));
      call.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
      call.onerror = call.onabort = call.ontimeout = () => fail(new Later("no line"));
      call.onload = () => {
        const problem = judged(call.status, parsed(call.responseText), call.getResponseHeader("Retry-After"));
        if (problem) fail(problem);
        else done();
      };
      call.send(form);
    });
  }

  async #post(address, body) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    let answer, data;
    try {
      answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        credentials: "omit",
        signal: stop.signal,
      });
      data = parsed(await answer.text());
    } catch (error) {
      throw new Later(String(error));
    } finally {
      clearTimeout(timer);
    }
    const problem = judged(answer.status, data, answer.headers.get("Retry-After"));
    if (problem) throw problem;
    return data;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

function judged(status, data, retryAfter) {
  if (status >= 200 && status < 300) return null;
  if (status >= 400 && status < 500 && typeof data.code === "string") {
    return new Refused(status, data.code, String(data.text ?? ""), Number(retryAfter) || 0);
  }
  // A proxy in between may answer with anything; only the gateway itself refuses.
  return new Later(`status ${status}`);
}
