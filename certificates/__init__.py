"""Certificates that cannot be forged without the key, and that anybody can check.

from certificates.key_files import FileKeyStore
from certificates.issue import IssueRequest, issue      # facts in, signed PDF out
from certificates import status_list                    # make(name, size, exceptions, key, at) -> bytes
from certificates.keys import KeySet, jwks              # what is published
from certificates.verify import Known, check_text, check_pdf
"""
