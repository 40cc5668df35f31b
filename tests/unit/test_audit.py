"""`make audit` fails if it finds a vulnerability, and if it cannot check for one."""

import shutil
import subprocess
from pathlib import Path

import pytest

from larder.settings import PROJECT


def run_audit(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run tools/audit.sh with this shell script in place of pip-audit."""
    program = folder / ".audit" / "bin" / "pip-audit"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    (folder / "tools").mkdir()
    shutil.copy(PROJECT / "tools" / "audit.sh", folder / "tools")
    command = ["sh", str(folder / "tools" / "audit.sh")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_no_vulnerability_passes(tmp_path: Path) -> None:
    done = run_audit(tmp_path, 'echo "No known vulnerabilities found" >&2; echo "$@" > arguments')
    assert (done.returncode, done.stderr) == (0, "")
    arguments = (tmp_path / "arguments").read_text()
    assert "--requirement requirements/runtime.txt --requirement requirements/dev.txt" in arguments
    assert "--strict" in arguments, "a package that is not on the list would pass"


def test_a_vulnerability_fails(tmp_path: Path) -> None:
    script = 'echo "Name Version ID"; echo "Found 2 known vulnerabilities in 1 package" >&2; exit 1'
    done = run_audit(tmp_path, script)
    assert done.returncode == 1
    assert done.stdout == "Name Version ID\n"
    assert done.stderr.startswith("error: Found 2 known vulnerabilities in 1 package: pin a version without")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo Traceback >&2; echo 'ConnectionError: no route' >&2; exit 1", "ConnectionError: no route"),
        ("echo 'ERROR: dbt-core: Dependency not found' >&2; exit 1", "ERROR: dbt-core: Dependency not found"),
        ("exit 7", "pip-audit gave no reason"),
    ],
)
def test_an_unreachable_service_fails_with_a_one_line_error(tmp_path: Path, script: str, reason: str) -> None:
    done = run_audit(tmp_path, script)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: the packages were not audited: {reason}; check the network, or")
    assert done.stderr.count("\n") == 1
