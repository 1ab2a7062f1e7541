"""What an answer to a create means, where a wrong guess can pay twice.

A request may be sent again only when the service provably did not accept it. Everything that is neither a
clear refusal nor a picture is therefore ``OutcomeUnknown``.
"""

from __future__ import annotations

from pipeline.errors import (
    AuthenticationFailed,
    OutcomeUnknown,
    OutOfCredits,
    ProviderError,
    RateLimited,
    RequestRejected,
)
from pipeline.providers.openai import wire
from pipeline.providers.openai.wire import Answer, Complaint

KEY_HINT = "Check OPENAI_API_KEY and what the key's project may use."
CREDITS_HINT = "See the account's billing and limits, then run again: finished assets are kept."
BASE_URL_HINT = "Check OPENAI_BASE_URL: something other than an images API answered."
LATER_HINT = "Nothing was created. Other programs may be using the same account: wait, then run again."
UNKNOWN_HINT = "It may have been accepted and charged: the account's usage page tells."
BLOCKED_HINT = "The content was refused: change the prompt or the reference pictures."
REQUEST_HINT = "Nothing was delivered. Change the recipe's prompt or parameters and run again."

_UNAUTHORISED = (401, 403)
_NO_CREDITS = 402
# The request as such is at fault, so no picture was made for it. Not among them: 408 and 409, which may come
# of a request that was begun, every 5xx, and 302 and 303, which would say that it was carried out.
_REFUSED = frozenset({301, 307, 308, 400, 404, 405, 406, 411, 413, 414, 415, 422, 431, 451})


def judge(answer: Answer) -> None:
    """Return when the answer holds a picture. Raises what ``Provider.create`` documents."""
    if answer.ok and answer.pictures:
        return
    if answer.ok:
        what = "without a picture" if answer.readable else "and cannot be read"
        raise _unknown(f"the request was answered as carried out, {what}: {_said(answer)}", answer)
    raise refusal(answer) or _unknown(
        f"the answer does not say whether the request was carried out: {_said(answer)}", answer
    )


def refusal(answer: Answer) -> ProviderError | None:
    """Why the request was not carried out; None when that is not proved."""
    status, said = answer.http_status, _said(answer)
    words = answer.error.words if answer.error else frozenset()
    if status in _UNAUTHORISED:
        return AuthenticationFailed(f"the key was refused: {said}", code=status, hint=KEY_HINT)
    if status == _NO_CREDITS or (status in (wire.TOO_MANY, wire.BAD_REQUEST) and words & wire.OUT_OF_CREDITS):
        return OutOfCredits(f"the account cannot pay: {said}", code=status, hint=CREDITS_HINT)
    if status == wire.TOO_MANY:
        return RateLimited(
            f"too many requests: {said}", code=status, retry_after_s=answer.retry_after_s, hint=LATER_HINT
        )
    if status not in _REFUSED:
        return None
    return RequestRejected(
        f"the service refused the request: {said}", code=status, hint=_hint(answer.error, words)
    )


def _hint(error: Complaint | None, words: frozenset[str]) -> str:
    if error is None:
        return BASE_URL_HINT
    return BLOCKED_HINT if words & wire.BLOCKED else REQUEST_HINT


def _unknown(message: str, answer: Answer) -> OutcomeUnknown:
    return OutcomeUnknown(message, code=answer.http_status, hint=UNKNOWN_HINT)


def _said(answer: Answer) -> str:
    """The service's own words, or what can be said without any."""
    error = answer.error
    if error is not None and error.message:
        return f"{error.message} (HTTP {answer.http_status}{', ' + error.code if error.code else ''})"
    return f"HTTP {answer.http_status}" + ("" if answer.readable else " without a readable answer")
