"""Rules about one file.

What is surely wrong with a delivered picture may be meant in anybody's: there it is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline import digest
from pipeline.deliver.finding import Finding
from pipeline.deliver.look import Look
from pipeline.deliver.rules.expectations import against
from pipeline.errors import Severity
from pipeline.picture import flaws, masks

LEFT_ABOVE: Final = 0.15
"""Share of the backdrop in a cut-out's edge that shows on another ground: half of what no unmixing leaves."""

_EDITED: Final = "Keep it: pipeline accept. Replace it: pipeline run --overwrite-edited."
_BUY: Final = "Buy another picture with pipeline run --regenerate."
_OTHERS: Final = "Other methods under removeBg cost nothing; --regenerate buys another picture."
_BY_COMMAND: Final = "Cut it out: pipeline cutout."


def recorded(look: Look) -> Iterator[Finding]:
    """The file is the one the manifest describes."""
    listed = look.listed
    if listed is None:
        return
    picture = look.picture
    size = (look.media.width, look.media.height) if picture is None else picture.size
    if listed.width and (listed.width, listed.height) != size:
        said, is_now = _px(listed.width, listed.height), _px(*size)
        yield Finding("error", f"is {is_now}, and the manifest says {said}", _EDITED)
    elif _is_changed(look):
        yield Finding("warning", "is not as it was delivered", _EDITED)


def wished(look: Look) -> Iterator[Finding]:
    """The full-size result is what its recipe asks for in ``checks:``."""
    if look.expected is not None and look.picture is not None:
        yield from against(look.picture, look.path.stat().st_size, look.expected)


def unchanged(look: Look) -> Iterator[Finding]:
    """The same of a file that holds several sizes: only its bytes count."""
    if look.listed is not None and _is_changed(look):
        yield Finding("warning", "is not as it was delivered", _EDITED)


def blank(look: Look) -> Iterator[Finding]:
    """There is something to see. What lies behind a drawing may be of one colour."""
    if look.picture is None or (look.is_background and not masks.has_alpha_below(look.picture, 1)):
        return
    if flaws.is_blank(look.picture):
        yield Finding(_wrong(look), "is blank: nothing to see, or one colour all over", _hint(look, _BUY))


def painted_checkerboard(look: Look) -> Iterator[Finding]:
    """Transparency is transparency, and not a picture of it. An original that was cut out may have it."""
    if look.picture is None or (look.cutout is not None and not look.is_cut_out):
        return
    if flaws.has_painted_checkerboard(look.picture):
        yield Finding(
            _wrong(look),
            "its background is a painted checkerboard, not transparency",
            _hint(look, "Cut it out: removeBg in its recipe.", _BY_COMMAND),
        )


def opaque_cutout(look: Look) -> Iterator[Finding]:
    """A cut-out has transparency, in every format that can."""
    if not look.is_cut_out or look.picture is None or look.media.extension == "jpg":
        return
    if look.picture.mode != "RGBA":
        yield Finding(
            "error",
            "is meant to be cut out and has no transparency",
            _hint(look, _OTHERS, _BY_COMMAND),
        )


def backdrop_left(look: Look) -> Iterator[Finding]:
    """No colour of the backdrop is left in the edge of a delivered cut-out."""
    cutout, listed = look.cutout, look.listed
    if look.picture is None or cutout is None or not cutout.backdrop or listed is None:
        return
    if listed.purpose != "cutout":
        return
    left = flaws.backdrop_left(look.picture, cutout.backdrop)
    if left > LEFT_ABOVE:
        yield Finding(
            "warning",
            f"has {left * 100:.0f} % of the backdrop {cutout.backdrop} in its edge",
            "It shows on other grounds. Other methods under removeBg cost nothing.",
        )


def _wrong(look: Look) -> Severity:
    return "error" if look.listed is not None else "warning"


def _hint(look: Look, delivered: str, other: str = "") -> str:
    """Only what a recipe delivered can be bought or made again."""
    return other if look.listed is None else delivered


def _is_changed(look: Look) -> bool:
    assert look.listed is not None
    if look.listed.sha256:
        return digest.of_file(look.path) != look.listed.sha256
    return bool(look.listed.size_bytes) and look.path.stat().st_size != look.listed.size_bytes


def _px(width: int, height: int) -> str:
    return f"{width} × {height} px"
