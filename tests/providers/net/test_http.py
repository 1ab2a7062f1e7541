from __future__ import annotations

import httpx
import pytest

from pipeline.providers.net.http import said


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ReadTimeout("x"), "it took too long"),
        (TimeoutError(), "it took too long"),
        (httpx.ConnectError("x"), "no connection"),
        (
            httpx.RemoteProtocolError("Server disconnected without sending a response."),
            "the connection ended",
        ),
        (httpx.RemoteProtocolError("peer closed connection without sending all"), "the connection ended"),
        (httpx.RemoteProtocolError("illegal status line"), "the answer is not HTTP"),
        (httpx.ReadError("x"), "the connection ended"),
        (ConnectionResetError(), "the connection ended"),
        (httpx.DecodingError("x"), "DecodingError"),
    ],
)
def test_what_became_of_a_connection_is_said_in_words(error, words):
    assert said(error) == words
