"""Models of a project's own: ``models`` of ``pipeline.yaml``, over the package's catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from pydantic import ValidationError

from pipeline.errors import Problem
from pipeline.recipe.catalogue import Catalogue, load
from pipeline.recipe.load import Document
from pipeline.recipe.models_check import Fault, bare, faults
from pipeline.recipe.models_file import ModelEntry, texts
from pipeline.recipe.wording import show

KEY = "models"
MOST_FAULTS = 100  # of one entry: more are not told
LONGEST_CHAIN = 8  # of models that extend one another


def own_models(document: Document, file: str, problems: list[Problem]) -> dict[str, Any]:
    """The project's models, complete, as ``catalogue.load`` takes them; mistakes go to ``problems``.

    An entry replaces the package's of that name. One that ``extends`` another takes over what it does not say
    itself, its inputs and keys name by name. A price without a source has ``file`` as its source.
    """
    written = {name: _prepared(entry, file) for name, entry in document.data[KEY].items() if _is_valid(entry)}
    base = load()
    found: dict[str, Any] = {}
    for name in written:
        complete = _complete(name, written, base)
        if isinstance(complete, Fault):
            problems.append(_problem(document, name, complete))
        else:
            found[name] = complete
    known = {*base.ids(), *document.data[KEY]}
    wrong: dict[str, list[Fault]] = {}

    def faults_of(name: str) -> list[Fault]:
        if name not in wrong:
            wrong[name] = list(islice(faults(name, found[name], known), MOST_FAULTS))
        return wrong[name]

    for name in found:
        if (replacing := _replacing(name, written, base)) is not None:
            if replacing == name:
                problems.append(_problem(document, name, _empties(name)))
            continue
        own, parent = faults_of(name), written[name].get("extends", name)
        inherited = faults_of(parent) if parent != name and parent in found else []
        problems.extend(_problem(document, name, fault) for fault in own if fault not in inherited)
    return found


def _replacing(name: str, written: Mapping[str, Any], base: Catalogue) -> str | None:
    """Which entry, it or one it extends, takes the place of the package's and says nothing of what it takes.

    Everything else that is wrong with either follows from that.
    """
    seen: set[str] = set()
    while (
        name in written and name not in seen and (parent := written[name].get("extends")) not in (None, name)
    ):
        seen.add(name)
        name = parent
    entry = written.get(name)
    if entry is None or base.entry(name) is None or entry.keys() & {"extends", "inputs", "picture"}:
        return None
    return name


def _empties(name: str) -> Fault:
    message = f"this replaces {name}, which then takes nothing"
    return Fault((), message, f"write extends: {name} to change only what the entry says, such as its price")


def check_catalogue(document: Document) -> Iterator[Problem]:
    """What is wrong with the models of a whole catalogue whose shape is right."""
    models = {name: _as_texts(entry) for name, entry in document.data[KEY].items()}
    for name, entry in models.items():
        if "extends" in entry:
            yield _problem(document, name, Fault(("extends",), "the package's own models extend nothing"))
        for fault in faults(name, entry, models):
            yield _problem(document, name, fault)


def _is_valid(entry: Any) -> bool:
    """Whether the shape of an entry is right; if not, that is reported already."""
    try:
        ModelEntry.model_validate(entry)
    except ValidationError:
        return False
    return True


def _as_texts(entry: Mapping[str, Any]) -> dict[str, Any]:
    inputs = {name: {} if said is None else said for name, said in entry.get("inputs", {}).items()}
    return texts({**entry, **({"inputs": inputs} if "inputs" in entry else {})})  # type: ignore[no-any-return]


def _prepared(entry: Mapping[str, Any], file: str) -> dict[str, Any]:
    said = _as_texts(entry)
    if "price" in said:
        said["price"] = {"date": "", "source": file, **said["price"]}
    return said


def _complete(name: str, written: Mapping[str, Any], base: Catalogue) -> dict[str, Any] | Fault:
    """The entry with everything it takes over from others."""
    chain, seen, current = [written[name]], {name}, name
    while (parent := chain[-1].get("extends")) is not None:
        if parent in written and parent != current:
            if parent in seen:
                return Fault(("extends",), f"it extends itself, by way of {show(current)}")
            if len(chain) == LONGEST_CHAIN:
                return Fault(("extends",), f"more than {LONGEST_CHAIN} models extend one another")
            chain.append(written[parent])
            seen.add(parent)
            current = parent
        elif (entry := base.entry(parent)) is not None:
            chain.append(entry)
        else:
            near = base.nearest(parent)
            hint = f"did you mean {near}?" if near else "see: pipeline models"
            return Fault(("extends",), f"unknown model {show(parent)}", hint)
    result: dict[str, Any] = {}
    for entry in reversed(chain):
        result = _over(result, entry)
    return result


def _over(parent: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    result = {**parent, **entry, "inputs": _inputs(parent, entry)}
    if "keys" in parent or "keys" in entry:
        result["keys"] = {**parent.get("keys", {}), **entry.get("keys", {})}
    result.pop("extends", None)
    return result


def _inputs(parent: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of both, each once: a star can be given and taken."""
    said = entry.get("inputs", {})
    own = {bare(written) for written in said}
    kept = {written: value for written, value in parent.get("inputs", {}).items() if bare(written) not in own}
    return {**kept, **said}


def _problem(document: Document, name: str, fault: Fault) -> Problem:
    place = (KEY, name, *fault.place)
    return document.problem(f"{name}: {fault.message}", place, key=fault.key, hint=fault.hint)
