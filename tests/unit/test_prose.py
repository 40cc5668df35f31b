"""Words that the project does not use are found as whole words, unless a reason stands beside them."""

from pathlib import Path

import pytest

from tools import prose
from tools.prose import Rules, check, read_rules


@pytest.fixture(scope="module")
def rules() -> Rules:
    return read_rules()


def findings(rules: Rules, path: str, text: str) -> list[tuple[int, str]]:
    return [(one.line, one.words) for one in check(path, text, rules)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("how to mend it", "mend"),
        ("Mended it", "Mended"),
        ("def how_to_mend() -> None:", "mend"),
        ("the newest of them", "newest"),
        ("it is no URL", "is no URL"),
        ("as well of the demo", "as well of"),
        ("sales a day", "sales a day"),
        ("one alert an incident", "one alert an incident"),
        ("Raises LarderError where it fails.", "Raises LarderError where"),
        ("build it anew", "anew"),
    ],
)
def test_words_are_found_in_any_kind_of_file(rules: Rules, text: str, words: str) -> None:
    for path in ("a.md", "b/a.py", "a.sh", "Makefile", ".ci/run", "a.yml"):
        assert (1, words) in findings(rules, path, text), path


@pytest.mark.parametrize(
    "text",
    [
        "recommend, amendment, commended",
        "there is no table",
        "is no longer there",
        "it has a table, is a model, and as a file",
        "a day that failed",
        "Where things are",
    ],
)
def test_other_words_are_left_alone(rules: Rules, text: str) -> None:
    assert findings(rules, "a.md", text) == []


def test_a_phrase_may_go_on_in_the_next_line(rules: Rules) -> None:
    assert findings(rules, "a.md", "First\nit is\nno URL") == [(2, "is no URL")]
    assert findings(rules, "a.py", "# It is\n# no URL\n") == [(1, "is no URL")]
    assert findings(rules, "a.sql", "-- as well\n-- of it\n") == [(1, "as well of")]


def test_conditions_in_sql_are_left_alone(rules: Rules) -> None:
    assert findings(rules, "a.sql", "select 1 from days where nobody = 1") == []
    assert findings(rules, "a.md", "where nobody looks") == [(1, "where nobody")]


def test_names_are_found_in_python_code_alone(rules: Rules) -> None:
    text = 'def foreign(error):\n    """A foreign key."""\n    return foreign_key(error, said=1)\n'
    assert findings(rules, "a.py", text) == [(1, "foreign"), (3, "said")]
    assert findings(rules, "a.md", "foreign, held_to, said") == []


def test_an_exception_names_the_words_and_has_a_reason(rules: Rules) -> None:
    line = "mend = 1  # prose: allow {}"
    assert findings(rules, "a.py", line.format("mend: the API's own name")) == []
    assert findings(rules, "a.py", line.format("newest: another word")) == [(1, "mend")]
    assert findings(rules, "a.py", line.format("mend:")) == [(1, "mend")]
    [finding] = check("a.py", line.format("mend"), rules)
    assert finding.advice == "an exception needs its reason"
    assert findings(rules, "a.md", "mend <!-- prose: allow mend: a quotation -->") == []
    assert findings(rules, "a.md", "mend <!-- prose: allow mend: -->") == [(1, "mend")]


def test_excluded_and_unknown_files_are_not_looked_at(rules: Rules) -> None:
    for path in ("tools/prose.toml", "LICENSE", "requirements/dev.txt", "docs/images/a.png"):
        assert findings(rules, path, "mend") == []


def test_the_report_has_place_words_and_suggestion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prose, "PROJECT", tmp_path)
    (tmp_path / "a.md").write_text("Fine.\nHow to mend it.\n")
    (tmp_path / "b.md").write_text("Fine.\n")
    assert prose.main([str(tmp_path / "a.md")]) == 1
    assert capsys.readouterr().out == 'a.md:2: "mend": write fix\n    1 mend\n'
    assert prose.main([str(tmp_path / "b.md")]) == 0
    assert capsys.readouterr().out == ""
