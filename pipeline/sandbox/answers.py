"""The service's envelope, with texts and HTTP statuses as the options want them."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from pipeline.providers.kie import wire
from pipeline.sandbox.faults import Reply
from pipeline.sandbox.options import SandboxOptions

BAD_REQUEST = 400
UNAUTHORISED = 401
NO_CREDITS_CODE = 402
REFUSED = 422
TOO_MANY_CODE = 429
PARAMETER_CODE = 500  # on creates, 500 is the parameter error

NO_MODEL = f"{wire.UNSUPPORTED_MODEL_MSG}. Please verify the model name and try again."
NO_CREDITS = "Credits insufficient: the balance is not enough to run this request."
TOO_MANY = "Your call frequency is too high. Please try again later."


class Answers:
    """Makes answers in the dialect the options ask for."""

    def __init__(self, options: SandboxOptions) -> None:
        self._text_field = options.message_field
        self._http_errors = options.http_errors

    def good(self, data: Any) -> Response:
        """Code 200 with data."""
        return _json(wire.envelope(data, text_field=self._text_field))

    def stored(self, data: Any) -> Response:
        """The upload host's good answer."""
        return _json(wire.upload_envelope(data))

    def bad(self, code: int, message: str) -> Response:
        """An error: HTTP 200 unless the options ask for true statuses; 429 is always HTTP 429."""
        status = code if self._http_errors or code == TOO_MANY_CODE else wire.OK
        return _json(wire.envelope(None, code, message, text_field=self._text_field), status)


def replaced(reply: Reply) -> Response:
    """A fault's answer as it is."""
    return Response(reply.body, reply.status, dict(reply.headers))


def _json(body: dict[str, Any], status: int = wire.OK) -> Response:
    return Response(wire.encode(body), status, media_type="application/json")
