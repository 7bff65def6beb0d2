"""Edit whole batches of pictures at random, the way film footage is edited when it is used again.

Arrays are channel-first planes (n, 3, size, size) of float32 values 0..255 until the last step. Where to cut,
how much to shrink, mirror and blur becomes one pair of resampling matrices per picture, so that geometry is
two batched matrix products; rarer edits touch only the rows that drew them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from training.degrade import add_noise, blocky_loss, degrade_rows, look_up
from training.overlays import burn_in


@dataclass(frozen=True, kw_only=True)
class EditRates:
    """How often a heavily edited view carries each kind of edit (probabilities)."""

    crop: float = 0.36
    """Cut to 50-95 % of width and height."""
    inset: float = 0.30
    """Shrunk to 45-80 % of the side and laid on another picture or a plain canvas: picture in picture."""
    letterbox: float = 0.12
    """Bars above and below, or left and right."""
    stretch: float = 0.07
    """Cut along one axis only, which after squashing changes the aspect."""
    mirror: float = 0.4
    rotate: float = 0.14
    """Turned by up to 9 degrees."""
    blur: float = 0.3
    overlay: float = 0.35
    """Burnt-in text, logo, time code; the same one lies on several pictures of the batch."""
    grey: float = 0.22
    tint: float = 0.12
    invert: float = 0.12
    dark: float = 0.06
    """Contrast taken down to 10-40 %, and darker."""
    posterise: float = 0.06
    blocks: float = 0.25
    """JPEG-like loss: 8x8 cosine transform, quantised."""
    noise: float = 0.28
    rare: float = 0.15
    """One of: vignette, scan lines, scratches, sharpening, edges."""


def draw_views(
    pictures: np.ndarray,
    rng: np.random.Generator,
    size: int,
    heavy: np.ndarray,
    rates: EditRates | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw one edited view of each picture.

    `pictures` is (n, s, s, 3) uint8, `heavy` (n,) bool says which views are edited heavily. Returns the
    views (n, size, size, 3) uint8, and hosts (n,) int32: the row whose picture lies around this one
    (picture in picture), else -1.
    """
    rates = rates or EditRates()
    count = len(pictures)
    chance = np.where(heavy, 1.0, 0.25)

    def drawn(rate: float) -> np.ndarray:
        return rng.random(count) < rate * chance

    planes = np.ascontiguousarray(np.moveaxis(pictures, 3, 1), dtype=np.float32)
    planes, mask, hosts = _place(planes, rng, size, heavy, rates)
    _rotate_rows(planes, np.flatnonzero(drawn(rates.rotate)), rng)
    _lay_on_canvas(planes, mask, hosts, rng)
    burn_in(planes, np.flatnonzero(drawn(rates.overlay)), rng)
    _recolour(planes, rng, heavy, drawn, rates)
    degrade_rows(planes, np.flatnonzero(drawn(rates.rare)), rng)
    blocky_loss(planes, np.flatnonzero(drawn(rates.blocks)), rng)
    add_noise(planes, np.flatnonzero(drawn(rates.noise)), rng)
    views = np.clip(planes, 0, 255, out=planes).astype(np.uint8)
    look_up(views, rng, heavy, drawn(rates.posterise))
    return np.ascontiguousarray(np.moveaxis(views, 1, 3)), hosts


def _place(
    planes: np.ndarray, rng: np.random.Generator, size: int, heavy: np.ndarray, rates: EditRates
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut, shrink, mirror and blur; returns the planes at `size`, the mask of the picture, and the hosts."""
    count, source = len(planes), planes.shape[-1]
    kind = np.searchsorted(
        np.cumsum([rates.crop, rates.inset, rates.letterbox, rates.stretch]), rng.random(count), side="right"
    )
    kind[~heavy] = 4
    side = rng.uniform(0.88, 1.0, count)
    side = np.where(kind == 0, rng.uniform(0.5, 0.95, count), side)
    skew = np.exp(rng.normal(0, np.where(kind == 0, 0.12, 0.04)))
    cut = np.clip(np.stack([side * skew, side / skew]), 0.45, 1.0)
    stretched = (kind == 3)[None] & (np.arange(2)[:, None] == rng.integers(2, size=count)[None])
    cut = np.where(stretched, rng.uniform(0.55, 0.9, count)[None], cut)
    cut_at = rng.random((2, count)) * (1 - cut)

    inset_side = rng.uniform(0.45, 0.8, count) * np.exp(rng.normal(0, 0.06, (2, count)))
    shrink = np.where(kind == 1, np.clip(inset_side, 0.4, 0.9), 1.0)
    barred = (kind == 2)[None] & (np.arange(2)[:, None] == (rng.random(count) < 0.4)[None])
    shrink = np.where(barred, rng.uniform(0.55, 0.95, count)[None], shrink)
    at = rng.random((2, count))
    at = np.where((kind == 2)[None], 0.5, at) * (1 - shrink)

    blurred = rng.random(count) < rates.blur * np.where(heavy, 1.0, 0.3)
    blur = np.where(blurred, rng.uniform(1.0, 3.5, count), 1.0)
    pixel = np.where(rng.random(count) < 0.05 * heavy, rng.integers(2, 5, count), 1)
    flip = rng.random(count) < rates.mirror
    rows, row_mask = _resampling(cut_at[0], cut[0], at[0], shrink[0], blur, pixel, None, size, source)
    columns, column_mask = _resampling(cut_at[1], cut[1], at[1], shrink[1], blur, pixel, flip, size, source)
    placed = np.matmul(np.matmul(rows[:, None], planes), columns.transpose(0, 2, 1)[:, None])
    hosts = np.full(count, -1, np.int32)
    for row in np.flatnonzero((kind == 1) & (rng.random(count) < 0.85)):
        free = int(rng.integers(count))
        if kind[free] not in (1, 2) and free != row:
            hosts[row] = free
    mask = row_mask[:, :, None] * column_mask[:, None, :]
    return placed, mask, hosts


def _resampling(
    cut_at: np.ndarray,
    cut: np.ndarray,
    at: np.ndarray,
    shrink: np.ndarray,
    blur: np.ndarray,
    pixel: np.ndarray,
    flip: np.ndarray | None,
    size: int,
    source: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Build (n, size, source) matrices along one axis, and (n, size) masks of where the picture lies."""
    place = (np.arange(size, dtype=np.float32) + 0.5)[None] / size
    steps = (pixel / size)[:, None]
    place = np.where(pixel[:, None] > 1, (np.floor(place / steps) + 0.5) * steps, place)
    t = (place - at[:, None]) / shrink[:, None]
    mask = ((t >= 0) & (t <= 1)).astype(np.float32)
    if flip is not None:
        t = np.where(flip[:, None], 1 - t, t)
    centre = ((cut_at[:, None] + cut[:, None] * t) * source).astype(np.float32)
    reach = np.maximum(1.0, cut * source / (shrink * size)) * blur
    weights = np.arange(source, dtype=np.float32)[None, None] + 0.5 - np.clip(centre, 0.5, source - 0.5)[:, :, None]
    np.abs(weights, out=weights)
    weights *= (-1.0 / reach).astype(np.float32)[:, None, None]
    weights += 1.0
    np.maximum(weights, 0.0, out=weights)
    weights *= (mask / np.maximum(weights.sum(2), 1e-6))[:, :, None]
    return weights, mask


def _rotate_rows(planes: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> None:
    """Turn some pictures by up to 9 degrees, enlarged so that their corners stay filled about half the time."""
    if not len(rows):
        return
    size = planes.shape[-1]
    angle = np.deg2rad(rng.uniform(-9, 9, len(rows)))
    zoom = np.where(rng.random(len(rows)) < 0.5, np.cos(angle) + np.abs(np.sin(angle)), 1.0)
    grid = np.arange(size) - (size - 1) / 2
    y, x = np.meshgrid(grid, grid, indexing="ij")
    cos, sin = (np.cos(angle) / zoom)[:, None, None], (np.sin(angle) / zoom)[:, None, None]
    source_y = cos * y + sin * x + (size - 1) / 2
    source_x = cos * x - sin * y + (size - 1) / 2
    inside = (source_y > -1) & (source_y < size) & (source_x > -1) & (source_x < size)
    y0 = np.clip(source_y, 0, size - 1.001)
    x0 = np.clip(source_x, 0, size - 1.001)
    iy, ix = y0.astype(np.int32), x0.astype(np.int32)
    fy, fx = (y0 - iy).astype(np.float32), (x0 - ix).astype(np.float32)
    flat = planes[rows].reshape(len(rows), 3, size * size)
    corner = iy * size + ix
    turned = np.zeros((len(rows), 3, size, size), np.float32)
    for step, weight in ((0, (1 - fy) * (1 - fx)), (1, (1 - fy) * fx), (size, fy * (1 - fx)), (size + 1, fy * fx)):
        index = (corner + step).reshape(len(rows), 1, -1)
        taken = np.take_along_axis(flat, index, 2)
        turned += taken.reshape(turned.shape) * (weight * inside)[:, None]
    planes[rows] = turned


def _lay_on_canvas(planes: np.ndarray, mask: np.ndarray, hosts: np.ndarray, rng: np.random.Generator) -> None:
    """Fill what lies around the picture: the host's picture, black, or a plain colour."""
    size = planes.shape[-1]
    open_rows = np.flatnonzero(mask.sum((1, 2)) < size * size)
    colours = np.where(rng.random((len(planes), 1)) < 0.7, 0.0, rng.uniform(0, 255, (len(planes), 3)))
    around = {}
    for row in open_rows:
        if hosts[row] >= 0:
            around[row] = planes[hosts[row]].copy()
    for row in open_rows:
        canvas = around.get(row, colours[row].astype(np.float32)[:, None, None])
        planes[row] = planes[row] * mask[row] + canvas * (1 - mask[row])


def _recolour(
    planes: np.ndarray,
    rng: np.random.Generator,
    heavy: np.ndarray,
    drawn: Callable[[float], np.ndarray],
    rates: EditRates,
) -> None:
    """Apply one 3x3 colour matrix and offset per picture: light, contrast, saturation, grey, tint, negative."""
    count = len(planes)
    amount = np.where(heavy, 1.0, 0.35)
    luma = np.array([0.299, 0.587, 0.114])
    eye, to_grey = np.eye(3), np.tile(luma, (3, 1))
    saturation = np.clip(1 + rng.normal(0, 0.45, count) * amount, 0, 2.2)
    saturation = np.where(drawn(rates.grey), 0.0, saturation)[:, None, None]
    matrix = saturation * eye + (1 - saturation) * to_grey
    tint = np.exp(rng.normal(0, 0.06, (count, 3)) * amount[:, None])
    toned = drawn(rates.tint)
    warm = np.where(rng.random(count)[:, None] < 0.5, [1.12, 1.0, 0.76], np.exp(rng.normal(0, 0.2, (count, 3))))
    tint = np.where(toned[:, None], warm, tint)
    contrast = np.exp(rng.normal(0, 0.28, count) * amount)
    shift = rng.normal(0, 22, count) * amount
    dark = drawn(rates.dark)
    contrast = np.where(dark, rng.uniform(0.1, 0.4, count), contrast)
    shift = np.where(dark, rng.uniform(-95, -20, count), shift)
    sign = np.where(drawn(rates.invert), -1.0, 1.0)
    gain = (sign * contrast)[:, None] * tint
    matrix = gain[:, :, None] * matrix
    offset = 128 - gain * 128 + shift[:, None]
    flat = planes.reshape(count, 3, -1)
    planes[...] = np.matmul(matrix.astype(np.float32), flat).reshape(planes.shape)
    planes += offset.astype(np.float32)[:, :, None, None]
