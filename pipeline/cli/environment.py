"""The only reader of the environment: the process's own, then ``.env.local``, then ``.env``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipeline.errors import UsageError, clean

KEY_NAMES: Final = ("KIE_AI_API_KEY", "KIE_API_KEY")
API_BASE_URL_NAME: Final = "KIE_API_BASE_URL"
UPLOAD_BASE_URL_NAME: Final = "KIE_UPLOAD_BASE_URL"
_FILES: Final = (".env", ".env.local")  # a later one wins
_SHOWN_OF_KEY: Final = 4
_LEAST_TO_SHOW: Final = 12


@dataclass(frozen=True, slots=True)
class Environment:
    """What the surroundings say. The key is left out of every representation; None means unset."""

    key: str | None = field(default=None, repr=False)
    api_base_url: str | None = None
    upload_base_url: str | None = None
    key_origin: str = ""  # "KIE_API_KEY in .env": where the key was found

    @property
    def masked_key(self) -> str:
        """The key's last characters, enough to tell two keys apart; only stars for a short one."""
        if self.key is None:
            return ""
        return "****" + (self.key[-_SHOWN_OF_KEY:] if len(self.key) >= _LEAST_TO_SHOW else "")


def read_environment(root: Path, environ: Mapping[str, str]) -> Environment:
    """The settings that reach the project at ``root``: ``environ`` beats ``.env.local`` beats ``.env``.

    Empty values count as unset. Raises ``UsageError`` when a file cannot be read.
    """
    sources = [("the environment", environ), *((name, _read_file(root / name)) for name in reversed(_FILES))]
    key, key_origin = _find(sources, KEY_NAMES)
    return Environment(
        key=key,
        api_base_url=_find(sources, (API_BASE_URL_NAME,))[0],
        upload_base_url=_find(sources, (UPLOAD_BASE_URL_NAME,))[0],
        key_origin=key_origin,
    )


def _find(sources: list[tuple[str, Mapping[str, str]]], names: tuple[str, ...]) -> tuple[str | None, str]:
    """The first value that is set, and where: sources in order, all names within each."""
    for origin, values in sources:
        for name in names:
            if value := values.get(name, "").strip():
                return value, f"{name} in {origin}"
    return None, ""


def _read_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    try:
        values = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} cannot be read: {clean(error)}", hint="It must be a UTF-8 text file of NAME=value lines."
        ) from error
    return {name: value for name, value in values.items() if value}
