"""Which Java is used, and what its launcher passes on."""

import subprocess
from pathlib import Path

import pytest

from larder.errors import LarderError
from larder.install import java


def fake_java(folder: Path, version: str) -> Path:
    """A `java` in `folder`/bin that reports that version."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(
        "#!/bin/sh\n"
        f"echo '    java.home = {folder}' >&2\n"
        f"echo '    java.specification.version = {version}' >&2\n"
    )
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize("version", [17, 21])
def test_java_home_comes_first(tmp_path: Path, version: int) -> None:
    named, on_path = fake_java(tmp_path / "named", str(version)), fake_java(tmp_path / "path", "17")
    found = java.find_java({"JAVA_HOME": str(named), "PATH": str(on_path / "bin")}, ())
    assert found == java.Java(named, version)


def test_unsupported_versions_are_skipped(tmp_path: Path) -> None:
    new, old = fake_java(tmp_path / "new", "25"), fake_java(tmp_path / "old", "1.8")
    usual = fake_java(tmp_path / "usual-21", "21")
    found = java.find_java(
        {"JAVA_HOME": str(new), "PATH": str(old / "bin")},
        (str(tmp_path / "missing-*"), str(tmp_path / "usual-*")),
    )
    assert found == java.Java(usual, 21)


def test_a_java_that_does_not_run_is_skipped(tmp_path: Path) -> None:
    broken = tmp_path / "broken" / "bin" / "java"
    broken.parent.mkdir(parents=True)
    broken.write_text("#!/bin/sh\necho 'unable to locate a Java runtime' >&2\nexit 1\n")
    broken.chmod(0o755)
    assert java.find_java({"PATH": str(broken.parent)}, ()).bundled


def test_without_any_java_the_bundled_one_is_used() -> None:
    found = java.find_java({}, ())
    assert found.bundled
    assert found.version in java.SUPPORTED


def test_no_java_at_all_is_a_one_line_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "find_spec", lambda name: None)
    with pytest.raises(LarderError, match=r"^no Java 17 or 21 .* install a JDK 17 or 21, .*$"):
        java.find_java({}, ())


def test_the_launcher_drops_one_module_and_keeps_everything_else(tmp_path: Path) -> None:
    home = tmp_path / "a java"
    echo = home / "bin" / "java"
    echo.parent.mkdir(parents=True)
    echo.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    echo.chmod(0o755)
    made = java.install(java.Java(home, 21), ["-Dfirst=1 2"], tmp_path / "made")
    command: list[str | Path] = [
        made / "bin" / "java",
        "--add-modules=jdk.incubator.vector",
        "--add-modules",
        "jdk.incubator.vector",
        "--add-modules",
        "java.sql",
        "-Dtext=a 'b' $c",
        "",
        "-cp",
        "/conf/:/spark/jars/slf4j-api-2.0.jar:/spark/jars/*:/more/one.jar",
        "Main",
        "jdk.incubator.vector",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:-1] == [
        "-Dfirst=1 2", "--add-modules", "java.sql",
        "-Dtext=a 'b' $c", "",
        "-cp", "/conf/:/spark/jars/*:/more/one.jar", "Main", "jdk.incubator.vector",
    ]  # fmt: skip


def test_the_bundled_java_runs_through_the_launcher(tmp_path: Path) -> None:
    made = java.install(java.find_java({}, ()), java_home=tmp_path / "made")
    command: list[str | Path] = [made / "bin" / "java", "--add-modules=jdk.incubator.vector", "-version"]
    assert "openjdk" in subprocess.run(command, capture_output=True, text=True, check=True).stderr
