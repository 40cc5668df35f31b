"""Python literals laid out as ruff formats them; names that share lines of SQL."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from larder.scaffold.described import Column

WIDTH = 110
INDENT = "    "


@dataclass(frozen=True)
class Code:
    """An expression: brackets around others, with what stands before the first; or a text without any."""

    opening: str
    items: tuple["Code", ...] = ()
    closing: str = ""

    @property
    def line(self) -> str:
        """All of it in one line."""
        return f"{self.opening}{', '.join(item.line for item in self.items)}{self.closing}"

    def lay_out(self, indent: str = "", *, broken: bool = False) -> str:
        """The expression in a line that begins with `indent`; `broken`, or too long, each item in its own."""
        if not self.items or (not broken and len(indent) + len(self.line) + 1 <= WIDTH):
            return self.line
        inner = indent + INDENT
        body = "".join(f"{inner}{item.lay_out(inner)},\n" for item in self.items)
        return f"{self.opening}\n{body}{indent}{self.closing}"


def literal(value: Any, prefix: str = "") -> Code:
    """A value of plain Python types, after a prefix such as `"path": `."""
    match value:
        case dict():
            items = tuple(literal(one, f"{quoted(key)}: ") for key, one in value.items())
            return Code(f"{prefix}{{", items, "}")
        case list():
            return Code(f"{prefix}[", tuple(literal(one) for one in value), "]")
        case str():
            return Code(f"{prefix}{quoted(value)}")
        case _:
            return Code(f"{prefix}{value!r}")


def columns_by_type(columns: Iterable[Column]) -> dict[str, Any]:
    """What `larder.landing.columns.columns` takes: names by type, in the order in which they come."""
    types: dict[str, Any] = {}
    optional: dict[str, list[str]] = {}
    for column in columns:
        (optional if column.is_optional else types).setdefault(column.kind, []).append(column.name)
    return types | ({"optional": optional} if optional else {})


def columns_call(types: dict[str, Any], prefix: str = "") -> Code:
    """`columns(bigint=["store_id"], …)` of names by type."""
    items = [
        columns_call(names, f"{kind}=") if isinstance(names, dict) else literal(names, f"{kind}=")
        for kind, names in types.items()
    ]
    return Code(f"{prefix}columns(", tuple(items), ")")


def quoted(value: str) -> str:
    """A text in the quotes that ruff gives it."""
    text = repr(value)
    return text if '"' in value or not text.startswith("'") else f'"{text[1:-1]}"'


def fill(texts: list[str], width: int) -> Iterator[str]:
    """Lines of as many texts as fit, each but the last followed by a comma."""
    line = texts[0]
    for text in texts[1:]:
        if len(line) + len(text) > width:
            yield f"{line},"
            line = text
        else:
            line = f"{line}, {text}"
    yield line
