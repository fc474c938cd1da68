"""Settings: defaults, what wins, and one sentence for everything that is wrong."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from runtime.errors import SettingsError
from runtime.settings import SETTINGS, Settings

WHATSAPP = {
    "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
    "WHATSAPP_ACCESS_TOKEN": "EAAJB7pX2qkUBO1rVzCq",
    "WHATSAPP_APP_SECRET": "5e1f0c6d9b7a4832a1d4c3b2e8f70961",
    "WHATSAPP_VERIFY_TOKEN": "vT-93-kalam-dilli",
}


def load(tmp_path: Path, dotenv: str | None = None, **environ: str) -> Settings:
    path = tmp_path / ".env"
    if dotenv is not None:
        path.write_text(dotenv, encoding="utf-8")
    return Settings.load({"DATA_DIR": str(tmp_path / "var"), **environ}, path)


def test_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert (settings.port, settings.desk_port, settings.workers) == (8000, 8001, 1)
    assert settings.public_url == "http://localhost:8000"
    assert settings.departments_url == "http://127.0.0.1:8001"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/departments.sqlite3"
    assert (settings.redis_url, settings.whatsapp, settings.encoder, settings.widget_origins) == (None, None, None, ())


def test_the_department_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    first, second = load(tmp_path), load(tmp_path)
    assert first.department_secret == second.department_secret
    assert len(first.department_secret) == 64
    mode = (tmp_path / "var" / "secrets" / "department").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    load(tmp_path)
    (tmp_path / "var" / "secrets" / "department").chmod(0o644)
    with pytest.raises(SettingsError, match="can be read by other users"):
        load(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "SAHAYAK_DEPARTMENT_SECRET=5e1f0c6d9b7a48325e1f\n",
        "REDIS_URL=rediss://sahayak:5e1f0c6d9b7a@redis.example.in:6379/0\n",
        "DATABASE_URL=postgresql://u:hunter2pw@db/x\n",
    ],
)
def test_a_settings_file_with_a_secret_is_for_its_owner_alone(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").touch(0o644)
    with pytest.raises(SettingsError, match=r"can be read by other users; run: chmod 600") as refusal:
        load(tmp_path, line)
    assert "5e1f" not in str(refusal.value) and "hunter2pw" not in str(refusal.value)
    (tmp_path / ".env").chmod(0o600)
    load(tmp_path, line)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, "PORT=9000\nDESK_PORT=9001\nexport WORKERS='3' # three\n# a comment\n\n", PORT="9005")
    assert (settings.port, settings.desk_port, settings.workers) == (9005, 9001, 3)


def test_an_empty_value_counts_as_unset(tmp_path: Path) -> None:
    assert load(tmp_path, "PORT=\nREDIS_URL=''\n", DESK_PORT="").port == 8000


def test_children_read_what_was_resolved(tmp_path: Path) -> None:
    settings = load(tmp_path, SAHAYAK_WIDGET_ORIGINS="https://a.gov.in https://b.gov.in", **WHATSAPP)
    assert Settings.load(settings.environ(), None) == settings
    assert set(settings.environ()) == set(SETTINGS)


def test_whatsapp_is_on_with_all_that_it_needs(tmp_path: Path) -> None:
    whatsapp = load(tmp_path, **WHATSAPP).whatsapp
    assert whatsapp is not None
    assert whatsapp.graph_url.startswith("https://graph.facebook.com/v")
    assert whatsapp.app_secret_previous is None


def test_no_secret_is_shown_by_repr(tmp_path: Path) -> None:
    shown = repr(load(tmp_path, DATABASE_URL="postgresql://u:hunter2pw@db/x", **WHATSAPP))
    for secret in (*list(WHATSAPP.values())[1:], "hunter2pw", load(tmp_path).department_secret):
        assert secret not in shown


@pytest.mark.parametrize(
    ("dotenv", "sentence"),
    [
        ("REDIS=redis://x\n", "Line 1 of .* sets REDIS, which is not a setting of Sahayak"),
        ("\n\nport=8000\n", r"Line 3 of .* sets port, .*\(did you mean PORT\?\)"),
        ("PATH=/bin\n", "sets PATH, which is not a setting"),
        ("PORT 8000\n", "Line 1 of .* is not of the form NAME=value"),
        ("DATA_DIR='var\n", "The quotes on line 1 of .* do not match"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, dotenv: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        load(tmp_path, dotenv)


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"SAHAYAK_DEPARTMENT_URL": "http://x"}, r"did you mean SAHAYAK_DEPARTMENTS_URL\?"),
        ({"WHATSAPP_TOKEN": "x"}, "The environment sets WHATSAPP_TOKEN, which is not a setting"),
        ({"PORT": "0"}, "PORT must be a whole number from 1 to 65535"),
        ({"PORT": "८०००"}, "PORT must be a whole number"),
        ({"PORT": "8001"}, "PORT and DESK_PORT are both 8001"),
        ({"WORKERS": "none"}, "WORKERS must be a whole number from 1 to 64, not 'none'"),
        ({"PUBLIC_URL": "sahayak.delhi.gov.in"}, "PUBLIC_URL must be an address that starts with http://"),
        ({"PUBLIC_URL": "https://x/?a=b"}, "PUBLIC_URL must be an address"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL must start with redis://"),
        ({"REDIS_URL": "redis://:changeme@redis:6379/0"}, "The password in REDIS_URL is too weak"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must start with postgresql://"),
        ({"DATABASE_URL": "postgresql://sahayak:password1@db/x"}, "The password in DATABASE_URL is too weak"),
        ({"SAHAYAK_WIDGET_ORIGINS": "https://x.in/page"}, "must list origins such as .* not 'https://x.in/page'"),
        ({"SAHAYAK_WIDGET_ORIGINS": "*"}, "must list origins"),
        ({"SAHAYAK_ENCODER": "/nowhere"}, "SAHAYAK_ENCODER names /nowhere, which is not a folder"),
        ({"SAHAYAK_KEY_STORE": "vault"}, "SAHAYAK_KEY_STORE must start with pkcs11: or file:"),
        ({"SAHAYAK_DEPARTMENT_SECRET": "short"}, "SAHAYAK_DEPARTMENT_SECRET is too weak"),
        ({"SAHAYAK_DEPARTMENT_SECRET": "a" * 40}, "SAHAYAK_DEPARTMENT_SECRET is too weak"),
        ({"SAHAYAK_DEPARTMENT_SECRET": "please-change-me-now"}, "SAHAYAK_DEPARTMENT_SECRET is too weak"),
        ({"WHATSAPP_APP_SECRET": "5e1f0c6d9b7a4832"}, "For WhatsApp, WHATSAPP_PHONE_NUMBER_ID and .* must be set too"),
        ({**WHATSAPP, "WHATSAPP_APP_SECRET": "secret"}, "WHATSAPP_APP_SECRET is too weak"),
        ({**WHATSAPP, "WHATSAPP_VERIFY_TOKEN": "your-token"}, "WHATSAPP_VERIFY_TOKEN is too weak"),
        ({**WHATSAPP, "WHATSAPP_PHONE_NUMBER_ID": "+91 98"}, "WHATSAPP_PHONE_NUMBER_ID must consist of digits"),
        ({**WHATSAPP, "WHATSAPP_GRAPH_URL": "graph"}, "WHATSAPP_GRAPH_URL must be an address"),
    ],
)
def test_a_wrong_value_is_one_sentence(tmp_path: Path, environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence) as refusal:
        load(tmp_path, **environ)
    assert "\n" not in str(refusal.value)


def test_a_weak_secret_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        load(tmp_path, SAHAYAK_DEPARTMENT_SECRET="tulips")
    assert "tulips" not in str(refusal.value)
