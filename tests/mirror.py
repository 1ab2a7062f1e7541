"""A service that repeats the caller's key wherever it can; what it answers is a mapping of paths."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CREATE, RECORD, CREDIT = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo", "/api/v1/chat/credit"
UPLOAD = "/api/file-stream-upload"


@dataclass(frozen=True)
class Reply:
    """``drop``: close the connection instead."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False


def said(code: int, msg: str, data: Any = None, status: int = 200) -> Reply:
    return Reply(json.dumps({"code": code, "msg": msg, "data": data}).encode(), status)


def record(state: str, **more: Any) -> Reply:
    return said(200, "success", {"taskId": "t1", "state": state, "resultJson": "", **more})


Answers = dict[str, Reply | Callable[[str], Reply]]


@dataclass
class Mirror:
    """``url`` of the service, and what it was asked."""

    url: str
    answers: Answers
    asked: list[str] = field(default_factory=list)
    look: Callable[[], None] = lambda: None  # called at every request

    def reply(self, path: str) -> Reply:
        self.look()
        path = path.partition("?")[0]
        self.asked.append(path)
        found = self.answers.get(path, said(404, "no such path", status=404))
        return found(path) if callable(found) else found


@contextmanager
def serving(answers: Answers) -> Iterator[Mirror]:
    """Serve on a free loopback port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = mirror.reply(self.path)
            if reply.drop:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # a client that hangs up is what the tests are about

    with Server(("127.0.0.1", 0), Handler) as server:
        mirror = Mirror(f"http://127.0.0.1:{server.server_port}", answers)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield mirror
        finally:
            server.shutdown()
            thread.join()
