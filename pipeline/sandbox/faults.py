"""Where misbehaviour plugs in: the sandbox asks at each step whether to answer otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer that replaces the regular one."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an accepted task ends in ``fail``: the service's numeric code as text, and its words."""

    code: str
    message: str


class Faults(Protocol):
    """Asked once per event; None means: behave."""

    def on_create(self, model: str, inputs: Mapping[str, Any]) -> Reply | None:
        """Instead of creating and charging a task."""
        ...

    def on_record(self, task_id: str) -> Reply | None:
        """Instead of the record of a task."""
        ...

    def on_download(self, task_id: str) -> Reply | None:
        """Instead of a result's bytes."""
        ...

    def outcome(self, model: str, inputs: Mapping[str, Any]) -> Failure | None:
        """How a task being created will end, decided once: None is success."""
        ...


class NoFaults:
    """A service that does what its documentation says."""

    def on_create(self, model: str, inputs: Mapping[str, Any]) -> Reply | None:
        del model, inputs
        return None

    def on_record(self, task_id: str) -> Reply | None:
        del task_id
        return None

    def on_download(self, task_id: str) -> Reply | None:
        del task_id
        return None

    def outcome(self, model: str, inputs: Mapping[str, Any]) -> Failure | None:
        del model, inputs
        return None
