"""What an answer means: for a create, where a wrong guess can pay twice, and for reads, where it cannot.

A create may be sent again only when the service provably did not accept it. Everything that is not a clear
refusal is therefore ``OutcomeUnknown``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.errors import (
    AuthenticationFailed,
    OutcomeUnknown,
    OutOfCredits,
    ProviderError,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
)
from pipeline.generate.provider import TaskState, TaskStatus
from pipeline.providers.kie import wire
from pipeline.providers.kie.wire import Answer, TaskRecord

KEY_HINT = "Check KIE_AI_API_KEY, and the key's caps and address allow-list at https://kie.ai/api-key."
CREDITS_HINT = "Add credits at https://kie.ai/pricing, then run again: finished assets are kept."
BASE_URL_HINT = "Check KIE_API_BASE_URL: something other than the service's API answered."
AGAIN_HINT = "Nothing was created or charged: run again in a moment."
UNKNOWN_HINT = "It may have been accepted and charged: https://kie.ai/logs lists what was."

_UNAUTHORISED = (401, 403)
_REJECTED = frozenset({400, 404, 405, 413, 414, 415, 422, 451, 501, 505})
_LIMITED = {
    429: (
        "too many requests",
        "Nothing was created. Other programs may be using the same key: wait a moment, then run again.",
    ),
    433: (
        "key limit",
        "Nothing was created. See what the key's caps are at https://kie.ai/api-key, then run again.",
    ),
    455: ("the service is in maintenance", "Nothing was created. Wait, then run again."),
}
# HTTP alone: a 302 or 303 would say that the request was carried out, a 5xx says nothing about it.
_NOT_CARRIED_OUT = frozenset({301, 307, 308, 400, 404, 405, 413, 414, 415, 422, 451})
_TROUBLED = frozenset({501})  # "generation failed": the task's trouble, so there may be one
_GATEWAY_TROUBLE = 501  # HTTP statuses from here on are a proxy's: its body says nothing about the create
_KNOWN_STATES: dict[str, TaskState] = {state: state for state in wire.STATES}
_TASK_ENDED = (501, 408)  # on a record: the task itself failed, or nothing came from upstream

_CREDITS = re.compile(
    r"\b(insufficient|not enough|no|out of|low)\s+(credits?|balance)\b"
    r"|\b(credits?|balance)\b[\w\s]*\b(insufficient|not enough|exhausted|too low)\b",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    r"\b(is|are) required\b|\bnot supported\b|\bunsupported\b|\binvalid\b|\bmust (be|not|have|contain)\b"
    r"|\b(cannot|can't|can not) be (empty|null|blank)\b|\bnot (within|in) the range\b|\bexceeds?\b",
    re.IGNORECASE,
)
# Words of a service in trouble outweigh words that sound like a parameter ("invalid response from upstream").
_TROUBLE = re.compile(
    r"\b(internal|upstream|gateway|server|exception|time[d ]?\s?out|try again|unavailable|response"
    r"|column|duplicate|sql|null pointer|(?<!validation )fail(ed|ure))\b",
    re.IGNORECASE,
)
_NO_RECORD = re.compile(r"\bis null\b|\bnot (found|exist)|\bdoes(n't| not) exist\b|^$", re.IGNORECASE)


def create_task_id(answer: Answer, model: str, sent: Iterable[str]) -> str:
    """The task id of a create's answer. ``sent`` names the inputs, to recognise complaints about them.

    Raises what ``Provider.create`` documents.
    """
    task_id = wire.task_id_of(answer.data)
    if task_id and (answer.ok or (answer.code is None and answer.http_ok)):
        return task_id
    if answer.task_id:
        raise _unknown(answer, f"the create was answered with an error and with task {answer.task_id}")
    if answer.ok:
        raise _unknown(answer, "the create was answered as accepted, without a task id")
    if answer.code in wire.GOOD_CODES:
        raise _unknown(answer, f"the create was answered as accepted and as HTTP {answer.http_status}")
    raise (
        _refusal(answer)
        or _create_refusal(answer, model, sent)
        or _unknown(answer, "the answer to a create does not say whether it was accepted")
    )


def read_error(answer: Answer, what: str) -> ProviderError:
    """Why a read that is safe to repeat did not succeed; ``what`` names it in the message."""
    refusal = _refusal(answer)
    if refusal:
        return refusal
    message = f"{what}: {_said(answer)}"
    if answer.code is None:
        return ServiceUnavailable(message, code=answer.http_status, hint=BASE_URL_HINT)
    if answer.reason in _REJECTED:
        return RequestRejected(message, code=answer.reason)
    return ServiceUnavailable(message, code=answer.reason, hint=AGAIN_HINT)


def task_status(answer: Answer) -> TaskStatus:
    """What an answer about a task means.

    Raises ``AuthenticationFailed``; ``RateLimited`` (429, 433, 455) and ``ServiceUnavailable``: ask later.
    An answer that is no word about the task never condemns it: the task may be paid for.
    """
    record = TaskRecord.parse(answer.data)
    if answer.ok and record:
        return _status_of(record)
    if answer.code in _TASK_ENDED and (record or answer.http_ok):  # a gateway's own 408 is not the task's
        return _ended(answer, record)
    if answer.code is not None and _is_unknown_task(answer):
        return TaskStatus("missing", fail_code=str(answer.code), fail_message=answer.message)
    if answer.code is None and not answer.message:  # a proxy's page, say: no word of the service
        raise ServiceUnavailable(f"asking for the task: HTTP {answer.http_status} without a readable answer")
    error = read_error(answer, "asking for the task")
    if isinstance(error, AuthenticationFailed | RateLimited | ServiceUnavailable):
        raise error
    raise ServiceUnavailable(error.message, code=error.code, hint=error.hint)


def _refusal(answer: Answer) -> ProviderError | None:
    """Refusals that mean the same whatever was asked."""
    said = _said(answer)
    if answer.says(401) or answer.says(403):
        return AuthenticationFailed(f"the key was refused: {said}", code=answer.reason, hint=KEY_HINT)
    if answer.says(402) or (answer.code is not None and _speaks_of_credits(answer.message)):
        return OutOfCredits(f"the account is out of credits: {said}", code=answer.reason, hint=CREDITS_HINT)
    for code, (meaning, hint) in _LIMITED.items():
        if answer.says(code):
            return RateLimited(f"{meaning}: {said}", code=code, retry_after_s=answer.retry_after_s, hint=hint)
    return None


def _create_refusal(answer: Answer, model: str, sent: Iterable[str]) -> RequestRejected | None:
    said = _said(answer)
    if answer.code is None or answer.code in wire.GOOD_CODES:
        return _http_refusal(answer, said)
    gateway = answer.http_status >= _GATEWAY_TROUBLE and answer.http_status != answer.code
    refused = answer.code in _REJECTED - _TROUBLED and not gateway
    if refused or (answer.code == 500 and _blames_input(answer.message, sent)):  # noqa: PLR2004
        hint = _hint(answer, model)
        return RequestRejected(f"the service refused the request: {said}", code=answer.code, hint=hint)
    return None


def _http_refusal(answer: Answer, said: str) -> RequestRejected | None:
    """Without an envelope only statuses that mean "not carried out" count, and they blame the address."""
    if answer.http_status not in _NOT_CARRIED_OUT:
        return None
    return RequestRejected(f"the create was not taken: {said}", code=answer.http_status, hint=BASE_URL_HINT)


def _unknown(answer: Answer, what: str) -> OutcomeUnknown:
    return OutcomeUnknown(f"{what}: {_said(answer)}", code=answer.reason, hint=UNKNOWN_HINT)


def _speaks_of_credits(message: str) -> bool:
    return bool(_CREDITS.search(message)) and not _TROUBLE.search(message)


def _blames_input(message: str, sent: Iterable[str]) -> bool:
    """Whether the text of a 500 speaks of what was sent rather than of the service's own trouble."""
    if _TROUBLE.search(message):
        return False
    return bool(_PARAMETER.search(message)) or any(_names(message, name) for name in sent)


def _names(message: str, field: str) -> bool:
    """A field counts as named when no prose would say it: quoted, first, or with an underscore."""
    word = re.escape(field)
    return bool(
        re.search(rf"^{word}\b|[\"'`]{word}[\"'`]" + (rf"|\b{word}\b" if "_" in field else ""), message)
    )


def _hint(answer: Answer, model: str) -> str:
    if "model" in answer.message.lower() and _PARAMETER.search(answer.message):
        return f"Check the model's id: {_prefix_hint(model)}. `pipeline models` lists the known ones."
    if answer.reason == 451:  # noqa: PLR2004
        return "The content was refused: change the prompt or the reference pictures."
    return "Nothing was created or charged. Change the recipe's prompt or parameters and run again."


def _prefix_hint(model: str) -> str:
    """The usual mistake is a prefix too many or too few."""
    if model.startswith("seedream/seedream-v4"):
        return f"this one is spelled {model.replace('seedream/', 'bytedance/', 1)}"
    if "/" in model:
        return f"some have no prefix ({model.rpartition('/')[2]})"
    return f"some need a prefix (google/{model})"


def _said(answer: Answer) -> str:
    """The service's own words, or what can be said without any."""
    if answer.message:
        return f"{answer.message} (code {answer.reason})"
    if answer.code is None:
        return f"HTTP {answer.http_status} without a readable answer"
    return f"code {answer.reason}"


def _is_unknown_task(answer: Answer) -> bool:
    unknown = answer.code in (wire.UNKNOWN_TASK_CODE, 404)
    return unknown and (answer.code == 404 or bool(_NO_RECORD.search(answer.message)))  # noqa: PLR2004


def _status_of(record: TaskRecord) -> TaskStatus:
    state = _KNOWN_STATES.get(record.state, "other")
    return TaskStatus(
        state,
        raw_state=record.state,
        urls=record.result_urls if state == "success" else (),
        credits=record.credits,
        progress=record.progress,
        fail_code=record.fail_code if state == "fail" else "",
        fail_message=record.fail_message if state == "fail" else "",
        callback_url=record.callback_url,
    )


def _ended(answer: Answer, record: TaskRecord | None) -> TaskStatus:
    """Failed by code, with or without a record that says more."""
    return TaskStatus(
        "fail",
        raw_state="fail",
        credits=record.credits if record else None,
        fail_code=(record.fail_code if record else "") or str(answer.code),
        fail_message=(record.fail_message if record else "") or answer.message,
        callback_url=record.callback_url if record else "",
    )
