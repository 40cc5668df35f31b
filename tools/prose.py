"""Finds words and phrases that this project does not use, as listed in tools/prose.toml: `make prose`.

    python tools/prose.py [file ...]

Without arguments it checks all files that git tracks or would add. It prints one line per finding: file, line
number, the words, and what to write instead; then the number of findings per rule. The exit code is 1 if
there are any.
"""

import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
RULES = PROJECT / "tools" / "prose.toml"
COMMENT_SIGNS = ("#", "--", "//", ">", "*")
# What may separate two words of a phrase: white space, or a line break and the next line's comment sign.
BETWEEN = r"(?:[ \t]+|[ \t]*\n[ \t]*(?:(?:#+|--|//|>|\*)[ \t]*)?)"
ALLOWED = re.compile(r"prose: allow (?P<words>[^:\n]+)(?::(?P<reason>.*))?", re.IGNORECASE)
COMMENT_ENDS = re.compile(r"\s*(?:-->|#\}|\*/)?\s*$")


@dataclass(frozen=True)
class Rule:
    """Words to avoid, and what to write instead. Empty `types` means all kinds of files."""

    name: str
    find: str
    instead: str
    types: tuple[str, ...] = ()
    identifier: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The rule's expression, to search in a text, or to match a name."""
        words = f"(?:{self.find})"
        if self.identifier:
            return re.compile(rf"{words}\Z")
        # A lookbehind must have a fixed width, so a space in it stays one character.
        parts = re.split(r"(\(\?<[!=][^)]*\))", words)
        spread = "".join(part if part.startswith("(?<") else part.replace(" ", BETWEEN) for part in parts)
        return re.compile(rf"(?<![^\W_]){spread}(?![^\W_])", re.IGNORECASE)


@dataclass(frozen=True)
class Rules:
    """All rules, the kinds of files as glob patterns, and the patterns of files to skip."""

    rules: tuple[Rule, ...]
    types: dict[str, list[str]]
    exclude: tuple[str, ...]

    def kind(self, path: str) -> str | None:
        """The kind of a file, by its path in the project; None if no rule applies to it."""
        if any(fnmatch(path, pattern) for pattern in self.exclude):
            return None
        name = path.rpartition("/")[2]
        for kind, patterns in self.types.items():
            if any(fnmatch(path, pattern) or fnmatch(name, pattern) for pattern in patterns):
                return kind
        return None


@dataclass(frozen=True, order=True)
class Finding:
    """Words to avoid in a line of a file, or an exception without a reason."""

    path: str
    line: int
    words: str
    advice: str
    rule: str

    def __str__(self) -> str:
        """The line of the report."""
        return f'{self.path}:{self.line}: "{self.words}": {self.advice}'


def read_rules(path: Path = RULES) -> Rules:
    """The rules of a file such as tools/prose.toml."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = tuple(Rule(**one | {"types": tuple(one.get("types", ()))}) for one in found["rule"])
    return Rules(rules, found["types"], tuple(found.get("exclude", ())))


def check(path: str, text: str, rules: Rules) -> list[Finding]:
    """The findings in a file's text; `path` is relative to the project."""
    kind = rules.kind(path)
    if kind is None:
        return []
    lines = text.splitlines()
    found = []
    for rule in rules.rules:
        if rule.types and kind not in rule.types:
            continue
        for first, last, words in _matches(rule, kind, text):
            if not any(_is_allowed(line, words) for line in lines[first - 1 : last]):
                found.append(Finding(path, first, words, f"write {rule.instead}", rule.name))
    found += [
        Finding(path, number, allowed["words"], "an exception needs its reason", "exception without a reason")
        for number, line in enumerate(lines, 1)
        if (allowed := ALLOWED.search(line)) and not COMMENT_ENDS.sub("", allowed["reason"] or "").strip()
    ]
    return sorted(found)


def _matches(rule: Rule, kind: str, text: str) -> Iterator[tuple[int, int, str]]:
    """First line, last line (both from 1) and words of each match of a rule."""
    if rule.identifier:
        if kind == "python":
            for name, line in _names(text):
                if rule.pattern.match(name):
                    yield line, line, name
        return
    for match in rule.pattern.finditer(text):
        first = text.count("\n", 0, match.start()) + 1
        words = [word for word in match[0].split() if word not in COMMENT_SIGNS]
        yield first, first + match[0].count("\n"), " ".join(words)


def _names(text: str) -> Iterator[tuple[str, int]]:
    """The names in Python code with their lines; stops at a syntax error."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME:
                yield token.string, token.start[0]
    except (tokenize.TokenError, SyntaxError):
        return


def _is_allowed(line: str, words: str) -> bool:
    allowed = ALLOWED.search(line)
    return allowed is not None and allowed["words"].strip().lower() == words.lower()


def _tracked() -> list[str]:
    """The files that git tracks or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if answer.returncode:
        sys.exit(f"error: git cannot list the project's files: {answer.stderr.strip()}; name the files")
    return [path for path in answer.stdout.split("\0") if path]


def main(arguments: Sequence[str]) -> int:
    """Report the findings in the given files, or in all files; returns the exit code."""
    rules = read_rules()
    paths = [Path(name).resolve().relative_to(PROJECT).as_posix() for name in arguments] or _tracked()
    found: list[Finding] = []
    for path in paths:
        if rules.kind(path) and (PROJECT / path).is_file():
            found += check(path, (PROJECT / path).read_text(encoding="utf-8"), rules)
    for finding in found:
        print(finding)
    for rule, count in Counter(finding.rule for finding in found).most_common():
        print(f"{count:5} {rule}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
