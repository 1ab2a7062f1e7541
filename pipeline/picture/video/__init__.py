"""Videos: frames out of them, smaller and other encodings of them. All of it needs PyAV (extra ``video``)."""

from __future__ import annotations

from importlib.util import find_spec

INSTALL = 'pip install "asset-pipeline[video]"'


def is_installed() -> bool:
    """Whether videos can be decoded here."""
    return find_spec("av") is not None
