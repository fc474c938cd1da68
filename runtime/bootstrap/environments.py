"""The virtual environments: made when missing or broken, filled when their locks have changed."""

import hashlib
import json
import os
from typing import Dict, List, Sequence

from runtime.bootstrap.steps import Steps

STAMP = "sahayak-locks.json"


class Environment:
    """A folder such as `.venv`, the lock that fills it, and one that is added where more is wanted (tests, a GPU)."""

    def __init__(self, name: str, title: str, versions: Sequence[str], lock: str, more_lock: str) -> None:
        self.name = name
        self.title = title
        self.versions = versions
        self.lock = lock
        self.more_lock = more_lock

    def python(self, root: str) -> str:
        """Path of its interpreter."""
        return os.path.join(root, self.name, "bin", "python")

    def locks(self, root: str, more: bool) -> List[str]:
        """The locks that apply: what was added stays."""
        return [self.lock] + ([self.more_lock] if more or self.more_lock in self._stamp(root) else [])

    def usable(self, steps: Steps) -> bool:
        """Whether it runs a Python of the right version."""
        probe = "import sys; print('%d.%d' % sys.version_info[:2])"
        return steps.ask([self.python(steps.root), "-c", probe]) in self.versions

    def current(self, steps: Steps, more: bool) -> bool:
        """Whether nothing is to be done."""
        return self._stamp(steps.root) == self._digests(steps.root, more) and self.usable(steps)

    def sync(self, steps: Steps, uv: str, interpreter: str, more: bool) -> None:
        """Makes it (with `interpreter`) if need be and installs exactly what is locked. Raises `Refused`."""
        folder = os.path.join(steps.root, self.name)
        locks = self.locks(steps.root, more)
        digests = self._digests(steps.root, more)
        if not self.usable(steps):
            steps.run("Making " + self.name, [uv, "venv", "--clear", "--no-project", "--python", interpreter, folder])
        stamp = os.path.join(folder, STAMP)
        if os.path.exists(stamp):
            os.unlink(stamp)
        sync = [uv, "pip", "sync", "--require-hashes", "--python", self.python(steps.root)]
        steps.run("Installing {} into {}".format(self.title, self.name), sync + locks)
        with open(stamp, "w", encoding="utf-8") as file:
            json.dump(digests, file)

    def _digests(self, root: str, more: bool) -> Dict[str, str]:
        return {name: _sha256(os.path.join(root, name)) for name in self.locks(root, more)}

    def _stamp(self, root: str) -> Dict[str, str]:
        try:
            with open(os.path.join(root, self.name, STAMP), encoding="utf-8") as file:
                return dict(json.load(file))
        except (OSError, ValueError):
            return {}


def _sha256(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()
