"""Programs that only tests use: a browser, a PostgreSQL server, tools that read PDF files.

Installed when we are root on a Debian-like system; without them the tests that need them are skipped and say so.
"""

import glob
import os
import shutil
from typing import List

from runtime.bootstrap.steps import Refused, Steps

PROGRAMS = (
    ("chromium", ("chromium", "chromium-browser", "google-chrome")),
    ("poppler-utils", ("pdftotext", "pdftoppm")),
    ("postgresql", ("/usr/lib/postgresql/*/bin/postgres", "postgres")),
    ("softhsm2", ("softhsm2-util",)),
    ("qpdf", ("qpdf",)),
)
"""Debian package, and the programs of which any one shows that it is there."""


def missing() -> List[str]:
    """Packages none of whose programs is there."""
    return [package for package, programs in PROGRAMS if not any(_there(program) for program in programs)]


def install(steps: Steps) -> None:
    """Installs what is missing where that is possible; says what will be skipped where it is not."""
    packages = missing()
    if not packages:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        try:
            steps.run("Updating the list of Debian packages", ["apt-get", "update", "-q"], quiet)
            command = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
            steps.run("Installing " + ", ".join(packages), command + packages, quiet)
        except Refused as refusal:
            steps.say(str(refusal))
    for package in missing():
        steps.say("{} is not here: the tests that need it will be skipped.".format(package))


def _there(program: str) -> bool:
    return bool(glob.glob(program)) if program.startswith("/") else shutil.which(program) is not None
