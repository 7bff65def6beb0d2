"""`python -m tests.cli.stub ARGUMENTS`: the command line with a network that needs no TensorFlow and takes its time.

STUB_SECONDS is how long one batch takes. The last line of standard error names the heavy modules that were loaded.
"""

import os
import sys
import time

from tests.films import Thumbnails
from vrd_core.cli.main import main
from vrd_core.fingerprints import compute


class _Slow(Thumbnails):
    def __call__(self, batch):
        time.sleep(float(os.environ.get("STUB_SECONDS", "0")))
        return super().__call__(batch)


compute.load_fingerprinter = lambda settings: _Slow()
code = main(sys.argv[1:])
print(*sorted({"tensorflow", "faiss", "keras", "pandas"} & set(sys.modules)), file=sys.stderr)
raise SystemExit(code)
