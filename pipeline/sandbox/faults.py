"""Where misbehaviour plugs in: the sandbox asks at each step whether to answer otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from starlette.responses import Response

from pipeline.providers.kie.wire import CreateRequest

if TYPE_CHECKING:
    from pipeline.sandbox.ledger import Task

Answer = Literal["sent", "lost", "error"]
Spoiler = Callable[[bytes], Response]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an accepted task ends in ``fail``: the service's numeric code as text, and its words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What comes of an accepted create, decided once.

    ``fault`` names what is wrong with the task, "" for nothing; ``failure`` is how it ends, if badly.
    ``reply`` is answered instead of the task's id, and ``answer`` says what became of that: lost on the way,
    or an answer without the id.
    """

    fault: str = ""
    failure: Failure | None = None
    answer: Answer = "sent"
    reply: Response | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a task's callback is brought."""

    copies: int = 1  # 0: never
    delay_s: float = 0.0
    forged_first: bool = False


class Faults(Protocol):
    """Asked once per event; None means: behave."""

    @property
    def fired(self) -> Mapping[str, int]:
        """How often each fault came true since the start, by name."""
        ...

    def on_create(self, request: CreateRequest) -> Response | None:
        """Instead of creating and charging a task."""
        ...

    def fate(self, request: CreateRequest) -> Fate:
        """What comes of the task being created."""
        ...

    def on_record(self, task: Task) -> Response | None:
        """Instead of the record of a task."""
        ...

    def state(self, task: Task) -> str | None:
        """Instead of the state in a task's record."""
        ...

    def hides(self, task: Task, index: int) -> bool:
        """Whether a result's own address is refused, so that only a download link helps."""
        ...

    def on_download(self, task: Task, index: int) -> Spoiler | None:
        """What makes an answer of a result's bytes; slow, so it is called in a thread."""
        ...

    def on_upload(self, name: str) -> Response | None:
        """Instead of storing a file."""
        ...

    def on_balance(self) -> Response | None:
        """Instead of the balance."""
        ...

    def delivery(self, task: Task) -> Delivery:
        """How the callback of a task that ends is brought."""
        ...


@dataclass
class NoFaults:
    """A service that does what its documentation says."""

    fired: Mapping[str, int] = field(default_factory=dict)

    def on_create(self, request: CreateRequest) -> Response | None:
        del request
        return None

    def fate(self, request: CreateRequest) -> Fate:
        del request
        return Fate()

    def on_record(self, task: Task) -> Response | None:
        del task
        return None

    def state(self, task: Task) -> str | None:
        del task
        return None

    def hides(self, task: Task, index: int) -> bool:
        del task, index
        return False

    def on_download(self, task: Task, index: int) -> Spoiler | None:
        del task, index
        return None

    def on_upload(self, name: str) -> Response | None:
        del name
        return None

    def on_balance(self) -> Response | None:
        return None

    def delivery(self, task: Task) -> Delivery:
        del task
        return Delivery()
