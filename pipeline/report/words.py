"""How numbers and states are said, the same in every voice that speaks to people."""

from __future__ import annotations

from typing import Final

USD_PER_CREDIT: Final = 0.005  # kie-api.md section 6

STATES: Final = {
    "blocked": "waits for another asset",
    "queued": "queued",
    "uploading": "uploading pictures",
    "submitted": "submitted",
    "waiting": "waiting at the service",
    "generating": "generating",
    "downloading": "downloading",
    "processing": "cutting and sizing",
    "delivered": "delivered",
    "unchanged": "unchanged",
    "failed": "failed",
    "skipped": "skipped",
}


def count(number: int, noun: str, plural: str = "") -> str:
    """``1 asset``, ``1,200 assets``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def credit(amount: float) -> str:
    """Credits with at most two decimals and no idle zeros: ``4``, ``4.5``, ``1,600``."""
    return f"{amount:,.2f}".rstrip("0").rstrip(".")


def credits_of(amount: float) -> str:
    """``1 credit``, ``4.5 credits``."""
    return f"{credit(amount)} {'credit' if amount == 1 else 'credits'}"


def money(amount: float) -> str:
    """``36 credits ($0.18)``."""
    return f"{credits_of(amount)} (${amount * USD_PER_CREDIT:,.2f})"


def duration(seconds: float) -> str:
    """Seconds as a person says them: ``8 s``, ``1 min 42 s``, ``2 h 5 min``."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def state(name: str, percent: float | None = None) -> str:
    """An asset's state in words, with its progress where the service tells it."""
    said = STATES.get(name, name)
    return f"{said} {percent:.0f} %" if percent is not None and name == "generating" else said
