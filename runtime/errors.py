"""What can go wrong in the processes' common ground.

    SahayakError
    ├── SettingsError      a setting is wrong; the message is one sentence for the operator
    ├── StartError         a process cannot start; the message is one sentence for the operator
    ├── SecretFileError    a file of `data_dir/secrets` cannot be made, read or trusted
    ├── SealBroken         a sealed value does not open with our keys, or is not the one that was sealed
    ├── VaultError
    │   ├── BlobNotFound   no file under this id (never stored, or deleted)
    │   └── BlobDamaged    the stored bytes are not what was written, or the key is not theirs
    └── SignatureError     a signed request is not to be trusted; `code` says why

Messages never hold personal values, so they may be logged.
"""

from __future__ import annotations


class SahayakError(Exception):
    """Root of everything that `runtime` raises on purpose."""


class SettingsError(SahayakError):
    """A setting is unknown, missing, weak or of the wrong form."""


class StartError(SahayakError):
    """Something that a process needs at its start is not to be had."""


class SecretFileError(SahayakError):
    """A secret on disk is missing, unreadable, or readable by others."""


class SealBroken(SahayakError):
    """A sealed value does not open."""


class VaultError(SahayakError):
    """A stored file cannot be given back."""


class BlobNotFound(VaultError):
    """Nothing is stored under this id."""


class BlobDamaged(VaultError):
    """What is stored under this id does not decrypt."""


class SignatureError(SahayakError):
    """A request's signature does not hold. `code`: malformed, expired or mismatch."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the request's signature was refused: {code}")
        self.code = code
