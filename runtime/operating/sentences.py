"""Sentences for linguists: what was said outside the form and how it was understood, masked, as JSON lines.

    python -m runtime.operating.sentences            # prints them
    python -m runtime.operating.sentences --take     # prints them and takes them out

Masked is not anonymous: a name that neither the model found nor the conversation knew may still stand in a sentence.
Handle the file as personal data.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from runtime import keys
from runtime.codec import Codec
from runtime.errors import SahayakError
from runtime.operating.access import opened, settings

PAGE = 500


def lines(redis: Any, codec: Codec, *, take: bool) -> Iterator[str]:
    """The archive's lines, partition by partition; with `take`, each page goes once its lines were handed on."""
    for number in range(keys.PARTITIONS):
        stream, start = keys.archive(number), "-"
        while entries := redis.xrange(stream, min=start, count=PAGE):
            for _, fields in entries:
                yield codec.read(fields[b"m"], stream)
            if take:
                redis.xdel(stream, *(entry for entry, _ in entries))
            start = f"({entries[-1][0].decode()}"


def main(arguments: list[str], out: TextIO = sys.stdout) -> int:
    parser = argparse.ArgumentParser(prog="python -m runtime.operating.sentences", description="Masked sentences.")
    parser.add_argument("--take", action="store_true", help="take out what was printed")
    options = parser.parse_args(arguments)
    try:
        found = settings()
        with opened(found) as redis:
            for line in lines(redis, Codec.under(found.data_dir), take=options.take):
                print(line, file=out)
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
