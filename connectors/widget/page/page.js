// The page around the chat speaks the language of the chat.

const KNOWN = ["en", "hi", "pa", "ur"];
const chat = document.querySelector("sahayak-chat");
const buttons = [...document.querySelectorAll("#languages button")];

function speak(lang) {
  document.documentElement.lang = lang;
  document.documentElement.dir = lang === "ur" ? "rtl" : "ltr";
  for (const section of document.querySelectorAll("#about section")) section.hidden = section.lang !== lang;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.lang === lang));
}

for (const button of buttons) button.addEventListener("click", () => chat.speak(button.lang));
document.addEventListener("sahayak-language", (event) => speak(event.detail));
speak(KNOWN.includes(chat.language) ? chat.language : "en");
