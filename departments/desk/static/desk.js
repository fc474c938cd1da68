"use strict";
// Works without this file: it only saves a click here and there.
document.addEventListener("change", (event) => {
  const target = event.target.dataset && event.target.dataset.fills;
  if (target && event.target.value) document.getElementById(target).value = event.target.value;
});
// A second press while the first is under way would be refused as "changed meanwhile".
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  if (event.target.method === "post") event.target.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
// A list that grows is only added to, so that a screen reader says what is new and nothing else.
function show(live, fresh) {
  const list = live.querySelector("[data-grows]");
  const newer = fresh.querySelector("[data-grows]");
  if (!list || !newer || newer.children.length < list.children.length) {
    live.replaceChildren(...fresh.childNodes);
    return;
  }
  live.querySelector("[data-kept]").replaceWith(fresh.querySelector("[data-kept]"));
  list.append(...[...newer.children].slice(list.children.length));
}
// What is new comes by itself, while the page is looked at; what is being written stays as it is.
for (const live of document.querySelectorAll("[data-live]")) {
  const look = async () => {
    if (document.hidden) return;
    const address = new URL(live.dataset.live, location.href);
    address.searchParams.set("seen", live.dataset.seen);
    let answer;
    try { answer = await fetch(address); } catch { return; }
    if (answer.redirected) { location.reload(); return; }
    if (answer.status !== 200) return;
    show(live, new DOMParser().parseFromString(await answer.text(), "text/html").body);
    live.dataset.seen = answer.headers.get("X-Seen") || "";
    live.scrollTop = live.scrollHeight;
  };
  live.scrollTop = live.scrollHeight;
  setInterval(look, 4000);
}
