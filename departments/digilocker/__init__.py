"""DigiLocker as a further way to a certificate: the issuer's side of its Pull URI and Pull Doc. Off by default."""
