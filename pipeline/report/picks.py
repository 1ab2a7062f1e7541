"""What there is to pick from, and what a pick leads to, as one JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.errors import clean
from pipeline.report.actions import sentence
from pipeline.run.pick import Effect, Offer


def document(recipe: str, name: str, offers: Sequence[Offer], effect: Effect) -> dict[str, Any]:
    """The candidates of an asset by number, and what a run would do now and cost; None means unknown."""
    return {
        "recipe": recipe,
        "asset": name,
        "candidates": [_candidate(offer) for offer in offers],
        "run": {
            "action": effect.own.action.kind,
            "reasons": [clean(sentence(reason)) for reason in effect.own.action.reasons],
            "makes": [
                {
                    "asset": step.asset.name,
                    "action": step.action.kind,
                    "credits": step.action.credits,
                }
                for step in effect.others
            ],
            "credits": effect.credits,
        },
    }


def _candidate(offer: Offer) -> dict[str, Any]:
    return {
        "number": offer.number,
        "file": offer.file,
        "files": list(offer.files),
        "width": offer.width or None,
        "height": offer.height or None,
        "size_bytes": offer.size_bytes,
        "unmet": [clean(unmet) for unmet in offer.unmet],
        "taken": offer.taken,
        "picked": offer.picked,
    }
