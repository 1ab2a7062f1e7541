"""The service's envelope, with texts and HTTP statuses as the options want them."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from pipeline.providers.kie import wire
from pipeline.sandbox.options import SandboxOptions

BAD_REQUEST = 400
UNAUTHORISED = 401
NO_CREDITS_CODE = 402
REFUSED = 422
TOO_MANY_CODE = 429
PARAMETER_CODE = 500  # on creates, 500 is the parameter error
BAD_GATEWAY = 502

NO_MODEL = f"{wire.UNSUPPORTED_MODEL_MSG}. Please verify the model name and try again."
NO_CREDITS = "Credits insufficient: the balance is not enough to run this request."
TOO_MANY = "Your call frequency is too high. Please try again later."
KEY_LIMIT = 433, "The key has reached its limit."
MAINTENANCE = 455, "The service is under maintenance. Please try again later."
SERVER_ERROR = 500, "Internal Error, Please try again later."
BAD_GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


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


def _json(body: dict[str, Any], status: int = wire.OK) -> Response:
    return Response(wire.encode(body), status, media_type="application/json")
