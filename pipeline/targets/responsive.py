"""One picture in several widths and formats, and the ``picture`` element that lets a browser choose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.targets.brief import Brief
from pipeline.targets.markup import address, element, lines
from pipeline.targets.options import Option
from pipeline.targets.output import Draw, Output, Text
from pipeline.targets.scenes import whole
from pipeline.targets.target import Choices, Target

WIDTHS: Final = (320, 640, 768, 1024, 1280, 1536, 1920)
MEDIA: Final = {"avif": "image/avif", "webp": "image/webp", "png": "image/png", "jpg": "image/jpeg"}


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """``NAME-640w.avif`` and so on, in the picture's own proportions; the fallback comes last.

    Widths above the master's are left out; if none is left, the master's own is the only one. The fallback
    is a PNG for what has transparency and a JPEG for what has none, unless one is named.
    """
    widths = [width for width in choices["widths"] if width <= brief.size[0]] or [brief.size[0]]
    clear = not brief.opaque and not choices["background"]
    fallback = choices["fallback"] if choices["fallback"] != "auto" else "png" if clear else "jpg"
    formats = (*choices["formats"], fallback)
    for form in formats:
        look = whole(brief, choices, flat=form == "jpg")
        for width in widths:
            yield Draw(_path(brief, choices, width, form), width, 0, look, form)
    yield _picture(brief, choices, widths, formats)


def _path(brief: Brief, choices: Choices, width: int, form: str) -> str:
    stem = f"{brief.name}-{width}w.{form}"
    return f"{choices['folder']}/{stem}" if choices["folder"] else stem


def _picture(brief: Brief, choices: Choices, widths: Sequence[int], formats: Sequence[str]) -> Text:
    def source(form: str) -> dict[str, str]:
        paths = ((address(choices["base"], _path(brief, choices, width, form)), width) for width in widths)
        return {"srcset": ", ".join(f"{path} {width}w" for path, width in paths), "sizes": choices["sizes"]}

    fallback, widest = formats[-1], widths[-1]
    image: dict[str, str | int] = {
        "src": address(choices["base"], _path(brief, choices, widest, fallback)),
        **source(fallback),
        "width": widest,
        "height": max(1, round(widest * brief.size[1] / brief.size[0])),
        "alt": brief.shown,
        "loading": "lazy",
        "decoding": "async",
    }
    others = (element("source", {"type": MEDIA[form], **source(form)}) for form in formats[:-1])
    return lines(
        "picture.html",
        ("<picture>", *(f"  {one}" for one in (*others, element("img", image))), "</picture>"),
    )


TARGET: Final = Target(
    "responsive",
    "Responsive pictures on the web",
    "Copy into the folder that is served; paste picture.html where the picture is shown.",
    table,
    (
        Option("widths", "sizes", WIDTHS, "In px; none is wider than the master."),
        Option("formats", "choices", ("avif", "webp"), "Besides the fallback.", ("avif", "webp")),
        Option("fallback", "choice", "auto", "For browsers that know no other.", ("auto", "png", "jpg")),
        Option("sizes", "text", "100vw", "How wide the page shows it, for the sizes attribute."),
        Option("base", "text", "/", "Address the files are served from."),
        Option("folder", "path", "", "For the pictures, below that."),
    ),
    palette=True,
)
