"""SHA-256 of bytes, files and plain data; the one place that says how files are read and hashed."""

from __future__ import annotations

import errno
import hashlib
import json
from pathlib import Path


def of_bytes(data: bytes) -> str:
    """Hex SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()


def of_file(path: Path) -> str:
    """Hex SHA-256 of a file's content, read in pieces. Raises ``OSError``, also for what is no plain file.

    A link that git brought along may lead to a device without an end.
    """
    if not path.is_file():
        raise _no_file(path)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_text(path: Path, most_bytes: int = 64_000_000) -> str:
    """A file's text. Raises ``OSError``, also for what is no plain file or larger; ``UnicodeDecodeError``."""
    if not path.is_file():
        raise _no_file(path)
    with path.open("rb") as stream:
        data = stream.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise OSError(errno.EFBIG, f"larger than {most_bytes / 1e6:,.0f} MB", str(path))
    return data.decode("utf-8")


def _no_file(path: Path) -> OSError:
    if path.is_dir():
        return IsADirectoryError(errno.EISDIR, "a folder", str(path))
    if path.exists():
        return OSError(errno.EINVAL, "not a plain file", str(path))
    return FileNotFoundError(errno.ENOENT, "no such file", str(path))


def of_data(value: object) -> str:
    """Hex SHA-256 of JSON-able data in canonical form (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return of_bytes(text.encode())
