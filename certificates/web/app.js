// The page: takes a code from the address, the camera or a file, shows the verdict. Sends nothing about a certificate.

import { checkText, readKeys, readStatusList } from "./check.js";
import { checkPdf } from "./pdf.js";

const LANGUAGES = { en: "English", hi: "हिन्दी", pa: "ਪੰਜਾਬੀ", ur: "اردو" };
const MARKS = {
  good: "M8 25l11 11 22-25",
  bad: "M11 11l26 26M37 11L11 37",
  warn: "M24 8v20M24 37v2",
};
const COLOURS = { valid: "good", too_old_to_tell: "warn", expired: "warn", suspended: "warn" };
const $ = (id) => document.getElementById(id);
const texts = await (await fetch("/verify/texts.json")).json();
let language = pick();
let last = null;
let watching = null;

function pick() {
  const stored = (() => {
    try {
      return localStorage.getItem("language");
    } catch {
      return null;
    }
  })();
  const wanted = [stored, ...(navigator.languages || [])].filter(Boolean).map((tag) => tag.slice(0, 2));
  return wanted.find((tag) => tag in LANGUAGES) || "en";
}

function say(key, values = {}) {
  const text = texts[key]?.[language] ?? texts[key]?.en ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

function make(tag, properties = {}, ...kids) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...kids);
  return node;
}

// Keys and every department's list of the years there are keys for, so that the page can check without a network later.
async function known() {
  const keys = await readKeys(await (await fetch("/.well-known/jwks.json")).json());
  const lists = new Map();
  const names = new Set([...keys.values()].map((key) => `${key.department}-${key.year}`));
  await Promise.all([...names].map((name) => load(name, keys, lists)));
  return { keys, lists };
}

async function load(name, keys, lists) {
  try {
    const answer = await fetch(`/status/${encodeURIComponent(name)}`);
    if (!answer.ok) return;
    const list = await readStatusList(new Uint8Array(await answer.arrayBuffer()), keys);
    if (list.name === name) lists.set(name, list);
  } catch {
    // A list that cannot be had or read is no list: the verdict then says so.
  }
}

const now = () => Math.floor(Date.now() / 1000);

async function run(check) {
  $("busy").textContent = say("busy");
  $("result").hidden = true;
  try {
    const facts = await known();
    last = await check(facts, now());
    if (last.reason === "no_status_list") {
      // A further list of its year: a genuine certificate names it, and the list is fetched whole like the others.
      await load(`${last.credential.issuer}-${last.credential.status.list}`, facts.keys, facts.lists);
      last = await check(facts, now());
    }
  } catch {
    last = { verdict: "cannot_check", reason: "no_keys", credential: null, listAge: null };
  }
  $("busy").textContent = "";
  show();
  $("result").focus();
}

function fromAddress() {
  const digits = location.hash.slice(1);
  if (!digits) return;
  // The address bar and the history of a borrowed phone must not keep what the code says.
  history.replaceState(null, "", location.pathname);
  run((facts, moment) => checkText(digits, facts, moment));
}

async function fromFile(file) {
  const { openPdf, qrInPicture } = await import("./readers.js");
  const head = new Uint8Array(await file.slice(0, 5).arrayBuffer());
  if (String.fromCharCode(...head) === "%PDF-") {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return run((facts, moment) => checkPdf(bytes, facts, moment, openPdf));
  }
  $("busy").textContent = say("busy");
  let text = null;
  try {
    text = await qrInPicture(file);
  } catch {
    text = null;
  }
  if (text) return run((facts, moment) => checkText(text, facts, moment));
  last = { verdict: "no_code", reason: "no_code", credential: null, listAge: null };
  $("busy").textContent = "";
  show();
}

async function fromCamera() {
  watching = new AbortController();
  $("viewer").hidden = false;
  $("result").hidden = true;
  $("busy").textContent = say("hold");
  try {
    const { watch } = await import("./readers.js");
    const text = await watch($("video"), watching.signal);
    if (text) await run((facts, moment) => checkText(text, facts, moment));
    else $("busy").textContent = "";
  } catch {
    $("busy").textContent = say("no_camera");
  }
  $("viewer").hidden = true;
}

function date(number) {
  if (number < 10000) return String(number);
  const [year, month, day] = [Math.floor(number / 10000), Math.floor(number / 100) % 100, number % 100];
  return `${day} ${say("months").split(" ")[month - 1]} ${year}`;
}

function value(item, kind = "income") {
  if (typeof item === "number" && kind === "disability") return `${item} %`;
  if (typeof item === "number") return `₹ ${new Intl.NumberFormat("en-IN").format(item)}`;
  return /^\d{4}-\d\d-\d\d$/.test(item) ? date(Number(item.replaceAll("-", ""))) : item;
}

function age(seconds) {
  if (seconds < 3600) return say("age_minutes", { n: Math.max(1, Math.round(seconds / 60)) });
  if (seconds < 172800) return say("age_hours", { n: Math.round(seconds / 3600) });
  return say("age_days", { n: Math.round(seconds / 86400) });
}

function moment(seconds) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Kolkata" }).format(new Date(seconds * 1000));
  return date(Number(parts.replaceAll("-", "")));
}

function row(label, content, large = false) {
  const shown = make("dd", { className: large ? "large" : "" }, make("bdi", { textContent: content }));
  return make("div", {}, make("dt", { textContent: say(label) }), shown);
}

function person(item, tongue) {
  const name = (text, lang) => make("p", { className: "name", lang }, make("bdi", { textContent: text }));
  const parts = [name(item.name, "en")];
  if (item.local) parts.push(name(item.local, tongue));
  if (item.relationName) {
    const text = say("relation", { relation: say(`relation_${item.relation || "other"}`), name: `\u2068${item.relationName}\u2069` });
    parts.push(make("p", { className: "relation", textContent: text }));
  }
  if (item.born) parts.push(make("p", { className: "relation", textContent: say("born", { date: date(item.born) }) }));
  return make("div", { className: "person" }, ...parts);
}

function mark(colour) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 48 48");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, setting] of Object.entries({ d: MARKS[colour], fill: "none", stroke: "#fff", "stroke-width": "6", "stroke-linecap": "round" })) {
    path.setAttribute(name, setting);
  }
  svg.append(path);
  return svg;
}

function clock(seconds) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Kolkata", hour: "2-digit", minute: "2-digit" }).format(new Date(seconds * 1000));
}

// One fact, for whom and until when; no number, no further value.
function fact(proof) {
  const limit = proof.test === "income_below" ? value(proof.limit) : String(proof.limit);
  const sentence = say(`test_${proof.test}`, { limit: `\u2068${limit}\u2069` });
  const question = make("div", { className: "fact" }, make("dt", { textContent: sentence }), make("dd", { className: "large", textContent: say("yes") }));
  const rows = [row("proof_for", proof.audience, true), row("proof_until", `${moment(proof.expiresAt)}, ${clock(proof.expiresAt)}`)];
  rows.push(row("proof_from", `${say(`kind_${proof.kind}`)}, ${date(proof.date)}`), row("issuer", issuer(proof.issuer)));
  return [
    make("p", { className: "compare", textContent: say("compare_proof", { audience: `\u2068${proof.audience}\u2069` }) }),
    person({ name: proof.name, local: proof.local }, proof.language),
    make("dl", {}, question, ...rows),
  ];
}

function issuer(name) {
  return texts[`issuer_${name}`] ? say(`issuer_${name}`) : name;
}

function show() {
  const box = $("result");
  if (!last) return;
  const { verdict, reason, credential, listAge, proof } = last;
  const colour = COLOURS[verdict] || (verdict === "no_code" || verdict === "cannot_check" ? "warn" : "bad");
  const title = proof && texts[`verdict_proof_${verdict}`] ? `verdict_proof_${verdict}` : `verdict_${verdict}`;
  const why = texts[`reason_${reason}`] ? say(`reason_${reason}`) : say(`explain_${verdict}`);
  const words = make("div", {}, make("h2", { textContent: say(title) }), make("p", { textContent: why }));
  box.replaceChildren(make("div", { className: `verdict ${colour}` }, mark(colour), words));
  if (credential) {
    // What a bad signature says is not shown; a good one is, whatever has become of the certificate since.
    box.append(make("p", { className: "compare", textContent: say("compare") }));
    box.append(...credential.persons.map((item) => person(item, credential.language)));
    const rows = [row("kind", say(`kind_${credential.kind}`))];
    if (credential.value.length) rows.push(row(`value_${credential.kind}`, credential.value.map((item) => value(item, credential.kind)).join(" · "), true));
    rows.push(row("number", credential.number, true), row("issued", date(credential.date)));
    if (credential.expiresAt) rows.push(row("until", moment(credential.expiresAt)));
    if (credential.district) rows.push(row("district", credential.district));
    rows.push(row("issuer", issuer(credential.issuer)));
    rows.push(row("list", listAge === null ? say("no_list") : age(listAge)));
    box.append(make("dl", {}, ...rows));
  }
  if (proof) box.append(...fact(proof));
  box.hidden = false;
}

function translate() {
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ur" ? "rtl" : "ltr";
  document.title = say("title");
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
  $("offline").textContent = navigator.onLine ? "" : say("offline");
  for (const button of $("languages").children) button.setAttribute("aria-pressed", String(button.lang === language));
  show();
}

for (const [code, name] of Object.entries(LANGUAGES)) {
  const button = make("button", { type: "button", lang: code, textContent: name });
  button.addEventListener("click", () => {
    language = code;
    try {
      localStorage.setItem("language", code);
    } catch {
      // Private windows may refuse; the choice then lasts as long as the page.
    }
    translate();
  });
  $("languages").append(button);
}
$("camera").addEventListener("click", fromCamera);
$("stop").addEventListener("click", () => watching?.abort());
$("choose").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", async () => {
  const [file] = $("file").files;
  if (file) await fromFile(file);
  $("file").value = "";
});
addEventListener("hashchange", fromAddress);
addEventListener("online", translate);
addEventListener("offline", translate);
translate();
fromAddress();

async function keep() {
  await navigator.serviceWorker.register("/verify/worker.js", { scope: "/verify" });
  const { active } = await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) {
    await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  }
  // Fetched once more through the worker, which keeps them. The camera's reader too, unless the person saves data.
  await known();
  if (!navigator.connection?.saveData) active.postMessage("readers");
}

if ("serviceWorker" in navigator) keep().catch(() => {});
