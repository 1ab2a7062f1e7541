"""The report a bug of ours leaves behind, ready to paste: versions, command, traceback, no secrets."""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

from pipeline import __version__
from pipeline.cli.context import Context
from pipeline.errors import clean
from pipeline.recipe.project import MARKERS, find_root

PACKAGES: Final = (
    "click",
    "coloraide",
    "httpx",
    "jinja2",
    "numpy",
    "onnxruntime",
    "pillow",
    "pydantic",
    "pyyaml",
    "rembg",
    "rich",
    "starlette",
    "uvicorn",
)
_STARS: Final = "****"
_SHORTEST_SECRET: Final = 4
_BEARER: Final = re.compile(r"(?i)(bearer\s+)[^\s'\"]+")
_KEY_OPTION: Final = re.compile(r"(?i)(--\S*key[ =])\S+")
_USER_IN_URL: Final = re.compile(r"(?<=://)[^/\s@]+@")
_SECRET_NAME: Final = re.compile(r"(?i)key|token|secret|password")


def write_report(context: Context, arguments: Sequence[str], error: BaseException) -> tuple[str, Path]:
    """Write the report; returns the error in one line and where the report is.

    It goes to the project's ``.pipeline/logs``, or to the temporary folder where that cannot be written.
    """
    secrets = context.secrets | set(_environment_secrets(context))
    text = mask(report(arguments, error), secrets)
    summary = mask(clean(f"{type(error).__name__}: {error}"), secrets)
    for folder in _folders(context.folder):
        try:
            return summary, _write(folder, text)
        except OSError:
            continue
    return summary, Path(os.devnull)


def report(arguments: Sequence[str], error: BaseException) -> str:
    """The report as text, secrets not yet masked."""
    trace = "".join(traceback.format_exception(error))
    return (
        f"pipeline {__version__} stopped on an error nobody foresaw.\n\n"
        f"command   pipeline {' '.join(arguments)}\n"
        f"python    {sys.version.split()[0]} ({sys.executable})\n"
        f"platform  {platform.platform()}\n"
        f"packages  {', '.join(versions())}\n\n"
        f"{trace}"
    )


def mask(text: str, secrets: Iterable[str]) -> str:
    """``text`` without any of ``secrets``, key options, bearer tokens, or names and passwords in URLs."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, _STARS)
    text = _BEARER.sub(rf"\1{_STARS}", text)
    text = _KEY_OPTION.sub(rf"\1{_STARS}", text)
    return _USER_IN_URL.sub(f"{_STARS}@", text)


def versions() -> Iterable[str]:
    """``name version`` of every package we build on, as installed."""
    for name in PACKAGES:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield f"{name} missing"


def _environment_secrets(context: Context) -> Iterable[str]:
    return (value for name, value in context.environ.items() if value and _SECRET_NAME.search(name))


def _folders(folder: Path) -> Iterable[Path]:
    """The log folder of the project around ``folder``, if there is one, then a temporary one."""
    root = find_root(folder)
    if any((root / marker).exists() for marker in MARKERS):
        yield root / ".pipeline" / "logs"
    yield Path(tempfile.gettempdir())


def _write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    handle, name = tempfile.mkstemp(prefix=f"crash-{stamp}-", suffix=".txt", dir=folder, text=True)
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
        stream.write(text)
    return Path(name)
