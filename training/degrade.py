"""Wear pictures down as copying and broadcasting do: block loss, grain, scratches, scan lines, tone curves."""

import functools

import numpy as np

_LUMA = np.array([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]], np.float32)


def blocky_loss(planes: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> None:
    """Quantise 8x8 cosine blocks of some pictures in place, colour more coarsely than luma, as JPEG does.

    Does nothing for sizes that are no multiple of 8.
    """
    size = planes.shape[-1]
    if not len(rows) or size % 8:
        return
    cosine = _cosine_matrix()
    ycc = np.matmul(_LUMA, planes[rows].reshape(len(rows), 3, -1))
    blocks = ycc.reshape(len(rows), 3, size // 8, 8, size // 8, 8).transpose(0, 1, 2, 4, 3, 5)
    spectrum = cosine @ blocks @ cosine.T
    ramp = 1.0 + np.add.outer(np.arange(8), np.arange(8))
    step = rng.uniform(4, 16, len(rows))[:, None] * np.array([1.0, 1.8, 1.8])
    table = (step[:, :, None, None] * (0.5 + 0.5 * ramp)).astype(np.float32)[:, :, None, None]
    spectrum = np.round(spectrum / table) * table
    blocks = cosine.T @ spectrum @ cosine
    ycc = blocks.transpose(0, 1, 2, 4, 3, 5).reshape(len(rows), 3, -1)
    planes[rows] = np.matmul(np.linalg.inv(_LUMA), ycc).reshape(len(rows), 3, size, size)


@functools.cache
def _cosine_matrix() -> np.ndarray:
    k, i = np.meshgrid(np.arange(8), np.arange(8), indexing="ij")
    matrix = np.cos(np.pi * (2 * i + 1) * k / 16) * 0.5
    matrix[0] *= np.sqrt(0.5)
    return matrix.astype(np.float32)


@functools.cache
def _grain() -> np.ndarray:
    """A fixed sheet of grain that every noisy picture takes a random piece of."""
    return np.random.default_rng(11).standard_normal((3, 512, 512)).astype(np.float32)


def add_noise(planes: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> None:
    """Add grain to some pictures in place: grey or coloured, fine or coarse, standard deviation 4..30."""
    size = planes.shape[-1]
    sheet = _grain()
    for row in rows:
        y, x = rng.integers(0, 512 - size + 1, 2)
        piece = sheet[:, y : y + size, x : x + size]
        if rng.random() < 0.6:
            piece = piece[:1]
        if rng.random() < 0.3 and size % 2 == 0:
            piece = piece[:, : size // 2, : size // 2].repeat(2, 1).repeat(2, 2)
        planes[row] += piece * np.float32(rng.uniform(4, 30))


def look_up(views: np.ndarray, rng: np.random.Generator, heavy: np.ndarray, posterised: np.ndarray) -> None:
    """Bend the tones of (n, 3, s, s) uint8 views in place: gamma for all, few levels for some."""
    levels = np.arange(256) / 255
    gamma = np.exp(rng.normal(0, np.where(heavy, 0.3, 0.1)))
    for row in range(len(views)):
        curve = levels ** gamma[row]
        if posterised[row]:
            steps = rng.integers(3, 9)
            curve = np.round(curve * (steps - 1)) / (steps - 1)
        views[row] = (curve * 255).astype(np.uint8)[views[row]]


def degrade_rows(planes: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> None:
    """Give some pictures one rare fault in place: vignette, scan lines, scratches, sharpening or edges."""
    faults = (_vignette, _scan_lines, _scratches, _sharpen, _edges)
    for row in rows:
        faults[rng.choice(5, p=[0.3, 0.2, 0.25, 0.15, 0.1])](planes[row], rng)


def _vignette(plane: np.ndarray, rng: np.random.Generator) -> None:
    axis = np.linspace(-1, 1, plane.shape[-1], dtype=np.float32) ** 2
    plane *= 1 - np.float32(rng.uniform(0.2, 0.6)) * np.minimum(axis[:, None] + axis[None], 1.6) / 1.6


def _scan_lines(plane: np.ndarray, rng: np.random.Generator) -> None:
    plane[:, :: int(rng.integers(2, 5))] *= np.float32(rng.uniform(0.5, 0.85))


def _scratches(plane: np.ndarray, rng: np.random.Generator) -> None:
    size = plane.shape[-1]
    for _ in range(int(rng.integers(1, 6))):
        x, top, bottom = rng.integers(0, size, 3)
        low, high = sorted((top, bottom))
        plane[:, low:high, x : x + int(rng.integers(1, 3))] = float(rng.choice([0, 255, 220]))
    for _ in range(int(rng.integers(0, 12))):
        y, x = rng.integers(0, size - 3, 2)
        plane[:, y : y + int(rng.integers(1, 4)), x : x + int(rng.integers(1, 4))] = float(rng.choice([0, 255]))


def _sharpen(plane: np.ndarray, rng: np.random.Generator) -> None:
    plane += np.float32(rng.uniform(0.5, 2.0)) * (plane - _smooth(plane))


def _edges(plane: np.ndarray, rng: np.random.Generator) -> None:
    plane[:] = 128 + np.float32(rng.uniform(2, 4)) * (plane - _smooth(plane)).mean(0, keepdims=True)


def _smooth(plane: np.ndarray) -> np.ndarray:
    smooth = plane.copy()
    smooth[:, 1:-1, 1:-1] = (
        sum(
            plane[:, 1 + dy : plane.shape[1] - 1 + dy, 1 + dx : plane.shape[2] - 1 + dx]
            for dy in (-1, 0, 1)
            for dx in (-1, 0, 1)
        )
        / 9
    )
    return smooth
