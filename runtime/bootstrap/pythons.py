"""Which Python interpreters the machine has.

Pyenv's own folder is asked before the PATH: its shims answer to `python3.10` also when no
3.10 is active, and then fail.
"""

import glob
import os
import re
import shutil
from typing import List, Optional, Sequence

from runtime.bootstrap.steps import Refused, Steps

RASA = ("3.10",)
WEB = ("3.12", "3.13", "3.11", "3.14")
"""Best first: on the first one of these every package comes ready built."""
_PROBE = "import ssl, sqlite3, ctypes, sys; print('%d.%d %s' % (sys.version_info[:2] + (sys.executable,)))"


def find(steps: Steps, versions: Sequence[str], uv: str) -> str:
    """Path of an interpreter of the first version there is; fetched with uv if there is none. Raises `Refused`."""
    for version in versions:
        for candidate in _candidates(steps, version, uv):
            if _works(steps, candidate, version):
                return candidate
    version = versions[0]
    try:
        steps.run("Fetching Python " + version, [uv, "python", "install", "--no-bin", version])
    except Refused:
        pass
    found = steps.ask([uv, "python", "find", "--no-project", "--managed-python", version])
    if found and _works(steps, found, version):
        return found
    raise Refused(
        "Python {0} is needed, is not on this machine, and could not be fetched: install it"
        " (`pyenv install {0}`, or your distribution's python{0}) and run the same command again.".format(version)
    )


def _candidates(steps: Steps, version: str, uv: str) -> List[str]:
    pyenv = os.environ.get("PYENV_ROOT") or steps.ask(["pyenv", "root"]) or os.path.expanduser("~/.pyenv")
    pattern = os.path.join(pyenv, "versions", version + "*", "bin", "python" + version)
    found = sorted(glob.glob(pattern), key=_numbers, reverse=True)
    on_path = shutil.which("python" + version)
    from_uv = steps.ask([uv, "python", "find", "--no-project", version])
    return found + [path for path in (on_path, from_uv) if path]


def _numbers(path: str) -> List[int]:
    return [int(number) for number in re.findall(r"\d+", path)]


def _works(steps: Steps, path: str, version: str) -> Optional[str]:
    answer = steps.ask([path, "-I", "-c", _PROBE])
    return answer if answer and answer.split()[0] == version else None
