"""What a browser opens: the one-time download, the checking page, keys and status lists."""
