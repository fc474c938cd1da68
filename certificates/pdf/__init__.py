"""Drawing, sealing and reading back the paper."""
