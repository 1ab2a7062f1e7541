"""The menu at work: which fault comes true when, and what is then answered."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from pipeline.clock import Clock
from pipeline.providers.kie import wire
from pipeline.providers.kie.wire import CreateRequest
from pipeline.sandbox import answers as say
from pipeline.sandbox.answers import Answers
from pipeline.sandbox.dice import Dice, identity
from pipeline.sandbox.faults import Answer, Delivery, Failure, Fate, Spoiler
from pipeline.sandbox.hangup import HangUp
from pipeline.sandbox.ledger import Task
from pipeline.sandbox.menu import at
from pipeline.sandbox.spoilers import spoiler

LATE_S = 60.0
RETRY_AFTER = "2"  # seconds, in every other 429
STRANGE_STATE = "moderating"
VARIANTS = 1000
# what a display must not obey: terminal escapes, HTML, Markdown, a table's bars, text from right to left
NASTY = (
    "\x1b[31;5mcontent\x1b[0m refused\r\n\x1b]0;title\x07 <script>alert(1)</script> &amp;"
    " <img src=x onerror=alert(1)> [here](javascript:alert(1)) `code` **bold** | cell |"
    " \u202egnp.elif\u202c [red]rich[/red] {{ 7*7 }}"
)

CREATE = at("create")
ACCEPTED = at("accepted")
TASK = at("task")
# state-unknown answers, though strangely; expired lasts
RECORD = tuple(fault for fault in at("record") if fault != "state-unknown")
DOWNLOAD = tuple(fault for fault in at("download") if fault != "expired")

_FAILURES: Final = {
    "fail": Failure("422", NASTY),
    "fail-501": Failure("501", "Generation failed, please try again later."),
}
_ANSWERS: Final[dict[str, Answer]] = {
    "create-500-after": "error",
    "create-dropped-after": "lost",
    "create-no-id": "error",
}


class Mischief:
    """Faults by the throw of ``dice``, answered in the sandbox's dialect."""

    def __init__(self, dice: Dice, answers: Answers, clock: Clock) -> None:
        self._dice = dice
        self._answers = answers
        self._clock = clock
        self._hidden: dict[str, bool] = {}
        self.fired = dice.fired

    def on_create(self, request: CreateRequest) -> Response | None:
        """One of the menu's refusals; nothing is created."""
        who = identity(request.model, request.input)
        fault = self._dice.first(CREATE, who)
        if fault == "too-many":
            return self._too_many(who)
        if fault == "create-500-parameter":
            return self._answers.bad(say.PARAMETER_CODE, f"{next(iter(request.input), 'input')} is required")
        return self._trouble(fault) if fault else None

    def fate(self, request: CreateRequest) -> Fate:
        """What becomes of a task, and of the answer that tells its id."""
        who = identity(request.model, request.input)
        fault = self._dice.first(TASK, who) or ""
        told = self._dice.first(ACCEPTED, who)
        if told is None:
            return Fate(fault, _FAILURES.get(fault))
        reply = self._answers.good({}) if told == "create-no-id" else self._trouble(told)
        return Fate(fault, _FAILURES.get(fault), _ANSWERS[told], reply)

    def on_record(self, task: Task) -> Response | None:
        """An answer that is no record."""
        fault = self._dice.first(RECORD, _identity(task))
        if fault == "record-null":
            return self._answers.bad(wire.UNKNOWN_TASK_CODE, wire.UNKNOWN_TASK_MSG)
        return self._trouble(fault) if fault else None

    def state(self, task: Task) -> str | None:
        """A state nobody knows."""
        return STRANGE_STATE if self._dice.falls("state-unknown", _identity(task)) else None

    def hides(self, task: Task, index: int) -> bool:
        """Decided once a result."""
        file = f"{task.id}/{index}"
        if file not in self._hidden:
            self._hidden[file] = self._dice.falls("expired", _result(task, index))
        return self._hidden[file]

    def on_download(self, task: Task, index: int) -> Spoiler | None:
        """Decided each time it is fetched."""
        who = _result(task, index)
        fault = self._dice.first(DOWNLOAD, who)
        return spoiler(fault, self._clock, self._dice.number(fault, who, VARIANTS)) if fault else None

    def on_upload(self, name: str) -> Response | None:
        """Nothing is stored."""
        fault = self._dice.first(at("upload"), name)
        return self._trouble(fault) if fault else None

    def on_balance(self) -> Response | None:
        """The balance cannot be told."""
        fault = self._dice.first(at("balance"), "")
        return self._trouble(fault) if fault else None

    def delivery(self, task: Task) -> Delivery:
        """How the callback comes; several things may be wrong with one."""
        who = _identity(task)
        if self._dice.falls("callback-missing", who):
            return Delivery(copies=0)
        return Delivery(
            copies=2 if self._dice.falls("callback-duplicate", who) else 1,
            delay_s=LATE_S if self._dice.falls("callback-late", who) else 0.0,
            forged_first=self._dice.falls("callback-forged", who),
        )

    def _too_many(self, who: str) -> Response:
        answer = self._answers.bad(say.TOO_MANY_CODE, say.TOO_MANY)
        if self._dice.number("too-many", who, VARIANTS) % 2:
            answer.headers["Retry-After"] = RETRY_AFTER
        return answer

    def _trouble(self, fault: str) -> Response:
        """The kinds of trouble that are the same wherever they occur; a fault's name ends in its kind."""
        if "dropped" in fault:
            return HangUp()
        if fault.endswith("html"):
            return Response(say.BAD_GATEWAY_PAGE, say.BAD_GATEWAY, media_type="text/html")
        code, text = {"key-limit": say.KEY_LIMIT, "maintenance": say.MAINTENANCE}.get(fault, say.SERVER_ERROR)
        return self._answers.bad(code, text)


def _identity(task: Task) -> str:
    return identity(task.model, task.inputs)


def _result(task: Task, index: int) -> str:
    return f"{_identity(task)}/{index}"
