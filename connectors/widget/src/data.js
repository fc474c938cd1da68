// What is known when the script is loaded. WORDS and STYLE are put in front when it is served (`connectors/widget/script.py`).

export const SCRIPT = document.currentScript;
export const BASE = new URL(SCRIPT?.src || document.baseURI).origin;
