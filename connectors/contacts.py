"""A contact's address: the fields of `keys.contact` by which a person can be written to, sealed one by one."""

from __future__ import annotations

from collections.abc import Mapping

from runtime import keys
from runtime.codec import Codec


def sealed(codec: Codec, conversation: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields as they are stored."""
    key = keys.contact(conversation)
    return {
        name: codec.write(value, keys.contact_field(key, name)) if name in keys.CONTACT_SEALED else value
        for name, value in fields.items()
    }


def opened(codec: Codec, conversation: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields in clear. Raises `SealBroken`."""
    key = keys.contact(conversation)
    return {
        name: codec.read(value, keys.contact_field(key, name)) if name in keys.CONTACT_SEALED else value
        for name, value in fields.items()
    }
