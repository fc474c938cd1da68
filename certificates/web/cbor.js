// Strict reader for the part of CBOR (RFC 8949) that credentials use; accepts exactly what certificates/cbor.py accepts.
// Maps become Map, integers beyond 2^53 become BigInt. Anything else throws Malformed.

const MAX_DEPTH = 6;
const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Malformed extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  take(count) {
    if (count > this.bytes.length - this.at) throw new Malformed("cbor_truncated");
    const chunk = this.bytes.subarray(this.at, this.at + Number(count));
    this.at += Number(count);
    return chunk;
  }

  head() {
    const first = this.take(1)[0];
    const major = first >> 5;
    const info = first & 31;
    if (info < 24) return [major, info];
    if (info > 27) throw new Malformed("cbor_length");
    const width = 1 << (info - 24);
    let value = 0n;
    for (const byte of this.take(width)) value = (value << 8n) | BigInt(byte);
    if (value < (width === 1 ? 24n : 1n << BigInt(4 * width))) throw new Malformed("cbor_not_shortest");
    return [major, value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value];
  }

  item(depth) {
    if (depth > MAX_DEPTH) throw new Malformed("cbor_depth");
    const [major, value] = this.head();
    if (major === 0) return value;
    if (major === 1) return typeof value === "bigint" || value === Number.MAX_SAFE_INTEGER ? -1n - BigInt(value) : -1 - value;
    if (major === 2) return this.take(value);
    if (major === 3) {
      const bytes = this.take(value);
      try {
        return text.decode(bytes);
      } catch {
        throw new Malformed("cbor_utf8");
      }
    }
    if (major === 4) {
      const items = [];
      for (let left = this.count(value); left > 0; left--) items.push(this.item(depth + 1));
      return items;
    }
    if (major === 5) return this.map(this.count(value), depth);
    throw new Malformed("cbor_type");
  }

  count(value) {
    if (value > this.bytes.length - this.at) throw new Malformed("cbor_truncated");
    return Number(value);
  }

  map(count, depth) {
    const result = new Map();
    let previous = new Uint8Array(0);
    for (let left = count; left > 0; left--) {
      const start = this.at;
      const key = this.item(depth + 1);
      const encoded = this.bytes.subarray(start, this.at);
      if (!["number", "bigint", "string"].includes(typeof key)) throw new Malformed("cbor_key_type");
      if (compare(encoded, previous) <= 0) throw new Malformed("cbor_key_order");
      previous = encoded;
      result.set(key, this.item(depth + 1));
    }
    return result;
  }
}

function compare(a, b) {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

// The one item that the bytes are; `tag`, when given, must be its outermost tag.
export function decode(bytes, tag) {
  const reader = new Reader(bytes);
  if (tag !== undefined) {
    const [major, value] = reader.head();
    if (major !== 6 || value !== tag) throw new Malformed("cbor_tag");
  }
  const item = reader.item(1);
  if (reader.at !== bytes.length) throw new Malformed("cbor_trailing");
  return item;
}

// A byte string with its head, for rebuilding what was signed.
export function byteString(bytes) {
  const n = bytes.length;
  const head = n < 24 ? [0x40 | n] : n < 256 ? [0x58, n] : n < 65536 ? [0x59, n >> 8, n & 255] : [0x5a, n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
  return join([Uint8Array.from(head), bytes]);
}

export function join(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
