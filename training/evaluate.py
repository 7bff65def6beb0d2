"""Judge fingerprints on stills: `python -m training.evaluate PHOTOS --network reusenet --network dhash ...`.

Takes the held-out tenth of a folder of photos. Four of five lie in the gallery; each of them, edited in every way
of `still_edits.EDITS`, is looked for there. The fifth photos are distractors: they are looked for as well, edited
alike, and are not there, so whatever they find counts against precision. They are also the hosts of pictures in
pictures.

- recall@1: how often the nearest of the gallery is the photo itself.
- µAP: the area under precision and recall over all queries together, ordered by distance: whether one threshold
  suits all photos (and, in the last row, all edits).
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from training import variants
from training.photos import is_held_out, list_photos
from training.still_edits import EDITS, EXTRA_EDITS, edit_photo

Describe = Callable[[Sequence[Image.Image]], np.ndarray]

ORIGINAL = "original"
RANKED = 10
"""Nearest pictures of the gallery per query that µAP looks at."""


@dataclass(frozen=True)
class Score:
    """How well one kind of edit is found."""

    recall: float
    precision: float
    """µAP."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photos", type=Path, help="folder of photos")
    parser.add_argument(
        "--network",
        action="append",
        required=True,
        help="reusenet, a .keras file, mobilenetv2 (with --weights), untrained (ReuseNet before its "
        "training), dhash or pdq; may be given several times",
    )
    parser.add_argument("--weights", type=Path, help="ImageNet weights of MobileNetV2, without its head")
    parser.add_argument("--limit", type=int, help="take only so many held-out photos")
    parser.add_argument("--every-photo", action="store_true", help="take all photos: for a folder never trained on")
    parser.add_argument("--extras", action="store_true", help="also four harder edits, which no mean takes in")
    parser.add_argument("--variants", action="store_true", help="also try a second view, mirrored or the middle")
    parser.add_argument(
        "--background",
        type=Path,
        help="also try distances normalised by background fingerprints (.npy), and whitening by them",
    )
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args(arguments)
    paths = list_photos(options.photos)
    if not options.every_photo:
        paths = [path for path in paths if is_held_out(path)]
    stills = EditedStills(paths[: options.limit])
    print(f"{stills.gallery.sum()} photos in the gallery, {(~stills.gallery).sum()} distractors")
    results: dict[str, dict[str, Score]] = {}
    for network in options.network:
        began = time.monotonic()
        edits = (ORIGINAL, *EDITS, *(EXTRA_EDITS if options.extras else ()))
        for title, describe, with_variants in describers(network, options):
            prints = {edit: describe(stills.pictures(edit)) for edit in edits}
            results[title] = score_edits(prints, stills.gallery)
            if with_variants and options.variants:
                results |= _score_second_views(stills, describe, prints)
            if with_variants and options.background:
                results |= _score_background(stills, prints, options.background)
        print(f"{network}: {time.monotonic() - began:.0f} s", flush=True)
    print(table(results))
    if options.json:
        figures = {
            title: {edit: [score.recall, score.precision] for edit, score in scores.items()}
            for title, scores in results.items()
        }
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False))


def _score_second_views(
    stills: EditedStills, describe: Describe, prints: dict[str, np.ndarray]
) -> dict[str, dict[str, Score]]:
    """Score what the fingerprint of a second view, added to the first, is worth."""
    flipped = {edit: describe(variants.mirrored(stills.pictures(edit))) for edit in prints}
    middles = {edit: describe(variants.middle(stills.pictures(edit))) for edit in prints}
    tried = {
        "+ mirror": {edit: variants.unit(prints[edit] + flipped[edit]) for edit in prints},
        "+ middle": {edit: variants.unit(prints[edit] + middles[edit]) for edit in prints},
    }
    return {title: score_edits(vectors, stills.gallery) for title, vectors in tried.items()}


def _score_background(
    stills: EditedStills, prints: dict[str, np.ndarray], background: Path
) -> dict[str, dict[str, Score]]:
    """Score what fingerprints of background pictures add: distances normalised by them, and whitening."""
    crowd = np.load(background).astype(np.float32)
    results = {}
    for strength in (0.25, 0.5, 0.75):
        bias = {edit: variants.crowding(prints[edit], crowd, strength) for edit in prints}
        results[f"+ background x {strength}"] = score_edits(prints, stills.gallery, bias)
    mean, matrix = variants.whitening(crowd)
    white = {edit: variants.unit((prints[edit] - mean) @ matrix) for edit in prints}
    return results | {"+ whitening": score_edits(white, stills.gallery)}


class EditedStills:
    """Photos with their edits, drawn when asked for; the same names give the same edits."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = list(paths)
        self.gallery = np.arange(len(self.paths)) % 5 != 4
        if self.gallery.all():
            raise ValueError(f"At least 5 photos are needed. Received: {len(self.paths)}.")
        self._distractors = [path for path, inside in zip(self.paths, self.gallery, strict=True) if not inside]

    def pictures(self, edit: str) -> _Pictures:
        """Return a sequence of all photos under one edit."""
        return _Pictures(self, edit)

    def picture(self, row: int, edit: str) -> Image.Image:
        """Return one photo under one edit, at its own size."""
        path = self.paths[row]
        photo = Image.open(path).convert("RGB")
        if edit == ORIGINAL:
            return photo
        host = self._distractors[(row * 7 + 3) % len(self._distractors)]
        if host == path:
            host = self._distractors[(row * 7 + 4) % len(self._distractors)]
        return edit_photo(edit, photo, Image.open(host).convert("RGB"), path.name)


class _Pictures(Sequence[Image.Image]):
    def __init__(self, stills: EditedStills, edit: str) -> None:
        self._stills, self._edit = stills, edit

    def __len__(self) -> int:
        return len(self._stills.paths)

    def __getitem__(self, row: Any) -> Any:
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self._stills.picture(row, self._edit)


def score_edits(
    prints: dict[str, np.ndarray], gallery: np.ndarray, bias: dict[str, np.ndarray] | None = None
) -> dict[str, Score]:
    """Score every edit, then "mean of 14 edits", then "all 14 edits together" under one ranking.

    `prints` holds (n, dim) vectors per edit, in the order of the photos; the smaller the squared L2, the more alike.
    """
    targets = np.flatnonzero(gallery)
    ranked = {}
    for edit, queries in prints.items():
        if edit != ORIGINAL:
            distances = squared_distances(queries, prints[ORIGINAL][targets])
            if bias is not None:
                distances = distances + bias[edit][:, None] + bias[ORIGINAL][targets][None]
            near = np.argsort(distances, axis=1, kind="stable")[:, :RANKED]
            right = targets[near] == np.arange(len(queries))[:, None]
            ranked[edit] = (np.take_along_axis(distances, near, 1), right)
    scores = {edit: _score([pair], gallery) for edit, pair in ranked.items()}
    main_edits = [edit for edit in EDITS if edit in ranked]
    if main_edits:
        scores[f"mean of {len(main_edits)} edits"] = Score(
            float(np.mean([scores[edit].recall for edit in main_edits])),
            float(np.mean([scores[edit].precision for edit in main_edits])),
        )
        scores[f"all {len(main_edits)} together"] = _score([ranked[edit] for edit in main_edits], gallery)
    return scores


def squared_distances(queries: np.ndarray, gallery: np.ndarray) -> np.ndarray:
    """Return (q, g) squared L2 distances, rounded so that ties do not depend on the last bits."""
    queries, gallery = queries.astype(np.float64), gallery.astype(np.float64)
    squares = (queries**2).sum(1)[:, None] + (gallery**2).sum(1)[None] - 2 * queries @ gallery.T
    return np.round(np.maximum(squares, 0), 6)


def _score(ranked: Sequence[tuple[np.ndarray, np.ndarray]], gallery: np.ndarray) -> Score:
    distances = np.concatenate([pair[0] for pair in ranked]).ravel()
    right = np.concatenate([pair[1] for pair in ranked]).ravel()
    wanted = int(gallery.sum()) * len(ranked)
    recall = float(np.concatenate([pair[1][gallery, 0] for pair in ranked]).mean())
    return Score(recall, average_precision(distances, right, wanted))


def average_precision(distances: np.ndarray, right: np.ndarray, wanted: int) -> float:
    """Return µAP: the mean, over all `wanted` answers, of the precision at the distance where each is found.

    Of equal distances the wrong answers count first.

    >>> average_precision(np.array([0.1, 0.2, 0.3]), np.array([True, False, True]), 2)
    0.8333333333333333
    """
    order = np.lexsort((right, distances))
    hits = right[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].sum() / wanted)


def describers(network: str, options: argparse.Namespace) -> list[tuple[str, Describe, bool]]:
    """Return (title, function, whether variants are to be tried) of what --network names.

    Raises ValueError naming what is allowed.
    """
    hashes: dict[str, Describe] = {"dhash": _dhash, "pdq": _pdq}
    if network in hashes:
        return [(network, hashes[network], False)]
    if network == "mobilenetv2":
        if not options.weights:
            raise ValueError("mobilenetv2 needs --weights, a file of its ImageNet weights without the head.")
        raw = _through_core(
            network="mobilenetv2", layer="out_relu", pooling="average", normalise=False, weights=str(options.weights)
        )
        return [
            ("mobilenetv2 raw", raw, False),
            ("mobilenetv2 L2-normalised", lambda pictures: variants.unit(raw(pictures)), False),
        ]
    if network == "untrained":
        return [("untrained", _through_core(network="reusenet", weights="untrained"), False)]
    if network == "reusenet" or network.endswith(".keras"):
        return [(Path(network).stem, _through_core(network=network), True)]
    raise ValueError(
        f"--network must be reusenet, a .keras file, mobilenetv2, untrained, dhash or pdq. Received: {network!r}."
    )


def _through_core(**settings: Any) -> Describe:
    """Describe pictures by the tool's own step 2."""
    from vrd_core.fingerprints.compute import fingerprints_of_images, load_fingerprinter, resolve
    from vrd_core.settings import FingerprintSettings

    chosen = resolve(FingerprintSettings(**settings))
    fingerprinter = load_fingerprinter(chosen)

    def describe(pictures: Sequence[Image.Image]) -> np.ndarray:
        parts = []
        for start in range(0, len(pictures), 256):
            images = [_as_bytes(pictures[row]) for row in range(start, min(start + 256, len(pictures)))]
            parts.append(fingerprints_of_images(images, fingerprinter, chosen))
        return np.concatenate(parts)

    return describe


def _as_bytes(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "BMP")
    return buffer.getvalue()


def _dhash(pictures: Sequence[Image.Image]) -> np.ndarray:
    import imagehash

    return np.stack([imagehash.dhash(picture).hash.ravel() for picture in pictures]).astype(np.float32)


def _pdq(pictures: Sequence[Image.Image]) -> np.ndarray:
    import pdqhash

    return np.stack([pdqhash.compute(np.asarray(picture))[0] for picture in pictures]).astype(np.float32)


def table(results: dict[str, dict[str, Score]]) -> str:
    """Lay out recall@1 / µAP: a row per edit, a column per network, as a Markdown table."""
    titles = list(results)
    lines = ["| recall@1 / µAP | " + " | ".join(titles) + " |", "|---|" + "---|" * len(titles)]
    for edit in next(iter(results.values())):
        cells = [f"{results[title][edit].recall:.3f} / {results[title][edit].precision:.3f}" for title in titles]
        lines.append(f"| {edit} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
