"""Text as people in Delhi type it: English, Hindi, Punjabi and Urdu in Latin, Devanagari, Gurmukhi and Perso-Arabic.

Pure Python on the standard library; knows neither Rasa nor the catalogue. Finders return `found.Found` (or a dataclass
of their own) whose offsets are those of the person's own text, whatever the normal form did to it. Every function
takes any string, lone surrogates included, and needs time that is bounded by its length.
"""
