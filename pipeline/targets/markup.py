"""Snippets for people to paste: HTML elements, addresses, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from pipeline.targets.output import Text


def element(name: str, attributes: Mapping[str, str | int]) -> str:
    """One start tag, every value escaped: ``<link rel="icon" href="/favicon.ico">``."""
    written = (f'{key}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{' '.join((name, *written))}>"


def meta(name: str, content: str | int, *, key: str = "name") -> str:
    """A ``meta`` element; Open Graph names its own by ``key="property"``."""
    return element("meta", {key: name, "content": content})


def address(base: str, path: str) -> str:
    """``path`` below ``base``, with everything that would end an address in ``srcset`` percent-encoded."""
    below = base if base.endswith("/") else f"{base}/"
    return quote(below + path, safe="/:%?=&~+@!$'()*;#[]")


def relative(path: str) -> str:
    """``path`` as an address that is resolved from where it is written."""
    return quote(path)


def lines(path: str, written: Iterable[str]) -> Text:
    """A text file of these lines."""
    return Text(path, "".join(f"{line}\n" for line in written))


def as_json(path: str, value: Any) -> Text:
    """A JSON file, two spaces deep, keys in the order given."""
    return Text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")
