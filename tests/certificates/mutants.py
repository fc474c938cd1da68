"""What an attacker sends: every bit flipped, every truncation, wrong algorithms, foreign keys, bombs, edited files."""

from __future__ import annotations

import dataclasses
import io
import random
import zlib
from collections.abc import Iterator
from datetime import datetime

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from certificates import cose
from certificates import credential as credentials
from certificates import proof as proofs
from certificates.issue import Issued
from certificates.key_files import FileKeyStore
from certificates.pdf import seal
from tests.certificates.conftest import NOW


class Forger:
    """A key of the attacker's own, under a key id of ours."""

    def __init__(self, kid: bytes) -> None:
        self.kid = kid
        self._key = ec.generate_private_key(ec.SECP256R1())

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def hostile(issued: Issued, store: FileKeyStore) -> list[bytes]:
    """The genuine bytes first, then nothing that may be accepted."""
    good = issued.cose
    return [good, *_bits(good), *(good[:n] for n in range(len(good))), *_shapes(issued, store), *_bombs()]


def hostile_proofs(issued: Issued, store: FileKeyStore, at: datetime) -> list[bytes]:
    """A genuine proof of one fact first, then nothing that may be accepted."""
    key = store.current(issued.credential.issuer, NOW)
    proof = proofs.derive(issued.credential, proofs.Statement("income_below", 250000), "Delhi Bank", at, bytes(12))
    good = proofs.sign(proof, key)
    signed_nonsense = [
        proofs.sign(changed, key)
        for changed in (
            dataclasses.replace(proof, expires_at=proof.issued_at + 901),
            dataclasses.replace(proof, expires_at=proof.issued_at),
            dataclasses.replace(proof, expires_at=proof.issued_at - 1),
            dataclasses.replace(proof, issuer="transport"),
            dataclasses.replace(proof, statement=proofs.Statement("income_above", 1)),
            dataclasses.replace(proof, cti=b"short"),
            dataclasses.replace(proof, issued_at=proof.issued_at + 5000, expires_at=proof.expires_at + 5000),
        )
    ]
    claims = cbor2.loads(proofs.payload(proof))
    for change in ({3: 7}, {3: b"x"}, {4: "now"}, {6: -1}, {99: 1}, {1: 5}, {proofs.CLAIM: {}}, {proofs.CLAIM: []}):
        signed_nonsense.append(cose.sign(cbor2.dumps({**claims, **change}, canonical=True), key, proofs.TYPE))
    facts = claims[proofs.CLAIM]
    for change in ({2: "1"}, {2: -5}, {4: ["a"]}, {4: [1, 2]}, {5: None}, {7: 1}, {1: []}):
        body = {**claims, proofs.CLAIM: {**facts, **change}}
        signed_nonsense.append(cose.sign(cbor2.dumps(body, canonical=True), key, proofs.TYPE))
    return [
        good,
        *_bits(good),
        *(good[:n] for n in range(len(good))),
        good + b"\0",
        *signed_nonsense,
        proofs.sign(proof, Forger(key.kid)),
        proofs.sign(proof, Forger(b"12345678")),
        cose.sign(proofs.payload(proof), key),
        cose.sign(proofs.payload(proof), key, "application/statuslist+cwt"),
        cose.sign(credentials.payload(issued.credential), key, proofs.TYPE),
    ]


def _bits(good: bytes) -> Iterator[bytes]:
    for at in range(len(good)):
        for bit in range(8):
            yield good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :]


def _shapes(issued: Issued, store: FileKeyStore) -> Iterator[bytes]:
    good = issued.cose
    protected, unprotected, payload, signature = cbor2.loads(good).value
    key = store.current(issued.credential.issuer, NOW)

    def message(*parts: object, tag: int = 18) -> bytes:
        return bytes(cbor2.dumps(cbor2.CBORTag(tag, list(parts))))

    yield good + b"\0"
    yield good[1:]
    yield message(protected, unprotected, payload, signature, tag=98)
    yield message(protected, {4: key.kid}, payload, signature)
    yield message(protected, unprotected, payload)
    yield message(protected, unprotected, payload, signature, b"")
    yield message(protected, unprotected, payload, signature[:63])
    yield message(protected, unprotected, payload, signature + b"\0")
    yield message(protected, unprotected, payload, bytes(64))
    yield message(protected, unprotected, payload, b"\xff" * 64)
    yield message(b"", unprotected, payload, signature)
    for algorithm in (-8, -35, -37, -39, 1, 0, 5, -65535):
        yield message(cbor2.dumps({1: algorithm, 4: key.kid}), {}, payload, signature)
    yield message(cbor2.dumps({1: -7}), {4: key.kid}, payload, signature)
    yield message(cbor2.dumps({1: -7, 4: key.kid, 2: [1]}), {}, payload, signature)
    yield message(b"\xa3\x01\x26\x01\x26\x04\x48" + key.kid, {}, payload, signature)
    yield message(protected, unprotected, payload.replace(b"INC-2026-0000123", b"INC-2026-0000124"), signature)
    yield cose.sign(payload, Forger(key.kid))
    yield cose.sign(payload, Forger(b"12345678"))
    yield cose.sign(payload, key, "application/statuslist+cwt")
    yield b"\xd2\x9f" + good[2:] + b"\xff"
    yield from _signed_nonsense(issued, key)


def _signed_nonsense(issued: Issued, key: cose.Signer) -> Iterator[bytes]:
    """Truly signed, yet not a credential, or not one that holds: another department's key, wrong shapes."""
    credential = issued.credential
    yield cose.sign(credentials.payload(dataclasses.replace(credential, issuer="transport")), key)
    late = dataclasses.replace(credential, status=dataclasses.replace(credential.status, index=5000))
    yield cose.sign(credentials.payload(late), key)
    claims = cbor2.loads(credentials.payload(credential))
    for change in ({7: b"short"}, {6: "now"}, {6: -1}, {6: 1 << 60}, {1: 5}, {99: 1}, {credentials.CLAIM: {}}):
        yield cose.sign(cbor2.dumps({**claims, **change}, canonical=True), key)
    facts = claims[credentials.CLAIM]
    for change in ({3: [["a"]]}, {3: [[1, 2, 3, 4, 5]]}, {7: [1]}, {5: [1.5]}, {9: 1}, {6: None}):
        yield cose.sign(cbor2.dumps({**claims, credentials.CLAIM: {**facts, **change}}, canonical=True), key)
    for payload in (b"", b"\xa0", b"\x80", b"\xf6", b"\xff", b"\x1b" + b"\xff" * 8, b"\xbf\xff"):
        yield cose.sign(payload, key)


def _bombs() -> Iterator[bytes]:
    yield zlib.compress(bytes(50_000_000), 9)
    yield zlib.compress(zlib.compress(bytes(1_000_000), 9), 9)
    yield zlib.compress(b"\xd2\x84" + b"\x81" * 3000, 9)
    yield b"\xd2" + b"\x81" * 4000
    yield b"\xd2\x9b" + b"\xff" * 8
    yield b"\xd2\xbb\x7f" + b"\xff" * 7
    yield b"\xd2\x5b\x7f" + b"\xff" * 7
    yield b"\xd2" * 4000
    yield bytes(5000)
    yield b"\x78"
    yield b"\x78\x9c"


def pdf_mutants(good: bytes, random_: random.Random, count: int) -> Iterator[bytes]:
    """A byte changed here and there, parts rewritten, things added at the end."""
    gap = good.index(b"/Contents <") if b"/Contents <" in good else good.rindex(b"<3")
    for _ in range(count):
        at = random_.randrange(len(good))
        if not gap <= at < gap + 9000:
            yield good[:at] + bytes([good[at] ^ 1 << random_.randrange(8)]) + good[at + 1 :]
    yield good + b"\n"
    yield good + b"\n1 0 obj\n<<>>\nendobj\n"
    yield good[:-1]
    yield good[: len(good) // 2]
    yield good.replace(b"/ByteRange", b"/Byterange", 1)
    yield good.replace(b"/FlateDecode", b"/Flatedecode", 1)
    yield b"%PDF-1.7\n%%EOF\n"
    yield b"%PDF-"


def unsigned(pdf: bytes) -> bytes:
    """The page again without its signature, as a forger would copy it."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf)))
    writer.root.pop("/AcroForm", None)
    writer.root.pop("/Perms", None)
    page = writer.root["/Pages"]["/Kids"][0]
    page.pop("/Annots", None)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_proof_inside(issued: Issued, proof: bytes, store: FileKeyStore) -> bytes:
    """A certificate's page with a proof of one fact embedded in place of its credential, sealed by our own key."""
    writer = IncrementalPdfFileWriter(io.BytesIO(unsigned(issued.pdf)))
    file = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"]["/F"]
    file._data, file._encoded_data = proof, None
    writer.update_container(file)
    key = store.current(issued.credential.issuer, NOW)
    return seal.sign(writer, key, NOW, "insider")  # type: ignore[arg-type]
