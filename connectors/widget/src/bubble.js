// How one message looks: the assistant's with its choices and file, the person's with what became of it.

import { card } from "./card.js";
import { h, icon } from "./dom.js";
import { rich } from "./rich.js";
import { drawn } from "./photos.js";
import { directionOf } from "./words.js";

const STATES = ["waiting", "sending", "sent", "refused"];

/** A message of the assistant. `tap(choice)` is called with the choice that was tapped. */
export function theirs(data, at, labels, base, tap) {
  const lang = data.lang;
  const choices = data.choices ?? [];
  return h(
    "div",
    { class: "item theirs", dir: data.dir || directionOf(lang), lang },
    h("span", { class: "unseen" }, `${labels.say("name")}: `),
    data.text ? h("div", { class: "bubble" }, h("div", { class: "text" }, rich(data.text)), time(at, lang)) : null,
    data.attachment ? card(data.attachment, labels, base) : null,
    choices.length ? group(choices, labels, tap) : null,
  );
}

/** A message of the person's own. `again()` sends a refused one once more. */
export function own(entry, labels, again) {
  const node = h("div", { class: "item own", "data-id": entry.id });
  fill(node, entry, labels, again);
  return node;
}

/** Shows what became of it meanwhile; leaves a picture that is there where it is. */
export function fill(node, entry, labels, again) {
  const picture = node.querySelector(".picture");
  const known = ["lost", "too_large", "wrong_kind"].includes(entry.note);
  for (const state of STATES) node.classList.toggle(state, state === entry.state);
  node.replaceChildren(
    h("span", { class: "unseen" }, `${labels.say("you")}: `),
    h(
      "div",
      { class: "bubble" },
      picture ?? "",
      h("div", { class: "text", dir: "auto" }, entry.kind === "file" ? icon("paper") : "", entry.text),
      h(
        "div",
        { class: "fate" },
        time(entry.at, labels.lang),
        icon(entry.state === "sent" ? "sent" : entry.state === "refused" ? "refused" : "waiting"),
        h("span", { class: entry.state === "sent" ? "unseen" : "word" }, labels.say(entry.state)),
      ),
    ),
    ...(entry.note ? [h("p", { class: "note", dir: "auto" }, known ? labels.say(entry.note) : entry.note)] : []),
    ...(entry.again ? [h("button", { type: "button", class: "again", onclick: again }, labels.say("again"))] : []),
  );
}

/** Puts the picture that is being sent into the person's message. */
export function depict(node, picture) {
  const canvas = drawn(picture, 480);
  canvas.className = "picture";
  node.querySelector(".bubble").prepend(canvas);
}

function group(choices, labels, tap) {
  const long = choices.length > 3 || choices.some((choice) => choice.description);
  const buttons = choices.map((choice) =>
    h(
      "button",
      { type: "button", class: "choice", "data-choice": choice.id, onclick: (event) => tap(choice, event) },
      h("span", { class: "title", dir: "auto" }, choice.title),
      choice.description ? h("span", { class: "description", dir: "auto" }, choice.description) : null,
    ),
  );
  const node = h("div", { class: long ? "choices list" : "choices", role: "group" }, buttons);
  node.setAttribute("aria-label", labels.say("options"));
  return node;
}

function time(at, lang) {
  const moment = new Date(at);
  const text = new Intl.DateTimeFormat(`${lang}-IN`, { hour: "numeric", minute: "2-digit", numberingSystem: "latn" });
  return h("time", { datetime: moment.toISOString() }, h("bdi", { dir: "ltr" }, text.format(moment)));
}
