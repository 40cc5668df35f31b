"""The machinery of Larder, a grocer's open lakehouse: what sources, models and flows share."""

import os
from pathlib import Path

# dlt looks for `.dlt/` in its project folder when it is imported; commands may be typed in any folder.
os.environ.setdefault("DLT_PROJECT_DIR", str(Path(__file__).resolve().parent.parent))
