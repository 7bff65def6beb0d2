"""Read a folder of photos into one array of small squashed pictures, and hold a tenth of them out."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

PHOTO_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}

SOURCE_SIZE = 160
"""Side of the squashed pictures that training starts from, in pixels: larger than the network's input, so
that a crop to 60 % of the width still holds about as many pixels as the network sees."""


def list_photos(folder: Path) -> list[Path]:
    """List all photos under `folder`, sorted by their path relative to it.

    Raises FileNotFoundError when there is not one photo.
    """
    found = sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in PHOTO_SUFFIXES)
    if not found:
        raise FileNotFoundError(f"No photos found. Received: {folder}. Give a folder with .jpg or .png files.")
    return found


def is_held_out(path: Path) -> bool:
    """Say whether a photo is kept out of training: one in ten, by a hash of its file name alone.

    The name decides, not the place in a list, so adding photos never moves one across the border.

    >>> is_held_out(Path("a/0004.jpg")) == is_held_out(Path("b/0004.jpg"))
    True
    """
    digest = hashlib.sha256(Path(path).name.encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big") % 10 == 0


def read_photo(path: Path, size: int) -> np.ndarray:
    """Read one photo squashed to (size, size, 3) uint8, aspect not kept: as step 2 hands stills over."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BOX), dtype=np.uint8)


def read_photos(paths: Sequence[Path], size: int, cache: Path | None = None) -> np.ndarray:
    """Read photos into (n, size, size, 3) uint8; with `cache`, into an .npy file opened as a memory map.

    The cache is reused when its shape and the digest of the file names, kept beside it, both match.
    """
    shape = (len(paths), size, size, 3)
    if cache is None:
        pictures = np.empty(shape, np.uint8)
        for row, path in enumerate(paths):
            pictures[row] = read_photo(path, size)
        return pictures
    names = "\n".join(path.name for path in paths)
    digest = hashlib.sha256(f"{shape}\n{names}".encode()).hexdigest()
    stamp = cache.with_suffix(".sha256")
    if not (cache.exists() and stamp.exists() and stamp.read_text() == digest):
        cache.parent.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        mapped = np.lib.format.open_memmap(cache, mode="w+", dtype=np.uint8, shape=shape)
        for row, path in enumerate(paths):
            mapped[row] = read_photo(path, size)
        mapped.flush()
        stamp.write_text(digest)
    return np.load(cache, mmap_mode="r")
