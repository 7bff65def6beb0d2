"""Step 2, stills to fingerprints: `compute_fingerprints` makes the artefact, `open_fingerprints` reads it back.

Neither loads TensorFlow before there is something to compute.
"""

from vrd_core.fingerprints.compute import Fingerprints, compute_fingerprints, open_fingerprints

__all__ = ["Fingerprints", "compute_fingerprints", "open_fingerprints"]
