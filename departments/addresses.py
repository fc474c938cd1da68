"""Where the reference server listens and where its callbacks go: one machine, or several."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from runtime.settings import Settings

LOOPBACK = "127.0.0.1"


def host(settings: Settings) -> str:
    """127.0.0.1 while gateway and workers reach this server by this machine's own name; else all interfaces."""
    return LOOPBACK if _local(settings.departments_url) else "0.0.0.0"


def gateway(settings: Settings) -> str:
    """The gateway of this machine if this server is for this machine; else the public one."""
    return f"http://{LOOPBACK}:{settings.port}" if _local(settings.departments_url) else settings.public_url


def _local(address: str) -> bool:
    name = urlsplit(address).hostname or "localhost"
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
