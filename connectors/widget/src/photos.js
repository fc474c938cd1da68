// Photos made small enough for a bad line before they leave the phone; everything else goes as it is.

export const MOST_BYTES = 20 * 1024 * 1024;
const LONG_EDGE = 2000; // enough to read an A4 page: about 170 dots an inch
const LEAVE_BYTES = 700 * 1024;
const QUALITY = 0.85;

/** The file to send: `{file, name, picture}`. `picture` is an ImageBitmap for the preview, or null. */
export async function prepared(file) {
  const name = file.name || "photo.jpg";
  if (!file.type.startsWith("image/")) return { file, name, picture: null };
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    // A kind that this browser cannot show (HEIC): the gateway says whether it can be read.
    return { file, name, picture: null };
  }
  const long = Math.max(picture.width, picture.height);
  if (long <= LONG_EDGE && file.size <= LEAVE_BYTES) return { file, name, picture };
  const small = await encoded(drawn(picture, LONG_EDGE));
  if (!small || (small.size >= file.size && long <= LONG_EDGE)) return { file, name, picture };
  return { file: small, name: name.replace(/\.[^.]*$/, "") + ".jpg", picture };
}

/** The picture on a canvas, at most `edge` long; paper shows through where it is transparent. */
export function drawn(picture, edge) {
  const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function encoded(canvas) {
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}
