// Pictures, camera frames and PDF pages to text, with readers loaded on demand from our own server.

import { ATTACHMENT } from "./pdf.js";

const HERE = new URL("./readers/", import.meta.url).href;
let scanner;
let pages;

// The QR reader (zxing in WebAssembly), once.
function scan() {
  scanner ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${HERE}zxing.js`;
    script.onload = () => {
      globalThis.ZXingWASM.setZXingModuleOverrides({ locateFile: (name) => HERE + name });
      resolve(globalThis.ZXingWASM);
    };
    script.onerror = () => {
      scanner = undefined;
      reject(new Error("reader"));
    };
    document.head.append(script);
  });
  return scanner;
}

// Text of the only QR code in an ImageData; null when there is none or more than one.
export async function qrIn(image) {
  const reader = await scan();
  const codes = await reader.readBarcodes(image, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 2 });
  return codes.length === 1 && codes[0].text ? codes[0].text : null;
}

export async function qrInPicture(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, 2400 / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return qrIn(context.getImageData(0, 0, canvas.width, canvas.height));
}

// {credential, scanned, text} of a PDF file of one page.
export async function openPdf(bytes) {
  pages ??= import("./readers/pdf.mjs").then((library) => {
    library.GlobalWorkerOptions.workerSrc = `${HERE}pdf.worker.mjs`;
    return library;
  });
  const library = await pages;
  const file = await library.getDocument({ data: bytes, useSystemFonts: false, enableXfa: false, stopAtErrors: true }).promise;
  try {
    if (file.numPages !== 1) throw new Error("pages");
    const attachments = (await file.getAttachments()) || {};
    const names = Object.keys(attachments);
    const page = await file.getPage(1);
    const content = await page.getTextContent();
    const viewport = page.getViewport({ scale: 150 / 72 });
    const canvas = document.createElement("canvas");
    canvas.width = viewport.width;
    canvas.height = viewport.height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    await page.render({ canvasContext: context, canvas, viewport }).promise;
    return {
      credential: names.length === 1 && names[0] === ATTACHMENT ? attachments[names[0]].content : null,
      scanned: await qrIn(context.getImageData(0, 0, canvas.width, canvas.height)),
      text: content.items.map((item) => item.str).join(" "),
    };
  } finally {
    await file.destroy();
  }
}

// Frames of the camera until a code is read or `signal` aborts. Resolves with the text.
export async function watch(video, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
  });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  signal.addEventListener("abort", stop);
  try {
    video.srcObject = stream;
    await video.play();
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    while (!signal.aborted) {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      if (canvas.width) {
        context.drawImage(video, 0, 0);
        const text = await qrIn(context.getImageData(0, 0, canvas.width, canvas.height));
        if (text) return text;
      }
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    return null;
  } finally {
    stop();
    video.srcObject = null;
  }
}
