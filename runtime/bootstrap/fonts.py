"""Fonts of the certificates: npm packages with exact versions, of which single files are put into `fonts/`.

`certificates/fonts.txt` says which: lines `path inside node_modules -> fonts/name`, `#` begins a comment.
"""

import hashlib
import os
import shutil
from typing import Callable, List, Tuple

from runtime.bootstrap.steps import Refused, Steps

LIST = os.path.join("certificates", "fonts.txt")
STAMP = os.path.join("fonts", ".stamp")


def needed(root: str) -> bool:
    """Whether a font is missing, or the list or the lock has changed since they were put there."""
    if not os.path.exists(os.path.join(root, LIST)):
        return False
    missing = [target for _, target in wanted(root) if not os.path.exists(os.path.join(root, target))]
    try:
        with open(os.path.join(root, STAMP), encoding="utf-8") as file:
            return bool(missing) or file.read() != _digest(root)
    except OSError:
        return True


def wanted(root: str) -> List[Tuple[str, str]]:
    """Pairs of path inside `node_modules` and path in the repository."""
    pairs = []
    with open(os.path.join(root, LIST), encoding="utf-8") as file:
        for raw in file:
            line = raw.split("#")[0].strip()
            if line:
                source, arrow, target = line.partition("->")
                if not arrow or not target.strip().startswith("fonts/"):
                    raise Refused("{} holds a line that is not of the form PATH -> fonts/NAME: {}".format(LIST, line))
                pairs.append((source.strip(), target.strip()))
    return pairs


def fetch(steps: Steps, npm: Callable[[], List[str]]) -> None:
    """Installs the locked npm packages and copies the fonts. Raises `Refused`."""
    command = npm()
    # npm finds its own node by the PATH when a package runs a script.
    path = os.path.dirname(command[0]) + os.pathsep + os.environ.get("PATH", "")
    steps.run("Fetching fonts", command + ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {"PATH": path})
    for source, target in wanted(steps.root):
        origin = os.path.join(steps.root, "node_modules", source)
        if not os.path.exists(origin):
            raise Refused("The font {} of {} is in none of the npm packages.".format(source, LIST))
        os.makedirs(os.path.join(steps.root, os.path.dirname(target)), exist_ok=True)
        shutil.copyfile(origin, os.path.join(steps.root, target))
    with open(os.path.join(steps.root, STAMP), "w", encoding="utf-8") as file:
        file.write(_digest(steps.root))


def _digest(root: str) -> str:
    digest = hashlib.sha256()
    for name in (LIST, "package-lock.json"):
        with open(os.path.join(root, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()
