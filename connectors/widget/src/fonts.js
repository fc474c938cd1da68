// Typefaces for what a device cannot write by itself (kiosks, plain Linux): fetched from the gateway, and only then.

import { BASE } from "./data.js";

const FACES = {
  hi: ["Sahayak Devanagari", "devanagari.woff2", "U+0900-097F, U+200C-200D, U+25CC", "क"],
  pa: ["Sahayak Gurmukhi", "gurmukhi.woff2", "U+0964-0965, U+0A00-0A7F, U+200C-200D, U+25CC", "ਕ"],
  ur: ["Sahayak Nastaliq", "nastaliq.woff2", "U+0600-06FF, U+0750-077F, U+200C-200F, U+FB50-FDFF, U+FE70-FEFF", ""],
};
const LATIN = ["Roboto", "Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans", "Arial"].map((name) => `local("${name}")`).join();
const HAVE = ["Noto Nastaliq Urdu", "Urdu Typesetting", "Jameel Noori Nastaleeq"];
const asked = new Set();

/** Sees to it that a language can be read. */
export function provide(lang) {
  const face = FACES[lang];
  if (!face || asked.has(lang) || !window.FontFace) return;
  asked.add(lang);
  // Nastaliq typefaces draw digits and Latin letters too heavily; those come from the device's own.
  if (lang === "ur") document.fonts.add(new FontFace("Sahayak Latin", LATIN, { unicodeRange: "U+0020-024F, U+2010-2027" }));
  if (lang === "ur" ? HAVE.some(installed) || navigator.connection?.saveData : drawable(face[3])) return;
  const [name, file, unicodeRange] = face;
  document.fonts.add(new FontFace(name, `url("${BASE}/widget/fonts/${file}")`, { unicodeRange, display: "swap" }));
}

/** Whether a typeface is on this device: text in it is then as wide before one fallback as before another. */
function installed(name) {
  const pen = document.createElement("canvas").getContext("2d");
  const width = (rest) => ((pen.font = `40px "${name}", ${rest}`), pen.measureText("mmmlliIW").width);
  const bare = (rest) => ((pen.font = `40px ${rest}`), pen.measureText("mmmlliIW").width);
  return width("monospace") !== bare("monospace") || width("serif") !== bare("serif");
}

/** Whether a letter has a shape of its own here, and is not the box that stands for all that are missing. */
function drawable(letter) {
  const pixels = (text) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 40;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.font = "28px sans-serif";
    pen.fillText(text, 4, 30);
    return String(pen.getImageData(0, 0, 40, 40).data);
  };
  return pixels(letter) !== pixels("\u{10FFFD}");
}
