"""Subjects that one picture hardly tells from its backdrop, and the note that says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pipeline.recipe import backdrop, renders
from pipeline.recipe.catalogue import Catalogue
from pipeline.recipe.entries import Draft
from pipeline.recipe.request import removal
from pipeline.recipe.spec import Asset

_WORDS = re.compile(
    r"(?<!\bno )(?<!\bwithout )\b(?:hairs?|hairy|fur|furry|feathers?|feathery|whiskers?|eyelashes|lace|veils?"
    r"|smoke|smoky|steam|mist|fog|glass|bubbles?)\b",
    re.IGNORECASE,
)
"""Strands narrower than a pixel, and what the backdrop is seen through."""


def mention(prompt: str) -> str:
    """The word with which a prompt names such a subject; empty when it names none."""
    found = _WORDS.search(prompt)
    return found[0] if found else ""


def note(drafts: Iterable[Draft], assets: Iterable[Asset], catalogue: Catalogue) -> None:
    """Say once for the whole recipe that a cut-out of one render would be better made of two, and the price.

    Whoever writes a method has chosen it. A model that nothing repaints on black is left alone.
    """
    made = {asset.name: asset for asset in assets}
    found = [draft for draft in drafts if _is_meant(draft, made, catalogue)]
    if not found:
        return
    first, prompt = found[0], str(found[0].get("prompt"))
    price = renders.second_price(made[first.name], catalogue)
    cost = "" if price is None else f" at {price:g} credits"
    more = f" and {len(found) - 1} more show" if len(found) > 1 else " shows"
    first.fault(
        f"{first.name}{more} what two renders cut better than one ({mention(prompt).lower()})",
        first.where("prompt"),
        find=mention(prompt),
        hint=f"removeBg: {{method: difference}} buys a second picture{cost}; method: auto keeps to one",
        severity="note",
    )


def _is_meant(draft: Draft, made: Mapping[str, Asset], catalogue: Catalogue) -> bool:
    settings = removal(draft)
    if settings is None or "method" in settings.model_fields_set or draft.name not in made:
        return False
    if (draft.get("candidates") or 1) > 1:  # they are of one render each
        return False
    prompt = str(draft.get("prompt") or "")
    named = mention(prompt) and not backdrop.mention(prompt)  # two renders have backdrops of their own
    return bool(named) and renders.is_repainted(made[draft.name], catalogue)
