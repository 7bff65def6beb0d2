"""Loaded by every Python that has this folder in PYTHONPATH: refuses as Windows does, where a test wants that."""

import os
from pathlib import Path

if root := os.environ.get("VRD_AS_WINDOWS"):
    import refusals

    refusals.refuse(Path(root))
