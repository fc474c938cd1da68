"""From where files of WhatsApp may be fetched: Meta's hosts and no other, never a private address."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

from connectors.errors import FetchError

META = ("lookaside.fbsbx.com", "fbsbx.com", "lookaside.facebook.com")


async def check(url: str, graph_url: str) -> None:
    """Returns if the file's address may be asked, else raises `FetchError` (final).

    The Graph API's own host is allowed with its own scheme and port, which is how a test's local server comes in; every
    other host must be one of `META`, over https, and must not resolve to an address inside a network of ours.
    """
    try:
        there, graph = urlsplit(url), urlsplit(graph_url)
        port, graph_port = there.port, graph.port
    except ValueError as error:
        raise FetchError("address not readable", final=True) from error
    if there.username or there.password or not there.hostname:
        raise FetchError("address not allowed", final=True)
    if (there.scheme, there.hostname, port) == (graph.scheme, graph.hostname, graph_port):
        return
    if there.scheme != "https" or port not in (None, 443):
        raise FetchError("address not allowed", final=True)
    if not any(there.hostname == host or there.hostname.endswith("." + host) for host in META):
        raise FetchError("host not allowed", final=True)
    for address in await _resolve(there.hostname):
        if not address.is_global or address.is_multicast:
            raise FetchError("private address", final=True)


async def _resolve(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchError("host not found", final=False) from error
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
