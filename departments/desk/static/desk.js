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
