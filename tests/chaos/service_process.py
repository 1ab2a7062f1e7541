"""The stand-in service as a process to kill and to start again: ``python service_process.py PORT``.

Options come as a line of JSON on standard input, as for ``python -m pipeline.sandbox``. Two things differ:
the port can be named, and every result is a small picture of its own that carries its task's id.
"""

from __future__ import annotations

import sys

from chaos.project import png

from pipeline.sandbox.ledger import Task
from pipeline.sandbox.options import SandboxOptions
from pipeline.sandbox.results import Results
from pipeline.sandbox.server import serve


async def picture_of(_results: Results, task: Task, index: int) -> bytes:
    """In place of painting."""
    return png(f"{task.id}/{index}")


def announce(url: str) -> None:
    """The address, for whoever started this."""
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    Results.file = picture_of  # type: ignore[method-assign,assignment]
    options = SandboxOptions.from_json(sys.stdin.buffer.raw.readline().decode())  # type: ignore[union-attr]
    serve(options, port=int(sys.argv[1]), announce=announce, until_stdin_closes=True)
