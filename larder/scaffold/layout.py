"""Python literals laid out as ruff formats them, or packed so that names share lines."""

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

    def lay_out(self, indent: str = "", *, packed: bool = False) -> str:
        """The expression in a line that begins with `indent`; if that is too short, each item in its own.

        Packed, items that are plain texts share lines.
        """
        if not self.items or len(indent) + len(self.line) + 1 <= WIDTH:
            return self.line
        inner = indent + INDENT
        is_flat = not any(item.items for item in self.items)
        if packed and is_flat:
            lines = list(_fill([item.line for item in self.items], WIDTH - len(inner) - 2))
            return f"{self.opening}\n{inner}" + f"\n{inner}".join(lines) + self.closing
        body = "".join(f"{inner}{item.lay_out(inner, packed=packed)},\n" for item in self.items)
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


def columns_call(columns: Iterable[Column], prefix: str = "") -> Code:
    """`columns(bigint=["store_id"], …)`, the types in the order in which they come; then what is optional."""
    kinds: dict[str, list[str]] = {}
    optional = []
    for column in columns:
        if column.is_optional:
            optional.append(Column(column.name, column.kind))
        else:
            kinds.setdefault(column.kind, []).append(column.name)
    groups = [literal(names, f"{kind}=") for kind, names in kinds.items()]
    if optional:
        groups.append(columns_call(optional, "optional="))
    return Code(f"{prefix}columns(", tuple(groups), ")")


def quoted(value: str) -> str:
    """A text in the quotes that ruff gives it."""
    text = repr(value)
    return text if '"' in value or not text.startswith("'") else f'"{text[1:-1]}"'


def _fill(texts: list[str], width: int) -> Iterator[str]:
    """Lines of as many texts as fit, each but the last followed by a comma."""
    line = texts[0]
    for text in texts[1:]:
        if len(line) + len(text) > width:
            yield f"{line},"
            line = text
        else:
            line = f"{line}, {text}"
    yield line
