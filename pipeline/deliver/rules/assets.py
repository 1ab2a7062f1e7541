"""Rules about an asset, by what its run wrote into the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.look import AssetLook

_LOOK: Final = "Other methods under removeBg cost nothing; --regenerate buys another picture."


def cutout_missing(look: AssetLook) -> Iterator[Finding]:
    """What should be cut out is."""
    if look.wants_cutout and look.cutout is None:
        yield Finding(
            "error",
            "was delivered without the cut-out its recipe asks for",
            "Running again makes it from the paid original, at no cost.",
        )


def cutout_doubtful(look: AssetLook) -> Iterator[Finding]:
    """The method that cut it out was sure, and had nothing to say."""
    if look.cutout is not None and look.cutout.doubt:
        yield Finding("warning", look.cutout.doubt, _LOOK)


def unpicked(look: AssetLook) -> Iterator[Finding]:
    """Somebody has picked one of its candidates, where that is left to a person."""
    if look.unpicked:
        yield Finding(
            "warning",
            f"has {look.unpicked} candidates, and nobody has picked one",
            f"See them, and say which: {look.pick_command}",
        )


def warned(look: AssetLook) -> Iterator[Finding]:
    """The run had nothing else to warn of."""
    yield from (Finding("warning", warning) for warning in look.warnings)
