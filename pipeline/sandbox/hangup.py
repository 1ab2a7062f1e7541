"""Ending a connection without finishing an answer, which no HTTP framework offers."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

EXTENSION = "sandbox.hang_up"  # in ASGI's ``extensions``: a function that closes the connection


class HangUp(Response):
    """The connection ends before the first byte of an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del send
        await hang_up(scope, receive)


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection; what was sent before still arrives.

    Raises ``ConnectionResetError`` where the server has no such means: in process there is no connection.
    """
    close = scope.get("extensions", {}).get(EXTENSION)
    if close is None:
        raise ConnectionResetError("the sandbox hangs up")
    close()
    while (await receive())["type"] != "http.disconnect":
        pass
