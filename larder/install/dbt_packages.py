"""Install the dbt packages of `packages.yml`: `python -m larder.install.dbt_packages`.

They come from dbt's package hub, or from the mirror in `DBT_PACKAGE_HUB_URL`. If neither answers, the
stand-ins in `airgap/` are installed instead, so that the warehouse also runs behind a firewall.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import requests
import yaml

from larder.errors import LarderError
from larder.runtime.dbt_packages import MARK
from larder.settings import PROJECT

PROBE_SECONDS = 5
INSTALL_SECONDS = 120  # dbt retries a failed download several times, for up to 30 s each
LOCK = "package-lock.yml"
SCRATCH_PROJECT = "name: packages\nversion: 1.0.0\nflags:\n  send_anonymous_usage_stats: false\n"


def install_packages(project: Path = PROJECT) -> str:
    """Install the packages of `packages.yml` from the hub or its mirror, else the stand-ins in `airgap/`.

    Packages that match the lock file stay, without network access. Otherwise the new folder is prepared
    elsewhere and renamed into place, so that a failure leaves the old one.

    Args:
        project: the dbt project's folder, with `packages.yml`, its lock file and `airgap/`.

    Returns:
        What was done, in one or two lines.

    Raises:
        LarderError: neither hub nor mirror serves a package, and it has no stand-in.
    """
    if _is_installed(project, _hub_mark(project)):
        return f"dbt packages: as {LOCK} says, nothing to do."
    hub = hub_url()
    try:
        _probe(hub)
        return _install_from_hub(project, hub)
    except (requests.RequestException, ValueError) as error:
        reason = f"The dbt package hub {hub} does not answer ({type(error).__name__})"
    except subprocess.SubprocessError as error:
        reason = f"The dbt package hub {hub} answers, but `dbt deps` failed ({_describe(error)})"
    return (
        f"{reason}: {_install_stand_ins(project)}\n"
        "For the real packages let DBT_PACKAGE_HUB_URL name a mirror of the hub, then repeat `make deps`."
    )


def hub_url() -> str:
    """The hub's address with its closing slash: `DBT_PACKAGE_HUB_URL`, else dbt's own default."""
    url = os.environ.get("DBT_PACKAGE_HUB_URL")
    if not url:
        # Imported late: it takes a second, and reads the environment variable as it is imported.
        from dbt.clients.registry import DEFAULT_REGISTRY_BASE_URL as url  # noqa: PLC0415
    return f"{str(url).rstrip('/')}/"


def _probe(hub: str) -> None:
    """Check quickly that the hub answers, since dbt would retry for minutes.

    Raises:
        requests.RequestException: no answer, or an error.
        ValueError: the server is not a package hub.
    """
    # The same HTTP client as dbt, so that both use the same proxies and certificates.
    answer = requests.get(f"{hub}api/v1/index.json", timeout=PROBE_SECONDS)
    answer.raise_for_status()
    if not isinstance(answer.json(), list):
        raise ValueError("its index is not a list of packages")


def _install_from_hub(project: Path, hub: str) -> str:
    """Run `dbt deps` in a scratch project, and move its packages, and a changed lock file, into place."""
    with _scratch(project) as folder:
        scratch = Path(folder)
        (scratch / "dbt_project.yml").write_text(SCRATCH_PROJECT)
        for name in ("packages.yml", LOCK):
            if (project / name).exists():
                shutil.copy(project / name, scratch / name)
        subprocess.run(
            [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "deps", "--project-dir", folder],
            env={**os.environ, "DBT_PACKAGE_HUB_URL": hub},
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
        )
        locked = (scratch / LOCK).read_text()
        if not (project / LOCK).exists() or (project / LOCK).read_text() != locked:
            (scratch / LOCK).replace(project / LOCK)
        _swap_in(scratch / "dbt_packages", project, _hub_mark(project))
    versions = [f"{package['name']} {package['version']}" for package in yaml.safe_load(locked)["packages"]]
    return f"dbt packages: {', '.join(versions)}, from {hub}"


def _install_stand_ins(project: Path) -> str:
    """Copy the stand-ins, unless they are already installed and unchanged."""
    names = _package_names(project)
    missing = [name for name in names if not (project / "airgap" / name / "dbt_project.yml").exists()]
    if missing:
        raise LarderError(
            f"The dbt package hub {hub_url()} cannot serve packages.yml, and airgap/ has no stand-in for "
            f"{', '.join(missing)}: let DBT_PACKAGE_HUB_URL name a mirror of the hub, or write the stand-in."
        )
    mark = f"stand-ins {_digest(project / 'airgap')}"
    if _is_installed(project, mark):
        return f"the stand-ins for {' and '.join(names)} stay in dbt_packages/."
    with _scratch(project) as folder:
        prepared = Path(folder) / "dbt_packages"
        for name in names:
            shutil.copytree(project / "airgap" / name, prepared / name)
        _swap_in(prepared, project, mark)
    return f"dbt_packages/ now holds this project's stand-ins for {' and '.join(names)}."


def _scratch(project: Path) -> tempfile.TemporaryDirectory[str]:
    """A temporary folder that git ignores, on the project's disk so that renaming into place works."""
    (project / "target").mkdir(exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="packages-", dir=project / "target")


def _swap_in(prepared: Path, project: Path, mark: str) -> None:
    """Replace the old folder by the prepared one; the old one is deleted with the scratch folder."""
    (prepared / MARK).write_text(mark)
    current = project / "dbt_packages"
    if current.exists():
        current.rename(prepared.parent / "replaced")
    prepared.rename(current)


def _is_installed(project: Path, mark: str) -> bool:
    packages = project / "dbt_packages"
    return (
        (packages / MARK).exists()
        and (packages / MARK).read_text() == mark
        and all((packages / name / "dbt_project.yml").exists() for name in _package_names(project))
    )


def _hub_mark(project: Path) -> str:
    """The mark of the hub's packages for the current `packages.yml` and lock file."""
    digest = hashlib.sha256()
    for name in ("packages.yml", LOCK):
        if (project / name).exists():
            digest.update((project / name).read_bytes())
    return f"hub {digest.hexdigest()}"


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _package_names(project: Path) -> list[str]:
    """The folder names of the packages in `packages.yml`: `dbt_utils` for `dbt-labs/dbt_utils`."""
    entries = yaml.safe_load((project / "packages.yml").read_text())["packages"]
    return [str(entry["package"]).rpartition("/")[2] for entry in entries]


def _describe(error: subprocess.SubprocessError) -> str:
    """dbt's reason, from the two lines after "Encountered an error:", else the error itself."""
    output = str(error.stdout) if isinstance(error, subprocess.CalledProcessError) else ""
    reasons = output.partition("Encountered an error:")[2].strip().splitlines()
    return ": ".join(line.strip() for line in reasons[:2]) or str(error)


if __name__ == "__main__":
    try:
        print(install_packages())
    except LarderError as error:
        sys.exit(f"error: {error}")
