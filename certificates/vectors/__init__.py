"""Test vectors for writers of other verifiers; `python -m certificates.vectors.make` writes them anew
(docs/certificates.md).
"""
