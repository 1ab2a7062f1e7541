"""Why something is due, as data: a subject with its old and new value."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pipeline.plan.lock import Entry
from pipeline.recipe import backdrop
from pipeline.recipe.spec import Cutout

PROMPT = "inputs.prompt"
PICTURES = "pictures."  # what a reason's subject begins with when it is about them
ORIGINALS = ("original", "on_black")  # of a part of an asset: the digest of what it is made of, or of both
CUTOUT = "cutout"  # and how its background is removed
MAX_SHOWN = 60  # characters of a value in a sentence

ReasonKind = Literal[
    "new",  # never made
    "value",  # a brand, variable or matrix value used by the templates
    "request",  # what is sent, for any other cause
    "post",  # what is done with the original locally
    "file",  # a delivered file is missing or was edited
    "original",  # the paid original is not where it should be
    "asked",  # the user said so
    "task",  # an earlier task: under way, failed, unknown
    "upstream",  # another asset it is made from
    "check",  # the result does not pass what the recipe asks of it, and there are attempts left
]


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause. ``old`` and ``new`` are JSON-able; None means "was not there"."""

    kind: ReasonKind
    subject: str
    old: Any = None
    new: Any = None

    def __str__(self) -> str:
        if self.kind == "file" or (self.old is None and self.new is None):
            return self.subject
        if self.old is None:
            return f"{self.subject}: + {shown(self.new)}"
        if self.new is None:
            return f"{self.subject}: - {shown(self.old)}"
        return f"{self.subject} {shown(self.old)} → {shown(self.new)}"


def shown(value: Any) -> str:
    """A value short enough for a sentence."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def compare_requests(
    entry: Entry,
    described: Mapping[str, Any],
    values: Mapping[str, Any],
    defaulted: Container[str] = frozenset(),
    names: Sequence[str] = (),
) -> list[Reason]:
    """What made the request differ from the one that was paid for.

    A prompt that changed because a template value changed is explained by the value, one that only asks for
    another backdrop by the backdrop. ``defaulted`` names inputs the recipe leaves to the catalogue: one of
    those changed with a version of ours. ``names`` are those of the pictures, in their order.
    """
    by_value = list(_differences("value", "", entry.values, values))
    old, new = flatten(entry.request), flatten(described)
    prompts = [str(request.get(PROMPT, "")) for request in (old, new)]
    by_backdrop = _backdrops(*prompts)
    same = by_backdrop and len(set(map(backdrop.without_sentence, prompts))) == 1
    explained = {PROMPT} if by_value or same else set()
    by_request = [
        reason for reason in _differences("request", "", old, new) if reason.subject not in explained
    ]
    told = [one for reason in by_request for one in _told(reason, names)]
    return by_value + by_backdrop + [_plain(reason, defaulted) for reason in told]


def _told(reason: Reason, names: Sequence[str]) -> Iterator[Reason]:
    """Pictures one by one where parts of assets were made otherwise; any other reason as it is."""
    old, new = reason.old, reason.new
    if not reason.subject.startswith(PICTURES) or not _alike(old, new) or len(new) != len(names):
        yield reason
        return
    for before, after, name in zip(old, new, names, strict=True):
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _of_part(name, before, after)
        elif before != after:
            yield Reason("request", f"{name} changed")


def _alike(old: Any, new: Any) -> bool:
    """Whether the lists go together picture by picture, and a part is in the same place in both."""
    if not isinstance(old, list) or not isinstance(new, list) or len(old) != len(new):
        return False
    return any(isinstance(a, dict) and isinstance(b, dict) for a, b in zip(old, new, strict=True))


def _of_part(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    if any(old.get(key) != new.get(key) for key in ORIGINALS):
        yield Reason("request", f"{name} changed")
    before, after = (_below(one, CUTOUT) for one in (old, new))
    if (CUTOUT in old) != (CUTOUT in new):
        yield Reason("request", f"{name}: removeBg", CUTOUT in old, CUTOUT in new)
    else:
        usual = asdict(Cutout())
        settings = ({**usual, **before}, {**usual, **after})
        yield from _differences("request", f"{name}: ", *(flatten(one) for one in settings))
    if old.get("px") != new.get("px"):
        yield Reason("request", f"{name}: px", old.get("px"), new.get("px"))


SETS = ("targets", "art")  # of what is done locally: mappings by the name of a target, or of a slot
SETS_STEP = "steps.sets"


def compare_post(entry: Entry, post: Mapping[str, Any]) -> list[Reason]:
    """What differs in the local work on the original.

    A whole platform set or drawing that came or went is told by its name: ``targets: + android``.
    """
    reasons: list[Reason] = []
    for key in SETS:
        before, after = (_below(one, key) for one in (entry.post, post))
        reasons += [Reason("post", key, None, name) for name in after if name not in before]
        reasons += [Reason("post", key, name, None) for name in before if name not in after]
        both = [name for name in after if name in before and before[name] != after[name]]
        if key == "art":
            reasons += [Reason("post", f"art {slot} changed") for slot in both]
        else:
            old, new = ({name: one[name] for name in both} for one in (before, after))
            reasons += _differences("post", f"{key}.", flatten(old), flatten(new))
    rest = [flatten({k: v for k, v in one.items() if k not in SETS}) for one in (entry.post, post)]
    if any(SETS_STEP not in one for one in rest):  # the step comes and goes with the sets
        rest = [{k: v for k, v in one.items() if k != SETS_STEP} for one in rest]
    return [*reasons, *_differences("post", "", *rest)]


def _below(post: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A lock comes with a pull request, and may say anything."""
    found = post.get(key)
    return found if isinstance(found, Mapping) else {}


def flatten(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested mappings as one, with dotted names."""
    flat: dict[str, Any] = {}
    for key, value in data.items():
        name = f"{prefix}{key}"
        flat |= flatten(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return flat


def _backdrops(old: str, new: str) -> list[Reason]:
    before, after = (backdrop.asked(prompt) for prompt in (old, new))
    if before == after:
        return []
    shown = [backdrop.shown(colour) if colour else None for colour in (before, after)]
    return [Reason("request", "backdrop", *shown)]


def _plain(reason: Reason, defaulted: Container[str]) -> Reason:
    subject = reason.subject.removeprefix("inputs.")
    if subject in defaulted:
        subject = f"{subject} (the catalogue's default)"
    return Reason(reason.kind, subject, reason.old, reason.new)


def _differences(
    kind: ReasonKind, prefix: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Reason]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before != after:
            yield Reason(kind, f"{prefix}{name}", before, after)
