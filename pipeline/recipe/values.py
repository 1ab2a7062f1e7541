"""What templates see: the brand, the variables, the matrix and the asset as groups that note what is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


class TemplateFault(Exception):
    """What is wrong with a template; ``find`` is the text to point at."""

    def __init__(self, message: str, *, find: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message, self.find, self.hint = message, find, hint


class Group:
    """A mapping or list as templates see it. Reading a single value records its dotted name."""

    __slots__ = ("data", "path", "used")

    def __init__(self, data: Mapping[str, Any] | list[Any], path: str, used: dict[str, Any]) -> None:
        self.data, self.path, self.used = data, path, used

    def member(self, key: Any) -> Any:
        """The value under ``key``. Raises ``LookupError``, ``TypeError``."""
        value = self.data[key]
        path = f"{self.path}.{key}"
        if isinstance(value, Mapping | list):
            return Group(value, path, self.used)
        self.used[path] = value
        return value

    def names(self) -> Iterable[Any]:
        """The names of a mapping, the numbers of a list."""
        return self.data if isinstance(self.data, Mapping) else range(len(self.data))

    def __iter__(self) -> Iterator[Any]:
        if isinstance(self.data, Mapping):
            yield from self.data
        else:
            for number in range(len(self.data)):
                yield self.member(number)

    def __len__(self) -> int:
        return len(self.data)

    def __contains__(self, item: object) -> bool:
        return item in self.data

    def __str__(self) -> str:
        kind = "a group of values" if isinstance(self.data, Mapping) else "a list"
        parts = ", ".join(f"{self.path}.{key}" for key in list(self.names())[:12])
        raise TemplateFault(f"{self.path} is {kind}, not a value", find=self.path, hint=f"it holds: {parts}")
