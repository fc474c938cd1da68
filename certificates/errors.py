"""Everything that can go wrong with a certificate, as one tree.

CertificateError
├── IssueError            the certificate was not issued; `code` and `detail` are for the officer
│   ├── MissingGlyph      a character that no typeface of ours can draw
│   ├── MissingValue      the layout or the sentence needs a field that was not given
│   ├── DoesNotFit        the content does not fit on the page
│   ├── CredentialTooLarge
│   ├── LayoutError       a layout description is wrong, or there is none
│   ├── FontsMissing      the typefaces were not installed
│   └── ReadBackFailed    the finished PDF did not say what it should; it must not leave the house
├── NotProvable           the certificate does not show what was to be proved; `code` says why
├── KeyStoreError         a signing key cannot be made, read or used
└── Malformed             bytes from outside are not what they claim to be; `reason` is a word for machines
"""

from __future__ import annotations


class CertificateError(Exception):
    """Root of the tree; `code` is stable, the message is one English sentence."""

    code = "certificate_error"


class IssueError(CertificateError):
    code = "issue_error"


class MissingGlyph(IssueError):
    code = "missing_glyph"

    def __init__(self, character: str, field: str) -> None:
        self.character = character
        self.field = field
        super().__init__(
            f"No typeface can draw the character {character!r} (U+{ord(character):04X}) in {field!r}; correct it first."
        )


class MissingValue(IssueError):
    code = "missing_value"

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"The certificate needs a value for {field!r}.")


class DoesNotFit(IssueError):
    code = "does_not_fit"

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"The certificate does not fit on its page: {what} is too long.")


class CredentialTooLarge(IssueError):
    code = "credential_too_large"

    def __init__(self, size: int, limit: int) -> None:
        self.size = size
        self.limit = limit
        super().__init__(f"The signed credential has {size} bytes, more than the {limit} that a QR code may carry.")


class LayoutError(IssueError):
    code = "layout_error"


class FontsMissing(IssueError):
    code = "fonts_missing"


class ReadBackFailed(IssueError):
    code = "read_back_failed"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The finished certificate did not pass its own check ({reason}); it was not issued.")


class NotProvable(CertificateError):
    """`code`: does_not_hold, expired (the certificate is), or audience (the receiver has no name that can be shown)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"This cannot be proved from the certificate ({code}).")


class KeyStoreError(CertificateError):
    code = "key_store"


class Malformed(CertificateError):
    code = "malformed"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Not a credential of ours: {reason}.")
