"""Step 3, fingerprints to neighbours: `find_neighbours` makes the artefact, `open_neighbours` reads it back.

Neither loads faiss before there is something to compute.
"""

from vrd_core.neighbours.artefact import Neighbours, open_neighbours
from vrd_core.neighbours.find import find_neighbours
from vrd_core.neighbours.items import SearchItem

__all__ = ["Neighbours", "SearchItem", "find_neighbours", "open_neighbours"]
