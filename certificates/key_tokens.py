"""Signing keys in a PKCS#11 token or HSM: private keys are made there and never come out.

The public history stays in a folder, as with files. Address (RFC 7512, with one attribute of ours):
`pkcs11:token=NAME?module-path=/usr/lib/…/library.so&pin-source=/path/of/pin&x-history=/path/of/folder`.
Tokens sign with random nonces, so a certificate made twice differs; the stored bytes are what is served.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from cryptography.hazmat.primitives.asymmetric import ec

from certificates import jwk
from certificates.errors import KeyStoreError
from certificates.key_files import FileKeyStore, Sign

try:
    import pkcs11
    from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
    from pkcs11.util.ec import encode_named_curve_parameters
except ImportError:  # Only those who keep keys in a token need the library.
    INSTALLED = False
else:
    INSTALLED = True


def _session(module: str, token: str, pin: str) -> Any:
    found = pkcs11.lib(module).get_token(token_label=token)
    try:
        return found.open(rw=True, user_pin=pin)
    except pkcs11.UserAlreadyLoggedIn:
        # The login belongs to the process; a further session shares it.
        return found.open(rw=True)


class TokenKeyStore(FileKeyStore):
    """Keeps one session open. Raises `KeyStoreError` when the token refuses."""

    def __init__(self, module: str, token: str, pin: str, history: Path) -> None:
        super().__init__(history)
        if not INSTALLED:
            raise KeyStoreError("Keys in a token need the Python package python-pkcs11, which is not installed.")
        try:
            self._session = _session(module, token, pin)
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            raise KeyStoreError(f"The token {token!r} cannot be opened ({type(error).__name__}).") from error

    @classmethod
    def from_uri(cls, uri: str) -> TokenKeyStore:
        path, _, query = uri.removeprefix("pkcs11:").partition("?")
        parts = dict(part.split("=", 1) for part in path.split(";") if "=" in part)
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        try:
            pin = Path(asked["pin-source"].removeprefix("file:")).read_text("utf-8").strip()
            return cls(asked["module-path"], unquote(parts["token"]), pin, Path(asked["x-history"]))
        except KeyError as error:
            raise KeyStoreError(f"The key store's address lacks {error.args[0]}.") from error
        except OSError as error:
            raise KeyStoreError(f"The token's PIN cannot be read: {error.strerror}.") from error

    def _generate(self) -> tuple[ec.EllipticCurvePublicKey, Sign]:
        parameters = self._session.create_domain_parameters(
            KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
        )
        try:
            made, private = parameters.generate_keypair(
                store=True, private_template={Attribute.EXTRACTABLE: False, Attribute.SENSITIVE: True}
            )
            # CKA_EC_POINT is an OCTET STRING round the uncompressed point: 04 41 04 x y.
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), made[Attribute.EC_POINT][2:])
            for half in (made, private):
                half[Attribute.ID] = jwk.kid(public)
                half[Attribute.LABEL] = jwk.b64(jwk.kid(public))
        except pkcs11.PKCS11Error as error:
            raise KeyStoreError(f"The token cannot make a key ({type(error).__name__}).") from error
        return public, self._signing(private)

    def _open(self, kid: bytes) -> Sign:
        try:
            private = self._session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=kid)
        except pkcs11.PKCS11Error as error:
            raise KeyStoreError(f"The token has no key {jwk.b64(kid)}.") from error
        return self._signing(private)

    @staticmethod
    def _signing(private: Any) -> Sign:
        def sign(message: bytes) -> bytes:
            try:
                return bytes(private.sign(hashlib.sha256(message).digest(), mechanism=Mechanism.ECDSA))
            except pkcs11.PKCS11Error as error:
                raise KeyStoreError(f"The token cannot sign ({type(error).__name__}).") from error

        return sign
