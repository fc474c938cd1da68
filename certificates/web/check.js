// The verdict on a credential: the same questions in the same order as certificates/verify.py. Knows no page and no network.

import { Malformed, byteString, decode, join } from "./cbor.js";

export { Malformed };
export const SKEW = 300;
const INFLATE_LIMIT = 4096;
const LIST_LIMIT = 4 << 20;
const TEXT_LIMIT = 4096;
const DIGITS_LIMIT = 2000;
const CLAIM = -65537;
const RELATIONS = ["", "father", "mother", "husband", "wife", "guardian"];
const STATUSES = ["valid", "revoked", "suspended", "superseded"];
const PROOF_CLAIM = -65538;
const PROOF_LIFE = 900;
const TESTS = ["income_below", "age_at_least", "resident_at_least"];
const PROOF_TYPE = "application/proof+cwt";
const LIST_TYPE = "application/statuslist+cwt";

// Bytes of the credential in what a scanner read: an address with its fragment, or the digits alone.
export function readText(scanned) {
  if ([...scanned].length > TEXT_LIMIT) throw new Malformed("size");
  const number = scanned.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "").split("#").pop();
  if (!/^[1-9][0-9]*$/.test(number) || number.length > DIGITS_LIMIT) throw new Malformed("qr_digits");
  let hex = BigInt(number).toString(16);
  if (hex.length % 2) hex = "0" + hex;
  const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  if (bytes[0] !== 1 || bytes.length < 2) throw new Malformed("qr_digits");
  return bytes.subarray(1);
}

export async function inflate(bytes, limit) {
  const parts = [];
  let size = 0;
  try {
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > limit) {
        reader.cancel().catch(() => {});
        break;
      }
      parts.push(value);
    }
  } catch {
    throw new Malformed("deflate");
  }
  if (size > limit) throw new Malformed("size");
  return join(parts);
}

// A COSE_Sign1 taken apart, not yet believed.
export function parseMessage(bytes) {
  const parts = decode(bytes, 18);
  if (!Array.isArray(parts) || parts.length !== 4) throw new Malformed("cose_shape");
  const [protectedHeader, unprotected, payload, signature] = parts;
  if (![protectedHeader, payload, signature].every((part) => part instanceof Uint8Array)) throw new Malformed("cose_shape");
  if (!(unprotected instanceof Map) || unprotected.size) throw new Malformed("cose_unprotected");
  if (signature.length !== 64) throw new Malformed("cose_signature");
  const header = decode(protectedHeader);
  const known = header instanceof Map && [...header.keys()].every((key) => key === 1 || key === 4 || key === 16);
  if (!known || !header.has(1) || !header.has(4)) throw new Malformed("cose_header");
  if (header.get(1) !== -7) throw new Malformed("cose_algorithm");
  const kid = header.get(4);
  const type = header.has(16) ? header.get(16) : "";
  if (!(kid instanceof Uint8Array) || kid.length !== 8 || typeof type !== "string") throw new Malformed("cose_header");
  return { kid: b64(kid), type, payload, protectedHeader, signature };
}

export async function signedBy(message, key) {
  const head = Uint8Array.from([0x84, 0x6a, ...new TextEncoder().encode("Signature1")]);
  const signed = join([head, byteString(message.protectedHeader), Uint8Array.of(0x40), byteString(message.payload)]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key.public, message.signature, signed);
}

async function unpack(bytes) {
  if (bytes.length > INFLATE_LIMIT) throw new Malformed("size");
  return parseMessage(bytes[0] === 0x78 ? await inflate(bytes, INFLATE_LIMIT) : bytes);
}

function must(condition) {
  if (!condition) throw new Malformed("claims");
}

function typed(value, type) {
  must(typeof value === type);
  return value;
}

function natural(value) {
  must(typeof value === "number" && Number.isSafeInteger(value) && value >= 0);
  return value;
}

function list(value) {
  must(Array.isArray(value));
  return value;
}

function person(item) {
  must(list(item).length === 5);
  const [name, local, relation, relationName, born] = item;
  must(natural(relation) < RELATIONS.length);
  return {
    name: typed(name, "string"),
    local: typed(local, "string"),
    relation: RELATIONS[relation],
    relationName: typed(relationName, "string"),
    born: natural(born),
  };
}

// Claims of a payload whose signature was found good.
export function parseClaims(payload) {
  const claims = decode(payload);
  must(claims instanceof Map && [1, 6, 7, CLAIM].every((key) => claims.has(key)));
  must([...claims.keys()].every((key) => [1, 4, 6, 7, CLAIM].includes(key)));
  const facts = claims.get(CLAIM);
  must(facts instanceof Map && [...facts.keys()].every((key) => Number.isInteger(key) && key >= 1 && key <= 8));
  must([1, 2, 3, 6, 7, 8].every((key) => facts.has(key)));
  const cti = claims.get(7);
  must(cti instanceof Uint8Array && cti.length === 12);
  const status = list(facts.get(7));
  must(status.length === 2);
  return {
    issuer: typed(claims.get(1), "string"),
    issuedAt: natural(claims.get(6)),
    expiresAt: claims.has(4) ? natural(claims.get(4)) : 0,
    cti: [...cti].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    kind: typed(facts.get(1), "string"),
    number: typed(facts.get(2), "string"),
    persons: list(facts.get(3)).map(person),
    district: facts.has(4) ? typed(facts.get(4), "string") : "",
    value: facts.has(5) ? list(facts.get(5)).map((item) => (typeof item === "string" ? item : natural(item))) : [],
    date: natural(facts.get(6)),
    status: { list: natural(status[0]), index: natural(status[1]) },
    language: typed(facts.get(8), "string"),
  };
}

// Claims of a proof of one fact, whose signature was found good. As certificates/proof.py.
export function parseProof(payload) {
  const claims = decode(payload);
  const exactly = (map, keys) => map instanceof Map && map.size === keys.length && keys.every((key) => map.has(key));
  must(exactly(claims, [1, 3, 4, 6, 7, PROOF_CLAIM]));
  const facts = claims.get(PROOF_CLAIM);
  must(exactly(facts, [1, 2, 3, 4, 5, 6]));
  const names = list(facts.get(4));
  const cti = claims.get(7);
  must(names.length === 2 && cti instanceof Uint8Array && cti.length === 12 && TESTS.includes(facts.get(1)));
  const proof = {
    issuer: typed(claims.get(1), "string"),
    audience: typed(claims.get(3), "string"),
    issuedAt: natural(claims.get(6)),
    expiresAt: natural(claims.get(4)),
    test: facts.get(1),
    limit: natural(facts.get(2)),
    kind: typed(facts.get(3), "string"),
    name: typed(names[0], "string"),
    local: typed(names[1], "string"),
    date: natural(facts.get(5)),
    language: typed(facts.get(6), "string"),
  };
  const life = proof.expiresAt - proof.issuedAt;
  must(life > 0 && life <= PROOF_LIFE);
  return proof;
}

export function b64(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

// Key set by key id. A key under a name that is not its own makes the whole set unusable.
export async function readKeys(document) {
  const keys = new Map();
  for (const entry of document.keys) {
    if (entry.kty !== "EC" || entry.crv !== "P-256") continue;
    const { kty, crv, x, y, kid } = entry;
    const name = await thumbprint({ crv, kty, x, y });
    if (name !== kid) throw new Error("key set");
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    keys.set(kid, {
      kid,
      department: entry.department,
      year: entry.year,
      withdrawnFrom: entry.withdrawn_from || 0,
      public: await crypto.subtle.importKey("jwk", { kty, crv, x, y }, algorithm, false, ["verify"]),
    });
  }
  return keys;
}

// First 8 bytes of the RFC 7638 thumbprint.
export async function thumbprint(jwk) {
  const required = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y });
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(required));
  return b64(new Uint8Array(digest).subarray(0, 8));
}

export function countsAt(key, moment) {
  return !key.withdrawnFrom || moment < key.withdrawnFrom;
}

// A signed status list, verified and opened.
export async function readStatusList(bytes, keys) {
  if (bytes.length > LIST_LIMIT) throw new Malformed("size");
  const message = parseMessage(bytes);
  const key = keys.get(message.kid);
  if (message.type !== LIST_TYPE || !key || !(await signedBy(message, key))) throw new Malformed("status_list_signature");
  const claims = decode(message.payload);
  const wrong = () => new Malformed("status_list_claims");
  const exactly = (map, names) => map instanceof Map && map.size === names.length && names.every((name) => map.has(name));
  if (!exactly(claims, [2, 4, 6, 65533, 65534])) throw wrong();
  const [name, issuedAt, body, timeToLive] = [2, 6, 65533, 65534].map((claim) => claims.get(claim));
  if (typeof name !== "string" || !exactly(body, ["bits", "lst", "size"])) throw wrong();
  const [size, packed] = [body.get("size"), body.get("lst")];
  const counts = [size, issuedAt, timeToLive].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (body.get("bits") !== 2 || !(packed instanceof Uint8Array) || !counts) throw wrong();
  if (name.slice(0, Math.max(0, name.lastIndexOf("-"))) !== key.department || !countsAt(key, issuedAt)) {
    throw new Malformed("status_list_signature");
  }
  const bits = await inflate(packed, LIST_LIMIT);
  if (bits.length !== Math.floor((size + 3) / 4)) throw wrong();
  return { name, issuedAt, timeToLive, size, bits };
}

export function listName(credential) {
  return `${credential.issuer}-${credential.status.list}`;
}

function standing(credential, known, now) {
  const list = known.lists.get(listName(credential));
  const { index } = credential.status;
  const age = list ? Math.max(0, now - list.issuedAt) : null;
  const status = list && index < list.size ? STATUSES[(list.bits[Math.floor(index / 4)] >> (2 * (index % 4))) & 3] : null;
  const say = (verdict, reason) => ({ verdict, reason, credential, listAge: age });
  if (list && status === null && credential.issuedAt + SKEW < list.issuedAt) return say("unknown_issuer", "not_in_register");
  if (status && status !== "valid") return say(status, "status_list");
  if (credential.expiresAt && now >= credential.expiresAt) return say("expired", "expired");
  if (credential.issuedAt > now + SKEW) return say("too_old_to_tell", "clock");
  if (!list) return say("too_old_to_tell", "no_status_list");
  if (age > list.timeToLive) return say("too_old_to_tell", "status_list_old");
  return say("valid", "signature_and_status");
}

// A proof needs no status list: it is made only of what stands, and is over in a quarter of an hour.
function onProof(payload, key, now) {
  const proof = parseProof(payload);
  const say = (verdict, reason) => ({ verdict, reason, credential: null, listAge: null, proof });
  if (proof.issuer !== key.department) return say("unknown_issuer", "not_its_key");
  if (!countsAt(key, proof.issuedAt)) return say("unknown_issuer", "key_withdrawn");
  if (now >= proof.expiresAt) return say("expired", "proof_over");
  if (proof.issuedAt > now + SKEW) return say("too_old_to_tell", "clock");
  return say("valid", "proof");
}

const nothing = (verdict, reason, credential = null) => ({ verdict, reason, credential, listAge: null });

// The verdict on the bytes of a credential, or of a proof. `known` = {keys, lists}; `now` in seconds.
export async function checkBytes(bytes, known, now) {
  try {
    const message = await unpack(bytes);
    const key = known.keys.get(message.kid);
    if (!key) return nothing("unknown_issuer", "unknown_key");
    const ours = message.type === "" || message.type === PROOF_TYPE;
    if (!ours || !(await signedBy(message, key))) return nothing("altered", "signature");
    if (message.type) return onProof(message.payload, key, now);
    const credential = parseClaims(message.payload);
    if (credential.issuer !== key.department) return nothing("unknown_issuer", "not_its_key", credential);
    if (!countsAt(key, credential.issuedAt)) return nothing("unknown_issuer", "key_withdrawn", credential);
    return standing(credential, known, now);
  } catch (error) {
    if (error instanceof Malformed) return nothing("altered", error.reason);
    throw error;
  }
}

export async function checkText(scanned, known, now) {
  let bytes;
  try {
    bytes = readText(scanned);
  } catch (error) {
    if (error instanceof Malformed) return nothing("altered", error.reason);
    throw error;
  }
  return checkBytes(bytes, known, now);
}
