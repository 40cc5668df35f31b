"""Names in Bronze: snake case, with the letters and digits of any script.

An ASCII name becomes what dlt's `snake_case` makes of it. In other names letters, marks and numbers stay,
as lower case and in Unicode's composed form (NFC); every other character becomes `_`. Invisible characters,
such as the byte order mark before the first name of a CSV file, are left out.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from larder.errors import IngestError
from larder.landing.dlt_internals import SnakeCase

# The columns that Bronze adds. A source's own `_loaded_at` is kept as `source_loaded_at`.
RESERVED = ("_loaded_at", "_business_date", "_dlt_load_id", "_dlt_id", "_is_deleted")
PREFIX = "source"

INVISIBLE = "Cf"
LETTER, MARK, NUMBER = "L", "M", "N"
_snake_case = SnakeCase()


def bronze_name(name: str) -> str:
    """The name in Bronze of a table or column; empty if it has no visible character."""
    visible = "".join(one for one in name if unicodedata.category(one) != INVISIBLE).strip()
    if not visible:
        return ""
    if visible.isascii():
        return _snake_case.normalize_identifier(visible)
    return _to_snake_case(unicodedata.normalize("NFC", visible))


def column_name(name: str) -> str:
    """The name in Bronze of a source's column, which is not one of Bronze's own."""
    found = bronze_name(name)
    return f"{PREFIX}{found}" if found in RESERVED else found


def column_names(names: Iterable[object], where: str) -> list[str]:
    """The names in Bronze of all columns of a table, in their order.

    Args:
        names: the source's own names.
        where: the table's name in errors.

    Raises:
        IngestError: a column has no name, a name occurs twice, or two of them are the same in Bronze.
    """
    given = [str(name) for name in names]
    found = [column_name(name) for name in given]
    if "" in found:
        raise IngestError(
            f"{where}: column {found.index('') + 1} has no name. Name it in the source, then run this again."
        )
    if twice := _repeated(given):
        raise IngestError(
            f"{where}: the source sends the column {', '.join(twice)} twice. Rename one of them in the "
            f"source, then run this again."
        )
    if same := _repeated(found):
        origins = ", ".join(name for name, own in zip(given, found, strict=True) if own in same)
        raise IngestError(
            f"{where}: the columns {origins} have the same name in Bronze, {', '.join(same)}. Rename one of "
            f"them in the source, then run this again."
        )
    return found


def apply_renames(names: list[str], renamed: Mapping[str, str], where: str) -> list[str]:
    """A table's names in Bronze, with those that the source has renamed under their old names.

    Args:
        names: names in Bronze, as `column_names` gives them.
        renamed: the old name of each new one, from the hint `larder.landing.hints.renamed`.
        where: the table's name in errors.

    Raises:
        IngestError: the source sends a column under both its names.
    """
    old = {column_name(new): column_name(before) for new, before in renamed.items()}
    if both := [name for name in names if name in old and old[name] in names and old[name] != name]:
        raise IngestError(
            f"{where}: {both[0]} is renamed from {old[both[0]]}, and the source sends both. Remove the hint "
            f"renamed({both[0]}=…), then run the date again."
        )
    return [old.get(name, name) for name in names]


def _repeated(names: list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _to_snake_case(name: str) -> str:
    """dlt's rule for names of any script."""
    kept = "".join(_kept(one) for one in name.translate(SnakeCase.REDUCED))
    words = "".join(f"_{one}" if _begins_word(kept, place) else one for place, one in enumerate(kept))
    lower = unicodedata.normalize("NFC", words.lower())
    if unicodedata.category(lower[0])[0] == NUMBER:
        lower = f"_{lower}"
    stripped = lower.rstrip("_")
    lower = stripped + "x" * (len(lower) - len(stripped))
    return "_".join(_without_repeats(lower))


def _kept(character: str) -> str:
    return character if unicodedata.category(character)[0] in (LETTER, MARK, NUMBER) else "_"


def _begins_word(name: str, place: int) -> bool:
    """Whether an upper-case letter begins a word: `storeId`, `HTTPServer`."""
    if place == 0 or not name[place].isupper() or name[place - 1] == "_":
        return False
    before, after = name[place - 1], name[place + 1 : place + 2]
    return before.islower() or before.isnumeric() or after.islower()


def _without_repeats(name: str) -> list[str]:
    """The parts of a name between its underscores, of which several in a row are one."""
    parts = name.split("_")
    return [part for place, part in enumerate(parts) if part or place in (0, len(parts) - 1)]
