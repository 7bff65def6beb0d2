"""Preloaded by the workers of a test's cluster: the network that needs no TensorFlow, and one worker's sudden death."""

import os
from pathlib import Path

import psutil

from tests.films import Thumbnails
from vrd_core.fingerprints import compute
from vrd_core.project import cluster


class _Deadly(Thumbnails):
    def __call__(self, batch):
        die_once("fingerprints")
        return super().__call__(batch)


def die_once(where):
    """Kill this worker the first time any worker gets here."""
    mark = Path(os.environ["STUB_MARKS"]) / where
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return
    psutil.Process().kill()


compute.load_fingerprinter = lambda settings: _Deadly()
_whole_block = cluster._search_block


def _search_block(*arguments):
    die_once("blocks")
    return _whole_block(*arguments)


_search_block.__module__ = __name__
cluster._search_block = _search_block
