"""What the engine asks of a service that makes pictures. Implementations live in ``pipeline/providers``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

TaskState = Literal[
    "missing",  # the service does not know the task, or not yet
    "waiting",
    "queuing",
    "generating",
    "success",
    "fail",
    "other",  # a state we do not know; ``raw_state`` names it
]


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """One answer about a task."""

    state: TaskState
    raw_state: str = ""
    urls: tuple[str, ...] = ()
    credits: float | None = None
    progress: int | None = None  # percent
    fail_code: str = ""
    fail_message: str = ""
    callback_url: str = ""  # where its create asked to be called back, as the service remembers it


@dataclass(frozen=True, slots=True)
class Download:
    """A result that has been fetched, fully decoded once, and written to a local file."""

    sha256: str
    extension: str  # "png", "jpg", "webp", "mp4": from the bytes, never from URL or header
    size_bytes: int
    width: int  # px; 0 where it does not apply
    height: int


class Provider(Protocol):
    """An asynchronous, paid generation service.

    Every method raises from the ``ProviderError`` tree only. Reads (``balance``, ``status``, ``fetch``,
    ``upload``) may retry by themselves in a bounded way; ``create`` sends exactly once.
    """

    name: str
    account: str  # tells accounts and servers apart in the journal; never holds the key
    synchronous: bool  # a create returns when its task has ended

    async def balance(self) -> float | None:
        """Credits left; None where the service does not tell. Raises ``AuthenticationFailed``,
        ``ServiceUnavailable``.
        """
        ...

    async def create(self, model: str, inputs: Mapping[str, Any], callback_url: str | None = None) -> str:
        """Send one paid create and return its task id. The only method that can spend money.

        Raises ``RateLimited`` (not accepted), ``RequestRejected``, ``OutOfCredits``,
        ``AuthenticationFailed`` (nothing created), ``OutcomeUnknown`` (may have been created).
        """
        ...

    async def status(self, task_id: str) -> TaskStatus:
        """Ask once for a task. Raises ``ServiceUnavailable`` (ask again), ``AuthenticationFailed``."""
        ...

    async def upload(self, path: Path, sha256: str) -> str:
        """Hand over a local picture, named by its digest; returns the URL for use in ``inputs``.

        Raises ``UploadFailed``, ``AuthenticationFailed``.
        """
        ...

    async def fetch(self, url: str, target: Path) -> Download:
        """Stream a result into ``target`` (created or replaced). Raises ``DownloadFailed``."""
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...
