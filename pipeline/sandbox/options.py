"""How a sandbox behaves: its account, its limits, its pace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline.sandbox.chances import parse

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """Every setting of the stand-in. Times are seconds of its clock, which runs ``speed`` times faster.

    ``state`` is an SQLite file; with it a sandbox that is killed and started again still knows its tasks,
    uploads and spent credits. ``log`` is where an embedded sandbox writes its standard error.
    """

    key: str = field(default="sandbox", repr=False)
    latency_s: float = 3.0  # median over tasks
    credits: float = 10_000
    window_creates: int = 20
    window_s: float = 10.0
    speed: float = 1.0
    seed: int = 0
    state: Path | None = None
    log: Path | None = None
    picture: Literal["painted", "tiny"] = "painted"  # tiny: one small PNG for all, for benchmarks
    vary: bool = False  # True: a request that was made before gets another picture, as real models give
    result_life_s: float = 24 * 3600
    upload_life_s: float = 3 * 24 * 3600
    visible_after_s: float = 0.0  # how long a new task is still unknown to recordInfo
    fallback_credits: float = 10.0  # charged for models whose price nobody published
    webhook_key: str = field(default="", repr=False)  # signs callbacks when set
    callback_hosts: tuple[str, ...] = LOOPBACK
    faults: str = ""  # how it misbehaves, in the words of ``pipeline sandbox --faults``; see menu.py
    http_errors: bool = False  # True: errors also as HTTP status; False: HTTP 200 as seen in the wild
    message_field: Literal["msg", "message"] = "msg"
    cost_time_unit: Literal["ms", "s"] = "ms"
    models: Mapping[str, Any] = field(
        default_factory=dict, repr=False
    )  # more than the catalogue's; a project's

    def __post_init__(self) -> None:
        """Raises ``UsageError`` for faults that are not on the menu."""
        parse(self.faults)

    def to_json(self) -> str:
        """All options on one line."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> SandboxOptions:
        """Options from a JSON object, defaults for what is left out.

        Raises ``TypeError``, ``ValueError``, ``UsageError``.
        """
        values = json.loads(text)
        for name in ("state", "log"):
            if values.get(name) is not None:
                values[name] = Path(values[name])
        if "callback_hosts" in values:
            values["callback_hosts"] = tuple(values["callback_hosts"])
        return cls(**values)
