"""The sandbox as a server of its own, on loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from pipeline.errors import UsageError
from pipeline.sandbox import hangup
from pipeline.sandbox.app import create_app
from pipeline.sandbox.options import LOOPBACK, SandboxOptions

PARENT_CHECK_S = 1.0
GRACE_S = 3  # for answers under way when it stops


def serve(
    options: SandboxOptions,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    announce: Callable[[str], None],
    until_stdin_closes: bool = False,
) -> None:
    """Serve until SIGINT or SIGTERM; blocking. ``announce`` gets the base URL once it is reachable.

    ``port`` 0 takes a free one. With ``until_stdin_closes`` the server also ends with the process at the
    other end of standard input, however that dies. Raises ``UsageError`` when the address cannot be had.
    """
    listener = _listen(host, port)
    url = _url(listener)
    server = uvicorn.Server(config(create_app(options, base_url=url)))
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again after having shut down in order
        asyncio.run(_serve(server, listener, lambda: announce(url), watch_parent=until_stdin_closes))


def config(app: ASGIApp) -> uvicorn.Config:
    """How an application is served: quietly, and free to hang up."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="on",
        ws="none",
        http=_Protocol,
        timeout_graceful_shutdown=GRACE_S,
    )


class _Protocol(H11Protocol):
    """Lets the application end the connection, which ASGI itself has no word for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        app = self.app

        async def closable(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {hangup.EXTENSION: transport.close}
            await app(scope, receive, send)

        self.app = closable


async def _serve(
    server: uvicorn.Server, listener: socket.socket, ready: Callable[[], None], *, watch_parent: bool
) -> None:
    ready()  # connections made from now on wait in the listener's backlog
    if watch_parent:
        watch = asyncio.create_task(_stop_with_parent(server))
    await server.serve(sockets=[listener])
    if watch_parent:
        watch.cancel()


async def _stop_with_parent(server: uvicorn.Server) -> None:
    """Stop when standard input ends.

    Children the parent forked may hold the other end open after it was killed, so its id is watched too.
    """
    parent = os.getppid()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _drain, ended)
    while not ended.is_set() and os.getppid() == parent:
        try:
            await asyncio.wait_for(ended.wait(), PARENT_CHECK_S)
        except TimeoutError:
            continue
    server.should_exit = True


def _drain(ended: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        ended.set()


def _listen(host: str, port: int) -> socket.socket:
    if host not in LOOPBACK:
        raise UsageError(f"the sandbox listens on loopback only, not on {host}", hint="Use 127.0.0.1.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named; unnamed, each answer takes 40 ms
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(
            f"cannot listen on {host} port {port}: {error}", hint="Choose another port, or 0 for a free one."
        ) from error
    listener.listen(512)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
