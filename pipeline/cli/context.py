"""What every command is handed: where to write, what surrounds it, and which words are secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.environment import Environment, read_environment
from pipeline.report.output import Output

if TYPE_CHECKING:
    from pipeline.clock import Clock


@dataclass(slots=True)
class Context:
    """One invocation. ``secrets`` collects every key that was read, so that no report shows one."""

    output: Output
    environ: Mapping[str, str] = field(repr=False)
    folder: Path  # the current folder, absolute
    secrets: set[str] = field(default_factory=set, repr=False)
    key_origin: str = ""  # "KIE_API_KEY in .env": of the key that was read
    time: Clock | None = None  # for tests; None is the machine's own clock

    @property
    def clock(self) -> Clock:
        """What time it is, and how to wait."""
        from pipeline.clock import SystemClock

        return self.time or SystemClock()

    def environment(self, root: Path) -> Environment:
        """The environment of the project at ``root``. Raises ``UsageError``."""
        environment = read_environment(root, self.environ)
        for secret in environment.secrets:
            self.keep_secret(secret)
        self.key_origin = environment.key_origin
        return environment

    def keep_secret(self, value: str | None) -> None:
        """Never show ``value`` in a report of ours."""
        if value:
            self.secrets.add(value)
