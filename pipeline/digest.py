"""SHA-256 of bytes, files and plain data; the one place that says how we hash."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def of_bytes(data: bytes) -> str:
    """Hex SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()


def of_file(path: Path) -> str:
    """Hex SHA-256 of a file's content, read in pieces. Raises ``OSError``."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def of_data(value: object) -> str:
    """Hex SHA-256 of JSON-able data in canonical form (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return of_bytes(text.encode())
