"""The stand-in service as a process to kill and to start again: ``python service_process.py PORT RESULTS``.

Options come as a line of JSON on standard input, as for ``python -m pipeline.sandbox``. Two things differ:
the port can be named, and RESULTS says what a task comes to. ``of-task``: a small picture that carries its
task's id; ``of-request``: a small picture or film, the same for the same request; ``painted``: the real ones.
"""

from __future__ import annotations

import sys
import zlib

from chaos.project import png

from pipeline.sandbox import still, studio
from pipeline.sandbox.ledger import Task
from pipeline.sandbox.options import SandboxOptions
from pipeline.sandbox.results import Results
from pipeline.sandbox.server import serve

FILM_PX, FILM_S = (64, 32), 2


async def of_task(_results: Results, task: Task, index: int) -> bytes:
    """In place of painting, to tell whose picture it is."""
    return png(f"{task.id}/{index}")


async def of_request(_results: Results, task: Task, _index: int) -> bytes:
    """In place of painting, to tell whether the bytes are the same."""
    from PIL import Image

    text = f"{task.model}: {task.inputs.get('prompt', '')}"
    if studio.known(task.model).kind == "image":
        return png(text)
    shade = zlib.crc32(text.encode())
    return still.film(Image.new("RGB", FILM_PX, (shade & 255, shade >> 8 & 255, shade >> 16 & 255)), FILM_S)


RESULTS = {"of-task": of_task, "of-request": of_request, "painted": Results.file}


def announce(url: str) -> None:
    """The address, for whoever started this."""
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    Results.file = RESULTS[sys.argv[2]]  # type: ignore[method-assign]
    options = SandboxOptions.from_json(sys.stdin.buffer.raw.readline().decode())  # type: ignore[union-attr]
    serve(options, port=int(sys.argv[1]), announce=announce, until_stdin_closes=True)
