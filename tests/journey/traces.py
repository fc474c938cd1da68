"""Where a person's values could still be: every key and value of Redis, every column of the departments' database,
every file of the vault, every line of every log."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import redis

from nlu.text.names import transliterate
from runtime.envelopes import Sealer, is_sealed
from runtime.redis_server import RedisServer
from tests.conftest import ROOT
from tests.journey.system import System


def forms(values: Iterable[str]) -> list[bytes]:
    """Each value as it may be stored: in every script we write, as UTF-8 and 16, JSON, address, base64, spaced."""
    spelt: set[str] = set()
    for value in values:
        spelt |= {value, value.casefold(), value.upper()}
        if value.isdigit():
            spelt |= {
                " ".join(re.findall(".{1,4}", value)),
                "-".join(re.findall(".{1,4}", value)),
                f"{value[:5]} {value[5:]}",
            }
        else:
            spelt |= {transliterate(value, "Deva"), transliterate(value, "Guru"), transliterate(value, "Arab")}
    found: set[bytes] = set()
    for text in spelt:
        plain = text.encode()
        found |= {plain, text.encode("utf-16-le"), text.encode("utf-16-be"), plain.hex().encode()}
        found |= {json.dumps(text)[1:-1].encode(), quote(text).encode()}
        for shift in range(3):
            # Of base64, what does not depend on the neighbours.
            coded = base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4]
            found |= {coded, coded.replace(b"+", b"-").replace(b"/", b"_")}
    return [form for form in found if len(form) > 7]


def in_redis(system: System, wanted: list[bytes]) -> list[str]:
    """Keys by whose name or value something is found, sealed values opened. Fails when there is nothing to look at."""
    server = redis.Redis.from_url(RedisServer.under(system.folder, ROOT).url)
    sealer = Sealer.under(system.folder)
    found, looked = [], 0
    for key in server.scan_iter(count=1000):
        looked += 1
        parts = [sealer.open(part, key.decode()) if is_sealed(part) else part for part in _parts(server, key)]
        if any(form in part for part in (key, *parts) for form in wanted):
            found.append(key.decode(errors="replace"))
    server.close()
    assert looked > 3
    return found


def _parts(server: redis.Redis, key: bytes) -> Iterator[bytes]:
    kind = server.type(key)
    if kind == b"string":
        yield server.get(key) or b""
    elif kind == b"list":
        yield from server.lrange(key, 0, -1)
    elif kind == b"hash":
        for name, value in server.hgetall(key).items():
            yield from (name, value)
    elif kind == b"set":
        yield from server.smembers(key)
    elif kind == b"zset":
        yield from server.zrange(key, 0, -1)
    elif kind == b"stream":
        for _, fields in server.xrange(key):
            for name, value in fields.items():
                yield from (name, value)
    elif kind != b"none":  # gone since it was listed
        raise AssertionError(f"nobody looks into {kind!r}")


def in_logs(system: System, wanted: list[bytes]) -> list[str]:
    return [line for line in system.logs() if any(form in line.encode() for form in wanted)]


def vault(system: System) -> set[str]:
    """Ids of all stored files."""
    return {path.name for path in (system.folder / "vault").rglob("*") if path.is_file()}


class Departments:
    """The departments' database, read without its keys: as whoever steals it."""

    def __init__(self, system: System) -> None:
        self.path = Path(system.folder) / "departments.sqlite3"

    def rows(self) -> Iterator[tuple[str, str, object]]:
        """(table, column, value) of every cell."""
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            assert {"applications", "field_values", "documents"} <= set(names)
            for table in names:
                cursor = database.execute(f'SELECT * FROM "{table}"')  # names come from the database itself
                columns = [item[0] for item in cursor.description]
                for row in cursor:
                    yield from ((table, column, value) for column, value in zip(columns, row, strict=True))
        database.close()

    def with_plain(self, wanted: list[bytes]) -> list[str]:
        """Columns in which something can be read."""
        return sorted({f"{table}.{column}" for table, column, value in self.rows() if _holds(value, wanted)})

    def tables_of(self, *marks: str) -> set[str]:
        """Tables in which an application's number or a conversation's id stands."""
        return {table for table, _, value in self.rows() if _holds(value, [mark.encode() for mark in marks])}

    def blobs(self) -> set[str]:
        """Vault ids of the documents and certificates that departments keep."""
        return {str(value) for table, column, value in self.rows() if column == "blob" and value}


def _holds(value: object, wanted: list[bytes]) -> bool:
    data = value if isinstance(value, bytes) else str(value).encode() if value is not None else b""
    return any(form in data for form in wanted)
