// The verdict on a PDF file: its signature over every byte, and its credential, QR code and text against one another.
// The signature is checked here with WebCrypto; the page is read with pdf.js, loaded on demand. As certificates/pdf/reading.py.

import { Malformed, b64, checkBytes, countsAt, readText, thumbprint } from "./check.js";

const SIZE_LIMIT = 4 << 20;
const ATTACHMENT = "credential.cose";
const OID = {
  signedData: "2a864886f70d010702",
  data: "2a864886f70d010701",
  contentType: "2a864886f70d010903",
  messageDigest: "2a864886f70d010904",
  sha256: "608648016503040201",
  ecdsaSha256: "2a8648ce3d040302",
  ecdsaPublicKey: "2a8648ce3d0201",
  p256: "2a8648ce3d030107",
};

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const broken = (reason = "pdf_signature") => new Malformed(reason);

// One DER element: tag, contents, its own bytes; definite lengths only.
function element(bytes, at = 0) {
  let length = bytes[at + 1];
  let start = at + 2;
  if (length === undefined || (bytes[at] & 31) === 31) throw broken();
  if (length > 127) {
    const count = length & 127;
    if (!count || count > 3) throw broken();
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + bytes[start++];
  }
  const end = start + length;
  if (!(end <= bytes.length)) throw broken();
  return { tag: bytes[at], body: bytes.subarray(start, end), whole: bytes.subarray(at, end), end };
}

function children(node, tag) {
  if (tag !== undefined && node.tag !== tag) throw broken();
  const found = [];
  for (let at = 0; at < node.body.length; ) {
    const child = element(node.body, at);
    found.push(child);
    at = child.end;
  }
  return found;
}

const isOid = (node, oid) => node && node.tag === 6 && hex(node.body) === oid;
const same = (a, b) => a.length === b.length && a.every((byte, index) => byte === b[index]);

function find(bytes, word, from = 0) {
  const wanted = new TextEncoder().encode(word);
  outer: for (let at = from; at <= bytes.length - wanted.length; at++) {
    for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) continue outer;
    return at;
  }
  return -1;
}

// What the one signature covers, and the CMS message in the gap: the whole file but that gap.
function coverage(bytes) {
  const at = find(bytes, "/ByteRange");
  if (at < 0 || find(bytes, "/ByteRange", at + 10) >= 0) throw broken();
  const text = new TextDecoder("latin1").decode(bytes.subarray(at, at + 120));
  const match = /^\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/.exec(text);
  if (!match) throw broken();
  const [start, first, second, last] = match.slice(1).map(Number);
  if (start !== 0 || second <= first || second + last !== bytes.length) throw broken();
  const gap = new TextDecoder("latin1").decode(bytes.subarray(first, second));
  if (!/^<[0-9A-Fa-f]*>$/.test(gap) || gap.length % 2) throw broken();
  const cms = Uint8Array.from(gap.slice(1, -1).match(/../g) || [], (pair) => parseInt(pair, 16));
  const signed = new Uint8Array(first + last);
  signed.set(bytes.subarray(0, first));
  signed.set(bytes.subarray(second), first);
  return { cms, signed };
}

// The P-256 point in an X.509 certificate, as JWK.
function publicKey(certificate) {
  const body = children(children(certificate, 0x30)[0], 0x30);
  const info = body.find((node) => {
    if (node.tag !== 0x30 || !node.body.length || node.body[0] !== 0x30) return false;
    const [algorithm] = children(node);
    return isOid(children(algorithm)[0], OID.ecdsaPublicKey) && isOid(children(algorithm)[1], OID.p256);
  });
  if (!info) throw broken("pdf_unknown_key");
  const point = children(info)[1].body;
  if (point.length !== 66 || point[1] !== 4) throw broken("pdf_unknown_key");
  return { kty: "EC", crv: "P-256", x: b64(point.subarray(2, 34)), y: b64(point.subarray(34, 66)) };
}

function rawSignature(der) {
  const parts = children(element(der), 0x30);
  if (parts.length !== 2 || element(der).end !== der.length) throw broken();
  const raw = new Uint8Array(64);
  parts.forEach((part, index) => {
    const number = part.body[0] === 0 ? part.body.subarray(1) : part.body;
    if (part.tag !== 2 || number.length > 32) throw broken();
    raw.set(number, 32 * index + 32 - number.length);
  });
  return raw;
}

// The published key that sealed every byte of the file.
export async function sealedBy(bytes, keys) {
  const { cms, signed } = coverage(bytes);
  const [type, wrapped] = children(element(cms), 0x30);
  if (!isOid(type, OID.signedData) || !wrapped || wrapped.tag !== 0xa0) throw broken();
  const parts = children(element(wrapped.body), 0x30);
  const certificates = parts.find((part) => part.tag === 0xa0);
  const signers = children(parts[parts.length - 1], 0x31);
  if (!certificates || signers.length !== 1) throw broken();
  const jwk = publicKey(element(certificates.body));
  const key = keys.get(await thumbprint(jwk));
  if (!key) throw broken("pdf_unknown_key");
  const signer = children(signers[0], 0x30);
  const attributes = signer.find((part) => part.tag === 0xa0);
  const signature = signer.find((part) => part.tag === 4);
  if (!attributes || !signature || !isOid(children(signer[2], 0x30)[0], OID.sha256)) throw broken();
  const values = new Map();
  for (const attribute of children(attributes)) {
    const [name, set] = children(attribute, 0x30);
    if (values.has(hex(name.body))) throw broken();
    values.set(hex(name.body), children(set, 0x31)[0]);
  }
  if (!isOid(values.get(OID.contentType), OID.data)) throw broken();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", signed));
  const stated = values.get(OID.messageDigest);
  if (!stated || !same(stated.body, digest)) throw broken();
  const set = attributes.whole.slice();
  set[0] = 0x31;
  const good = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key.public, rawSignature(signature.body), set);
  if (!good) throw broken();
  return key;
}

function letters(text) {
  return text.normalize("NFKC").toLowerCase().replace(/[\s\p{Cf}\u064B-\u065F\u0670]/gu, "");
}

// Whether the page prints number and names, those in Latin letters. pdf.js gives other scripts as they are drawn: marks and
// whole letters of ਸਿੰਘ or عائشہ are missing from its text of a genuine page, so that nothing can be looked for there. The
// signature over every byte is what binds, and the issuer has compared the spelling before the paper left.
export function says(text, credential) {
  const page = letters(text);
  const words = [credential.number, ...credential.persons.map((person) => person.name)].flatMap((item) => item.split(/\s+/));
  return words.map(letters).every((word) => /[^\p{Script=Latin}\p{N}\p{P}]/u.test(word) || page.includes(word));
}

// The verdict on a file. `open(bytes)` gives {credential, scanned, text} of the page, read by pdf.js and the QR reader.
export async function checkPdf(bytes, known, now, open) {
  const nothing = (verdict, reason, credential = null) => ({ verdict, reason, credential, listAge: null });
  if (bytes.length > SIZE_LIMIT) return nothing("altered", "size");
  let key;
  let page;
  try {
    key = await sealedBy(bytes, known.keys);
    page = await open(bytes.slice());
  } catch (error) {
    const reason = error instanceof Malformed ? error.reason : "pdf_unreadable";
    return nothing(reason === "pdf_unknown_key" ? "unknown_issuer" : "altered", reason);
  }
  if (!page.credential) return nothing("altered", "pdf_attachment");
  const verdict = await checkBytes(page.credential, known, now);
  const { credential } = verdict;
  if (verdict.proof) return nothing("altered", "pdf_attachment");
  if (!credential) return verdict;
  if (key.department !== credential.issuer) return nothing("altered", "pdf_signer", credential);
  if (!countsAt(key, credential.issuedAt)) return nothing("unknown_issuer", "key_withdrawn", credential);
  let scanned = null;
  try {
    scanned = page.scanned && readText(page.scanned);
  } catch {
    scanned = null;
  }
  if (!scanned || !same(scanned, page.credential)) return nothing("altered", "pdf_qr", credential);
  if (!says(page.text, credential)) return nothing("altered", "pdf_text", credential);
  return verdict;
}

export { ATTACHMENT };
