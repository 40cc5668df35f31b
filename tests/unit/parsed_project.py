"""The project's manifest, as `dbt parse` writes it now."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from larder import settings


def parse(folder: Path, *options: str, **environment: str) -> dict[str, Any]:
    """Parse the project, without a connection, and return its manifest; artifacts and logs go to `folder`."""
    dbt = Path(sys.executable).with_name("dbt")
    subprocess.run(
        [dbt, "--quiet", "parse", "--target-path", folder, *options],
        cwd=settings.PROJECT,
        env=os.environ | {"LARDER_HOME": str(folder), "DBT_LOG_PATH": str(folder)} | environment,
        check=True,
    )
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return manifest
