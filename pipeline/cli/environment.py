"""The only reader of the environment: the process's own, then ``.env.local``, then ``.env``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.errors import UsageError, clean

if TYPE_CHECKING:
    from dotenv.parser import Binding

KEY_NAMES: Final = ("KIE_AI_API_KEY", "KIE_API_KEY")
API_BASE_URL_NAME: Final = "KIE_API_BASE_URL"
UPLOAD_BASE_URL_NAME: Final = "KIE_UPLOAD_BASE_URL"
WEBHOOK_KEY_NAME: Final = "KIE_WEBHOOK_KEY"
OPENAI_KEY_NAME: Final = "OPENAI_API_KEY"
OPENAI_BASE_URL_NAME: Final = "OPENAI_BASE_URL"
PROCESS: Final = "the environment"
_FILES: Final = (".env", ".env.local")  # a later one wins
_SHOWN_OF_KEY: Final = 4
_LEAST_TO_SHOW: Final = 12


@dataclass(frozen=True, slots=True)
class Access:
    """How one provider is reached: what is set, where it was found, and the variables that set it."""

    key: str | None = field(repr=False)
    key_origin: str  # "KIE_API_KEY in .env"
    base_url: str | None
    base_url_origin: str
    key_names: tuple[str, ...]
    base_url_name: str

    @property
    def masked_key(self) -> str:
        """The key's last characters, enough to tell two keys apart; only stars for a short one."""
        return masked(self.key)


@dataclass(frozen=True, slots=True)
class Environment:
    """What the surroundings say. Keys are left out of every representation; None means unset."""

    key: str | None = field(default=None, repr=False)
    api_base_url: str | None = None
    upload_base_url: str | None = None
    key_origin: str = ""  # "KIE_API_KEY in .env": where the key was found
    api_origin: str = ""  # the same of the two addresses
    upload_origin: str = ""
    webhook_key: str | None = field(default=None, repr=False)  # signs callbacks
    openai_key: str | None = field(default=None, repr=False)
    openai_key_origin: str = ""
    openai_base_url: str | None = None
    openai_base_url_origin: str = ""

    @property
    def masked_key(self) -> str:
        """The key's last characters, enough to tell two keys apart; only stars for a short one."""
        return masked(self.key)

    @property
    def secrets(self) -> tuple[str | None, ...]:
        """Everything that must be shown nowhere."""
        return self.key, self.webhook_key, self.openai_key

    def access(self, provider: str) -> Access:
        """How a provider, as pipeline.yaml names it, is reached from here."""
        if provider == "openai":
            return Access(
                *(self.openai_key, self.openai_key_origin),
                *(self.openai_base_url, self.openai_base_url_origin),
                *((OPENAI_KEY_NAME,), OPENAI_BASE_URL_NAME),
            )
        return Access(
            *(self.key, self.key_origin, self.api_base_url, self.api_origin),
            *(KEY_NAMES, API_BASE_URL_NAME),
        )


def masked(key: str | None) -> str:
    """A key as it may be shown: stars and its end; only stars for a short one, nothing for none."""
    if key is None:
        return ""
    return "****" + (key[-_SHOWN_OF_KEY:] if len(key) >= _LEAST_TO_SHOW else "")


def strength(origin: str) -> int:
    """How strong a source is: the process's own environment 3, ``.env.local`` 2, ``.env`` 1, any file else 0.

    ``.env.local`` is this person's own; ``.env`` may have come with the repository.
    """
    place = origin.rpartition(" in ")[2]
    return len(_FILES) + 1 if place == PROCESS else _FILES.index(place) + 1 if place in _FILES else 0


def read_environment(root: Path, environ: Mapping[str, str]) -> Environment:
    """The settings that reach the project at ``root``: ``environ`` beats ``.env.local`` beats ``.env``.

    Empty values count as unset. Raises ``UsageError`` for a file that cannot be read or a line that is wrong.
    """
    sources = [(PROCESS, environ), *((name, _read_file(root / name)) for name in reversed(_FILES))]
    key, key_origin = _find(sources, KEY_NAMES)
    api, api_origin = _find(sources, (API_BASE_URL_NAME,))
    upload, upload_origin = _find(sources, (UPLOAD_BASE_URL_NAME,))
    openai_key, openai_key_origin = _find(sources, (OPENAI_KEY_NAME,))
    openai_url, openai_url_origin = _find(sources, (OPENAI_BASE_URL_NAME,))
    return Environment(
        key=key,
        api_base_url=api,
        upload_base_url=upload,
        key_origin=key_origin,
        api_origin=api_origin,
        upload_origin=upload_origin,
        webhook_key=_find(sources, (WEBHOOK_KEY_NAME,))[0],
        openai_key=openai_key,
        openai_key_origin=openai_key_origin,
        openai_base_url=openai_url,
        openai_base_url_origin=openai_url_origin,
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
    from dotenv.parser import parse_stream

    try:
        with path.open(encoding="utf-8-sig") as stream:
            bindings = list(parse_stream(stream))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} cannot be read: {clean(error)}", hint="It must be a UTF-8 text file of NAME=value lines."
        ) from error
    for binding in bindings:
        if binding.error:
            raise _malformed(path, binding)
    return {binding.key: binding.value or "" for binding in bindings if binding.key}


def _malformed(path: Path, binding: Binding) -> UsageError:
    """The line and not what is in it, which may be a key."""
    written = binding.original.string
    blank_lines = written[: len(written) - len(written.lstrip())].count("\n")
    return UsageError(
        f"{path.name}:{binding.original.line + blank_lines}: this is not NAME=value",
        hint="A value with spaces or # in it needs quotes, closed in the same line; # begins a comment.",
    )
