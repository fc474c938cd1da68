"""The web chat's protocol: sessions, messages, Server-Sent Events."""
