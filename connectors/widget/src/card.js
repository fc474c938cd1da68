// A file that came with a message: a paper to open, keep and print, or a picture shown where it stands.

import { h, icon } from "./dom.js";
import { webAddress } from "./rich.js";

/** The card, or null when its address leads nowhere on the web. */
export function card(attachment, labels, base) {
  const url = webAddress(attachment.url);
  if (!url) return null;
  const name = attachment.name || "file";
  return attachment.mime?.startsWith("image/") ? picture(url, name, labels) : paper(url, name, labels, base);
}

function paper(url, name, labels, base) {
  const open = link(url, labels.say("open_file"), labels);
  const buttons = [open];
  if (url.pathname.startsWith("/c/") && url.origin === base && url.origin === location.origin) {
    // A certificate is fetched by a form, so that looking at its address uses nothing up.
    buttons.push(
      h(
        "form",
        { method: "post", action: `${url.pathname}?lang=${labels.lang}`, target: "_blank", rel: "noopener" },
        h("button", { type: "submit", class: "action first" }, labels.say("download")),
      ),
      h("button", { type: "button", class: "action", onclick: () => show(url) }, labels.say("print_file")),
    );
  }
  return h(
    "div",
    { class: "card" },
    h("div", { class: "what" }, icon("paper"), h("bdi", { class: "file" }, name)),
    h("div", { class: "actions" }, buttons),
  );
}

/** Fetches the paper into a tab of its own, where the browser's reader prints it. */
async function show(url) {
  // Opened before the answer is there: later on the browser would take it for an advertisement.
  const tab = window.open("", "_blank");
  let address = url.href;
  try {
    const answer = await fetch(url.pathname, { method: "POST", credentials: "same-origin" });
    if (answer.ok) address = URL.createObjectURL(await answer.blob());
  } catch {
    // Its page says what is the matter.
  }
  if (tab) tab.location = address;
}

function picture(url, name, labels) {
  const image = h("img", { src: url.href, alt: labels.say("picture", { name }), loading: "lazy" });
  const node = h("figure", { class: "card still" }, image);
  // What cannot be shown is still named and can be opened.
  image.addEventListener("error", () => node.replaceWith(paper(url, name, labels, "")));
  return node;
}

function link(url, text, labels) {
  const away = h("span", { class: "unseen" }, ` (${labels.say("new_tab")})`);
  return h("a", { class: "action", href: url.href, target: "_blank", rel: "noopener noreferrer" }, text, away);
}
