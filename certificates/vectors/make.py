"""Makes the test vectors: one JSON file a case, with every stage, and pictures of a few codes.

The keys are fixed and public, of no use but here; everything is deterministic, and a test makes the files again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from PIL import Image

from certificates import cbor, cose, jwk, qr, status_list
from certificates import credential as credentials
from certificates import proof as proofs
from certificates.credential import Credential, Person, StatusRef
from certificates.keys import KeyRecord, KeySet, to_jwk
from certificates.proof import Proof, Statement

FOLDER: Final = Path(__file__).parent
NOW: Final = datetime(2026, 11, 22, 10, 0, tzinfo=timezone.utc)
URL: Final = "https://sahayak.example"


@dataclass(frozen=True)
class VectorKey:
    """A key that everybody knows, made from a word."""

    word: str
    department: str
    withdrawn_from: int = 0

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        secret = int.from_bytes(hashlib.sha256(self.word.encode()).digest(), "big") >> 1
        return ec.derive_private_key(secret, ec.SECP256R1())

    @property
    def kid(self) -> bytes:
        return jwk.kid(self.private.public_key())

    @property
    def certificate(self) -> bytes:
        return b""

    @property
    def record(self) -> KeyRecord:
        created = int(NOW.timestamp()) - 86400
        return KeyRecord(self.kid, self.department, 2026, self.private.public_key(), created, 0, self.withdrawn_from)

    def sign(self, message: bytes) -> bytes:
        der = self.private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        r, s = decode_dss_signature(der)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


REVENUE = VectorKey("vector revenue", "revenue")
TRANSPORT = VectorKey("vector transport", "transport")
WITHDRAWN = VectorKey("vector withdrawn", "revenue", int(NOW.timestamp()))
STRANGER = VectorKey("vector stranger", "revenue")

INCOME = Credential(
    issuer="revenue",
    issued_at=int(NOW.timestamp()),
    expires_at=int((NOW + timedelta(days=181)).timestamp()),
    cti=bytes(range(12)),
    kind="income",
    number="INC-2026-0000001",
    persons=(Person("Sunita Devi", "सुनीता देवी", "father", "Ram Lal", 19900504),),
    district="Shahdara",
    value=(120000, "2025-26"),
    date=20261122,
    status=StatusRef(2026, 1),
    language="hi",
)
COUPLE = dataclasses.replace(
    INCOME,
    kind="marriage",
    expires_at=0,
    number="MAR-2026-0000007",
    persons=(
        Person("Harpreet Singh", "ਹਰਪ੍ਰੀਤ ਸਿੰਘ", "father", "Gurmeet Singh", 19940211),
        Person("Fatima Zehra", "ਫ਼ਾਤਿਮਾ ਜ਼ੇਹਰਾ", "father", "Mohammad Irfan", 19960930),
    ),
    value=("2024-02-11", "Special Marriage Act"),
    status=StatusRef(2026, 7),
    language="pa",
)
LICENCE = dataclasses.replace(
    INCOME,
    issuer="transport",
    kind="licence",
    number="LIC-2026-0000003",
    persons=(Person("Mohammad Irfan", "محمد عرفان", "father", "Abdul Rehman", 1988),),
    value=("DL-0420260149646", "MCWG LMV"),
    language="ur",
)


BELOW = Proof(
    issuer="revenue",
    audience="Delhi Bank, Shahdara",
    issued_at=int((NOW + timedelta(hours=2)).timestamp()),
    expires_at=int((NOW + timedelta(hours=2, minutes=15)).timestamp()),
    cti=bytes(range(12, 24)),
    statement=Statement("income_below", 250000),
    kind=INCOME.kind,
    name=INCOME.persons[0].name,
    local=INCOME.persons[0].local,
    date=INCOME.date,
    language=INCOME.language,
)


@dataclass(frozen=True)
class Case:
    """`data` is what the QR code carries; `credential` says what was meant, None for a hostile case."""

    name: str
    about: str
    data: bytes
    verdict: str
    reason: str
    credential: Credential | Proof | None = None
    moment: datetime = NOW
    text: str = ""
    lists: bool = True

    @property
    def scanned(self) -> str:
        return self.text or qr.text(self.data, URL)


def published() -> tuple[dict[str, Any], dict[str, bytes]]:
    """Key set and status lists that go with all cases: number 2 revoked, 3 suspended, 4 superseded, of 50."""
    exceptions = {2: "revoked", 3: "suspended", 4: "superseded"}
    lists = {
        status_list.name(key.department, 2026): status_list.make(
            status_list.name(key.department, 2026), 50, exceptions, key, NOW + timedelta(hours=1)
        )
        for key in (REVENUE, TRANSPORT)
    }
    return {"keys": [to_jwk(key.record) for key in (REVENUE, TRANSPORT, WITHDRAWN)]}, lists


def at(index: int, credential: Credential = INCOME) -> Credential:
    return dataclasses.replace(credential, status=StatusRef(2026, index))


def cases() -> Iterator[Case]:
    """Good ones first, then what has become of them, then what must be refused."""
    good = credentials.sign(INCOME, REVENUE)
    late = NOW + timedelta(hours=2)
    fine = ("valid", "signature_and_status")
    yield Case("income_hi", "one person, Hindi", good, *fine, INCOME, late)
    yield Case("marriage_pa", "a couple, Punjabi", credentials.sign(COUPLE, REVENUE), *fine, COUPLE, late)
    yield Case(
        "licence_ur",
        "one person, Urdu, only the year of birth",
        credentials.sign(LICENCE, TRANSPORT),
        *fine,
        LICENCE,
        late,
    )
    long = dataclasses.replace(INCOME, persons=(Person("Anna " * 20, "अन्ना " * 20, "father", "Anna " * 20),))
    yield Case(
        "deflated",
        "shorter when deflated: the bytes begin with 0x78",
        credentials.sign(long, REVENUE),
        *fine,
        long,
        late,
    )
    yield Case("digits_alone", "a scanner that keeps only the fragment", good, *fine, INCOME, late, qr.digits(good))
    yield Case(
        "other_address",
        "the address is not believed",
        good,
        *fine,
        INCOME,
        late,
        "https://x.example/#" + qr.digits(good),
    )
    for index, status in ((2, "revoked"), (3, "suspended"), (4, "superseded")):
        yield Case(
            status,
            f"status list says {status}",
            credentials.sign(at(index), REVENUE),
            status,
            "status_list",
            at(index),
            late,
        )
    yield Case("expired", "after its last second", good, "expired", "expired", INCOME, NOW + timedelta(days=181))
    yield Case(
        "revoked_and_expired",
        "the graver verdict counts",
        credentials.sign(at(2), REVENUE),
        "revoked",
        "status_list",
        at(2),
        NOW + timedelta(days=200),
    )
    old = NOW + timedelta(days=3)
    yield Case(
        "list_too_old", "the list has outlived its time", good, "too_old_to_tell", "status_list_old", INCOME, old
    )
    yield Case("no_list", "no list at hand", good, "too_old_to_tell", "no_status_list", INCOME, late, lists=False)
    yield Case(
        "clock_slow",
        "issued in the verifier's future",
        good,
        "too_old_to_tell",
        "clock",
        INCOME,
        NOW - timedelta(days=1),
    )
    unknown = ("unknown_issuer", "not_in_register")
    yield Case(
        "never_issued",
        "an index that the later list does not reach",
        credentials.sign(at(99), REVENUE),
        *unknown,
        at(99),
        late,
    )
    stranger = credentials.sign(INCOME, STRANGER)
    yield Case("stranger", "a key that is not published", stranger, "unknown_issuer", "unknown_key", None, late)
    after = credentials.sign(INCOME, WITHDRAWN)
    yield Case(
        "withdrawn", "signed when the key no longer counted", after, "unknown_issuer", "key_withdrawn", INCOME, late
    )
    foreign = credentials.sign(LICENCE, REVENUE)
    yield Case("not_its_key", "another department's key", foreign, "unknown_issuer", "not_its_key", LICENCE, late)
    for name, about, data, reason in _broken(good):
        yield Case(name, about, data, "altered", reason, None, late)
    yield from _of_a_proof(late)
    yield Case("no_digits", "letters in the fragment", b"", "altered", "qr_digits", None, late, f"{URL}/verify#12a4")
    yield Case(
        "leading_zero",
        "digits that begin with 0",
        b"",
        "altered",
        "qr_digits",
        None,
        late,
        f"{URL}/verify#0{qr.digits(good)}",
    )


def _limit(rupees: int) -> bytes:
    return b"\x1a" + rupees.to_bytes(4, "big")


def _of_a_proof(late: datetime) -> Iterator[Case]:
    good = proofs.sign(BELOW, REVENUE)
    over = late + timedelta(minutes=15)
    yield Case("proof", "one fact for one receiver", good, "valid", "proof", BELOW, late)
    yield Case("proof_no_list", "a proof needs no status list", good, "valid", "proof", BELOW, late, lists=False)
    yield Case("proof_over", "the quarter of an hour is over", good, "expired", "proof_over", BELOW, over)
    yield Case("proof_early", "made in the verifier's future", good, "too_old_to_tell", "clock", BELOW, NOW)
    foreign = proofs.sign(BELOW, TRANSPORT)
    yield Case("proof_not_its_key", "another department's key", foreign, "unknown_issuer", "not_its_key", BELOW, late)
    withdrawn = proofs.sign(BELOW, WITHDRAWN)
    yield Case(
        "proof_withdrawn", "the key no longer counted", withdrawn, "unknown_issuer", "key_withdrawn", BELOW, late
    )
    day = dataclasses.replace(BELOW, expires_at=BELOW.issued_at + 86400)
    hostile = {
        "proof_of_a_day": ("a proof that would live longer than 15 minutes", proofs.sign(day, REVENUE), "claims"),
        "proof_untyped": ("a proof without its type", cose.sign(proofs.payload(BELOW), REVENUE), "claims"),
        "proof_of_a_credential": (
            "a proof's type on a credential",
            cose.sign(credentials.payload(INCOME), REVENUE, proofs.TYPE),
            "claims",
        ),
        "proof_changed": (
            "the limit changed",
            good.replace(b"\x1a\x00\x03\xd0\x90", b"\x1a\x00\x01\x86\xa0"),
            "signature",
        ),
    }
    for name, (about, data, reason) in hostile.items():
        yield Case(name, about, data, "altered", reason, None, late)


def _broken(good: bytes) -> Iterator[tuple[str, str, bytes, str]]:
    message = cose.parse(good)
    parts: list[Any] = [message.protected, {}, message.payload, message.signature]

    def with_(place: int, value: Any) -> bytes:
        return cbor.encode([*parts[:place], value, *parts[place + 1 :]], cbor.COSE_SIGN1)

    changed = message.payload.replace(b"Sunita", b"Sunila")
    yield "name_changed", "one letter of the name", with_(2, changed), "signature"
    yield "signature_bit", "last bit of the signature", good[:-1] + bytes([good[-1] ^ 1]), "signature"
    yield (
        "borrowed_kid",
        "a stranger's signature under our key id",
        with_(3, STRANGER.sign(message.to_be_signed())),
        "signature",
    )
    yield "truncated", "the last byte is missing", good[:-1], "cbor_truncated"
    yield "trailing", "a byte too many", good + b"\0", "cbor_trailing"
    yield "no_tag", "COSE_Sign1 without its tag", good[1:], "cbor_tag"
    yield "es384", "another algorithm", with_(0, cbor.encode({1: -35, 4: message.kid})), "cose_algorithm"
    yield "kid_unprotected", "key id in the unprotected header", with_(1, {4: message.kid}), "cose_unprotected"
    yield (
        "critical",
        "a header that is not understood",
        with_(0, cbor.encode({1: -7, 2: [99], 4: message.kid})),
        "cose_header",
    )
    doubled = b"\xa3\x01\x26\x01\x26\x04\x48" + message.kid
    yield "key_twice", "a header key twice", with_(0, doubled), "cbor_key_order"
    yield "long_form", "a length not in its shortest form", b"\xd2\x98\x04" + good[2:], "cbor_not_shortest"
    yield "deep", "nesting without end", b"\xd2" + b"\x81" * 500 + b"\0", "cbor_depth"
    yield "bomb", "inflates to fifty thousand bytes", zlib.compress(bytes(50_000), 9), "size"
    yield (
        "status_list_type",
        "a status list's type on a credential",
        cose.sign(message.payload, REVENUE, status_list.TYPE),
        "signature",
    )
    yield "no_claims", "signed, but no claims", cose.sign(cbor.encode({}), REVENUE), "claims"


def document(case: Case) -> dict[str, Any]:
    """The stages of a case: claims, CBOR, COSE, text of the code, and what a verifier must say."""
    stages: dict[str, Any] = {"name": case.name, "about": case.about, "now": int(case.moment.timestamp())}
    if case.credential is not None:
        stages["claims"] = {**dataclasses.asdict(case.credential), "cti": case.credential.cti.hex()}
        stages["cbor"] = _payload(case.credential).hex()
        plain = credentials.inflate(case.data, credentials.INFLATE_LIMIT) if case.data[:1] == b"\x78" else case.data
        stages["cose"] = plain.hex()
    stages["carried"] = case.data.hex()
    stages["qr"] = case.scanned
    stages["status_lists"] = case.lists
    stages["expected"] = {"verdict": case.verdict, "reason": case.reason}
    return stages


def _payload(meant: Credential | Proof) -> bytes:
    return proofs.payload(meant) if isinstance(meant, Proof) else credentials.payload(meant)


def picture(case: Case) -> Image.Image:
    """The code as a picture: four pixels a module, four modules of quiet zone."""
    rows = qr.symbol(case.scanned).rows
    image = Image.new("1", (len(rows) + 8, len(rows) + 8), 1)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x + 4, y + 4), 0)
    return image.resize((image.width * 4, image.height * 4))


PICTURES: Final = ("income_hi", "marriage_pa", "licence_ur", "name_changed", "proof")


def known() -> KeySet:
    return KeySet({key.kid: key.record for key in (REVENUE, TRANSPORT, WITHDRAWN)})


def write(folder: Path) -> None:
    jwks, lists = published()
    (folder / "jwks.json").write_text(json.dumps(jwks, indent=1) + "\n", "utf-8")
    for name, data in lists.items():
        (folder / f"{name}.cose").write_bytes(data)
    for case in cases():
        text = json.dumps(document(case), ensure_ascii=False, indent=1) + "\n"
        (folder / f"{case.name}.json").write_text(text, "utf-8")
        if case.name in PICTURES:
            picture(case).save(folder / f"{case.name}.png", optimize=True)


if __name__ == "__main__":
    write(FOLDER)
