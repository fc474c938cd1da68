"""The published vectors are what the code makes, and the code says what they expect; so does the page."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from certificates import status_list
from certificates.keys import KeySet
from certificates.vectors import make
from certificates.verify import VERDICTS, Known, check_text

FILES = sorted(path for path in make.FOLDER.glob("*.json") if path.name != "jwks.json")


def known(lists: bool) -> Known:
    keys = KeySet.from_jwks(json.loads((make.FOLDER / "jwks.json").read_text("utf-8")))
    read = [status_list.read(path.read_bytes(), keys) for path in make.FOLDER.glob("*.cose")]
    return Known(keys, {list_.name: list_ for list_ in read} if lists else {})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_python_says_what_is_expected(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    moment = datetime.fromtimestamp(case["now"], timezone.utc)
    verdict = check_text(case["qr"], known(case["status_lists"]), moment)
    assert {"verdict": verdict.verdict, "reason": verdict.reason} == case["expected"]


def test_every_verdict_has_a_vector() -> None:
    said = {json.loads(path.read_text("utf-8"))["expected"]["verdict"] for path in FILES}
    assert said == set(VERDICTS)


def test_the_files_are_what_the_code_makes(tmp_path: Path) -> None:
    make.write(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".png"}
    kept = {path.name: path.read_bytes() for path in make.FOLDER.iterdir() if path.suffix in (".json", ".cose")}
    assert made == kept


@pytest.mark.parametrize("name", make.PICTURES)
def test_pictures_read_as_their_text(name: str) -> None:
    (code,) = zxingcpp.read_barcodes(Image.open(make.FOLDER / f"{name}.png").convert("L"))
    assert code.text == json.loads((make.FOLDER / f"{name}.json").read_text("utf-8"))["qr"]
