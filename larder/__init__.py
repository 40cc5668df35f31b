"""Larder, a grocer's open lakehouse: the code that sources, models and flows share."""

import os
from pathlib import Path

# dlt looks for `.dlt/` in its project folder when it is imported, and commands may run in any folder.
os.environ.setdefault("DLT_PROJECT_DIR", str(Path(__file__).resolve().parent.parent))
