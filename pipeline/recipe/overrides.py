"""Models of a project's own: ``models`` of ``pipeline.yaml``, over the package's catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from pipeline.errors import Problem
from pipeline.recipe.catalogue import Catalogue, load
from pipeline.recipe.load import Document
from pipeline.recipe.models_check import Fault, bare, faults
from pipeline.recipe.models_file import ModelEntry, texts
from pipeline.recipe.wording import show

KEY = "models"


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
    wrong = {name: list(faults(name, entry, known)) for name, entry in found.items()}
    for name, own in wrong.items():
        parent = written[name].get("extends", name)
        inherited = wrong.get(parent, []) if parent != name else []
        problems.extend(_problem(document, name, fault) for fault in own if fault not in inherited)
    return found


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
