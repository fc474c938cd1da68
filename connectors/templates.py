"""`python -m connectors.templates` prints the message templates as Meta's registration JSON, one object a line.

`--array` prints them as one JSON array. How to register them is told in docs/whatsapp.md.
"""

from __future__ import annotations

import json
import sys

from connectors.errors import TemplateError
from connectors.whatsapp.templates import load


def main(arguments: list[str]) -> int:
    try:
        registration = load().registration()
    except TemplateError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments == ["--array"]:
        print(json.dumps(registration, ensure_ascii=False, indent=1))
        return 0
    if arguments:
        print("usage: python -m connectors.templates [--array]", file=sys.stderr)
        return 2
    for template in registration:
        print(json.dumps(template, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
