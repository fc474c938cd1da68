"""Settings of all processes, from the environment and `.env` (the environment wins), read once and then handed on.

Decides defaults and refuses what is unknown, malformed or weak with one sentence for the operator. Standard library
only, so that it can be asked before anything is installed. `SETTINGS` is the list that the README documents.
"""

from __future__ import annotations

import difflib
import os
import re
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from runtime import dotenv, secret_files
from runtime.errors import SahayakError, SecretFileError, SettingsError

SETTINGS = (
    "PORT",
    "DESK_PORT",
    "DATA_DIR",
    "PUBLIC_URL",
    "REDIS_URL",
    "DATABASE_URL",
    "WHATSAPP_PHONE_NUMBER_ID",
    "WHATSAPP_ACCESS_TOKEN",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_APP_SECRET_PREVIOUS",
    "WHATSAPP_VERIFY_TOKEN",
    "WHATSAPP_GRAPH_URL",
    "WORKERS",
    "SAHAYAK_DEPARTMENTS_URL",
    "SAHAYAK_DEPARTMENT_SECRET",
    "SAHAYAK_WIDGET_ORIGINS",
    "SAHAYAK_ENCODER",
    "SAHAYAK_KEY_STORE",
)
OURS = ("SAHAYAK_", "WHATSAPP_")
"""Prefixes under which an unknown name is a mistake wherever it stands."""
GRAPH_URL = "https://graph.facebook.com/v23.0"
_WHATSAPP_NEEDS = (
    "WHATSAPP_PHONE_NUMBER_ID",
    "WHATSAPP_ACCESS_TOKEN",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN",
)
_SECRETS = frozenset(
    {
        "WHATSAPP_ACCESS_TOKEN",
        "WHATSAPP_APP_SECRET",
        "WHATSAPP_APP_SECRET_PREVIOUS",
        "WHATSAPP_VERIFY_TOKEN",
        "SAHAYAK_DEPARTMENT_SECRET",
    }
)
_PLACEHOLDER = re.compile(
    r"(?i)(change|replace)[-_ ]?(me|this)|your[-_ ]|^(secret|password|token|test|admin|default)+\d*$|^<.*>$"
    r"|^(0?123456789?0?|qwerty\w*)$"
)


@dataclass(frozen=True)
class WhatsApp:
    """Access to Meta's Cloud API. `app_secret_previous` is still accepted while a secret is being changed."""

    phone_number_id: str
    access_token: str = field(repr=False)
    app_secret: str = field(repr=False)
    app_secret_previous: str | None = field(repr=False)
    verify_token: str = field(repr=False)
    graph_url: str


@dataclass(frozen=True)
class Settings:
    """All settings, checked. `whatsapp` None: channel off. `redis_url` None: a private server is to be started."""

    port: int
    desk_port: int
    data_dir: Path
    public_url: str
    redis_url: str | None = field(repr=False)
    database_url: str = field(repr=False)
    whatsapp: WhatsApp | None
    workers: int
    departments_url: str
    department_secret: str = field(repr=False)
    widget_origins: tuple[str, ...]
    encoder: Path | None
    key_store: str = field(repr=False)

    @classmethod
    def load(cls, environ: Mapping[str, str], dotenv: Path | None) -> Settings:
        """Reads, checks, and makes the department's secret at first use. Raises `SettingsError` (one sentence)."""
        values = _collect(environ, dotenv)
        port = _port(values, "PORT", 8000)
        desk_port = _port(values, "DESK_PORT", 8001)
        if port == desk_port:
            raise SettingsError(f"PORT and DESK_PORT are both {port}; they must differ.")
        data_dir = Path(values.get("DATA_DIR", "var")).expanduser().absolute()
        return cls(
            port=port,
            desk_port=desk_port,
            data_dir=data_dir,
            public_url=_address(values, "PUBLIC_URL", f"http://localhost:{port}", ("http", "https")),
            redis_url=_redis(values),
            database_url=_database(values, data_dir),
            whatsapp=_whatsapp(values),
            workers=_count(values, "WORKERS", 1, 64),
            departments_url=_address(
                values, "SAHAYAK_DEPARTMENTS_URL", f"http://127.0.0.1:{desk_port}", ("http", "https")
            ),
            department_secret=_department_secret(values, data_dir),
            widget_origins=_origins(values),
            encoder=_encoder(values),
            key_store=_key_store(values, data_dir),
        )

    def environ(self) -> dict[str, str]:
        """The same settings as environment variables, so that a child process resolves nothing anew."""
        values = {
            "PORT": str(self.port),
            "DESK_PORT": str(self.desk_port),
            "DATA_DIR": str(self.data_dir),
            "PUBLIC_URL": self.public_url,
            "REDIS_URL": self.redis_url or "",
            "DATABASE_URL": self.database_url,
            "WORKERS": str(self.workers),
            "SAHAYAK_DEPARTMENTS_URL": self.departments_url,
            "SAHAYAK_DEPARTMENT_SECRET": self.department_secret,
            "SAHAYAK_WIDGET_ORIGINS": " ".join(self.widget_origins),
            "SAHAYAK_ENCODER": str(self.encoder or ""),
            "SAHAYAK_KEY_STORE": self.key_store,
        }
        if self.whatsapp:
            values |= {
                "WHATSAPP_PHONE_NUMBER_ID": self.whatsapp.phone_number_id,
                "WHATSAPP_ACCESS_TOKEN": self.whatsapp.access_token,
                "WHATSAPP_APP_SECRET": self.whatsapp.app_secret,
                "WHATSAPP_APP_SECRET_PREVIOUS": self.whatsapp.app_secret_previous or "",
                "WHATSAPP_VERIFY_TOKEN": self.whatsapp.verify_token,
                "WHATSAPP_GRAPH_URL": self.whatsapp.graph_url,
            }
        return values


def _collect(environ: Mapping[str, str], path: Path | None) -> dict[str, str]:
    """Known names with a value (an empty value counts as unset)."""
    values: dict[str, str] = {}
    for entry in dotenv.read(path) if path else ():
        if entry.name not in SETTINGS:
            raise SettingsError(f"Line {entry.line} of {path} sets {_unknown(entry.name)}")
        values[entry.name] = entry.value
    if path and any(_is_secret(name, value) for name, value in values.items()) and path.stat().st_mode & 0o077:
        raise SettingsError(f"{path} holds secrets and can be read by other users; run: chmod 600 {path}")
    for name in sorted(environ):
        if name.startswith(OURS) and name not in SETTINGS:
            raise SettingsError(f"The environment sets {_unknown(name)}")
    values.update({name: environ[name].strip() for name in SETTINGS if name in environ})
    return {name: value for name, value in values.items() if value}


def _is_secret(name: str, value: str) -> bool:
    return bool(value) and (name in _SECRETS or ("@" in value and bool(_password(value))))


def _password(url: str) -> str:
    """The password in an address, or an empty text."""
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:
        return ""


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.upper(), SETTINGS, n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"{name}, which is not a setting of Sahayak{hint}; the README lists them all."


def _count(values: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = values.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise SettingsError(f"{name} must be a whole number from 1 to {most}, not {text!r}.")
    return int(text)


def _port(values: Mapping[str, str], name: str, default: int) -> int:
    return _count(values, name, default, 65535)


def _address(values: Mapping[str, str], name: str, default: str, schemes: tuple[str, ...]) -> str:
    text = values.get(name, default).rstrip("/")
    try:
        parts = urlsplit(text)
        good = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment or re.search(r"\s", text):
        raise SettingsError(f"{name} must be an address that starts with {schemes[0]}://, without ? or #.")
    return text


def _redis(values: Mapping[str, str]) -> str | None:
    text = values.get("REDIS_URL")
    if text and not re.match(r"(rediss?|unix)://\S+\Z", text):
        raise SettingsError("REDIS_URL must start with redis://, rediss:// or unix://.")
    if text and _password(text):
        _secret("The password in REDIS_URL", _password(text), 8)
    return text


def _database(values: Mapping[str, str], data_dir: Path) -> str:
    text = values.get("DATABASE_URL", f"sqlite:///{data_dir / 'departments.sqlite3'}")
    if not re.match(r"(sqlite:///|postgres(ql)?(\+\w+)?://)\S+\Z", text):
        raise SettingsError("DATABASE_URL must start with postgresql:// or sqlite:///.")
    if _password(text):
        _secret("The password in DATABASE_URL", _password(text), 8)
    return text


def _whatsapp(values: Mapping[str, str]) -> WhatsApp | None:
    given = [name for name in _WHATSAPP_NEEDS if name in values]
    if not given:
        return None
    missing = [name for name in _WHATSAPP_NEEDS if name not in values]
    if missing:
        raise SettingsError(f"For WhatsApp, {' and '.join(missing)} must be set too (or {given[0]} unset).")
    number = values["WHATSAPP_PHONE_NUMBER_ID"]
    if not (number.isascii() and number.isdigit()):
        raise SettingsError("WHATSAPP_PHONE_NUMBER_ID must consist of digits; it is the id Meta shows, not the number.")
    return WhatsApp(
        phone_number_id=number,
        access_token=_secret("WHATSAPP_ACCESS_TOKEN", values["WHATSAPP_ACCESS_TOKEN"], 8),
        app_secret=_secret("WHATSAPP_APP_SECRET", values["WHATSAPP_APP_SECRET"], 8),
        app_secret_previous=(
            _secret("WHATSAPP_APP_SECRET_PREVIOUS", values["WHATSAPP_APP_SECRET_PREVIOUS"], 8)
            if "WHATSAPP_APP_SECRET_PREVIOUS" in values
            else None
        ),
        verify_token=_secret("WHATSAPP_VERIFY_TOKEN", values["WHATSAPP_VERIFY_TOKEN"], 8),
        graph_url=_address(values, "WHATSAPP_GRAPH_URL", GRAPH_URL, ("https", "http")),
    )


def _secret(name: str, text: str, least: int) -> str:
    """Refuses what can be guessed: short, of few different characters, or left over from an example."""
    if len(text) < least or len(set(text)) < 5 or _PLACEHOLDER.search(text) or re.search(r"\s", text):
        raise SettingsError(
            f"{name} is too weak: use at least {least} characters that cannot be guessed,"
            " for example from: openssl rand -hex 32"
        )
    return text


def _department_secret(values: Mapping[str, str], data_dir: Path) -> str:
    if "SAHAYAK_DEPARTMENT_SECRET" in values:
        return _secret("SAHAYAK_DEPARTMENT_SECRET", values["SAHAYAK_DEPARTMENT_SECRET"], 16)
    try:
        return secret_files.read_or_make(data_dir / "secrets" / "department", lambda: secrets.token_hex(32))
    except SecretFileError as error:
        raise SettingsError(str(error)) from error


def _origins(values: Mapping[str, str]) -> tuple[str, ...]:
    origins = tuple(part.rstrip("/") for part in re.split(r"[\s,]+", values.get("SAHAYAK_WIDGET_ORIGINS", "")) if part)
    for origin in origins:
        if not re.fullmatch(r"https?://[A-Za-z0-9.\-]+(:\d+)?|https?://\[[0-9a-fA-F:]+\](:\d+)?", origin):
            raise SettingsError(
                f"SAHAYAK_WIDGET_ORIGINS must list origins such as https://example.gov.in, not {origin!r}."
            )
    return origins


def _encoder(values: Mapping[str, str]) -> Path | None:
    if "SAHAYAK_ENCODER" not in values:
        return None
    folder = Path(values["SAHAYAK_ENCODER"]).expanduser().absolute()
    if not folder.is_dir():
        raise SettingsError(f"SAHAYAK_ENCODER names {folder}, which is not a folder.")
    return folder


def _key_store(values: Mapping[str, str], data_dir: Path) -> str:
    text = values.get("SAHAYAK_KEY_STORE", f"file:{data_dir / 'keys'}")
    if not re.match(r"(file|pkcs11):\S", text):
        raise SettingsError("SAHAYAK_KEY_STORE must start with pkcs11: or file:.")
    return text


def main() -> int:
    """`python -m runtime.settings` checks the settings of this folder: silent if they are right, else one sentence."""
    try:
        Settings.load(os.environ, Path(".env"))
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
