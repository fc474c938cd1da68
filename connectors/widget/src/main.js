// What happens when the script has arrived: the element is known, and stands in the page even if the page holds none.

import { SahayakChat } from "./chat.js";
import { SCRIPT } from "./data.js";
import { h } from "./dom.js";

if (!customElements.get("sahayak-chat")) {
  customElements.define("sahayak-chat", SahayakChat);
  const stand = () => {
    if (document.querySelector("sahayak-chat")) return;
    const { lang, open, idle } = SCRIPT?.dataset ?? {};
    document.body.append(h("sahayak-chat", { lang, idle, open: open !== undefined }));
  };
  if (document.body && document.readyState !== "loading") stand();
  else document.addEventListener("DOMContentLoaded", stand);
}
