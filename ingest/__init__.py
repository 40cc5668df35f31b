"""dlt sources: from the retailer's systems into Bronze."""

import os

from larder import settings

# dlt looks for .dlt/ in its project folder; commands may be typed in any folder.
os.environ.setdefault("DLT_PROJECT_DIR", str(settings.PROJECT))
