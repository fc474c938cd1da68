"""The reference department: a server of the Department API, the officers' desk on it, and the register of certificates.

It is the first implementation of the contract that every department fulfils, and the only process that opens the
database. It knows the catalogue, `certificates` and `runtime`; it must not know Rasa, Redis, chat or channels.
"""
