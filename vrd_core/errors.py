"""One tree of exceptions. Each message says what happened, what was received and what to do about it.

VRDError
├── SettingsError           a setting has a value that makes no sense (also a ValueError)
│   ├── ThresholdError      max_distance="auto" cannot decide here; give a number
│   └── LayerTooLargeError  fingerprints of this layer would not fit; pool it or take a later layer
├── MediaError              one file cannot be used: damaged, no picture, refused …
├── FFmpegError             ffmpeg itself is missing or does not start
├── NetworkError            no such network or layer, or a model file that cannot be read
│   └── WeightsError        weights are missing, do not fit, or cannot be downloaded
├── WorkerError             the process that keeps the network loaded does not start or answer
├── StoreError              the workspace cannot be read or written (disk full, no permission)
├── ProjectError            no such project, an empty library, nothing to compare
├── TruthError              a list of found or true reuse cannot be understood
└── Cancelled               the person asked to stop
"""

from __future__ import annotations


class VRDError(Exception):
    """Base of every error that this project raises on purpose; its text is fit for a screen."""


class SettingsError(VRDError, ValueError):
    """A setting has a value that makes no sense."""


class ThresholdError(SettingsError):
    """The automatic threshold cannot decide from what there is; a number is needed."""


class LayerTooLargeError(SettingsError):
    """Fingerprints of the chosen layer would be too large to keep."""


class MediaError(VRDError):
    """One file cannot be used. `reason` is one of `REASONS`, for counting and for plain words on a screen."""

    REASONS = ("missing", "empty", "damaged", "no picture", "refused", "too long to read")

    def __init__(self, message: str, *, reason: str = "damaged") -> None:
        super().__init__(message)
        self.reason = reason


class FFmpegError(VRDError):
    """ffmpeg is missing or does not start."""


class NetworkError(VRDError):
    """No such network or layer, or a model file that cannot be read."""


class WeightsError(NetworkError):
    """Weights are missing, do not fit the network, or cannot be downloaded."""


class WorkerError(VRDError):
    """The process that keeps the network loaded does not start, or ended while it answered."""


class StoreError(VRDError):
    """The workspace cannot be read or written."""


class ProjectError(VRDError):
    """No such project, an empty library, or nothing to compare."""


class TruthError(VRDError):
    """A CSV file of found or true reuse cannot be understood."""


class Cancelled(VRDError):
    """The person asked to stop; what was finished is kept."""
