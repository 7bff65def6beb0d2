"""Step 1, videos to stills: `extract_frames` makes the artefact, `open_frames` reads it back."""

from vrd_core.frames.extract import Frames, extract_frames, open_frames

__all__ = ["Frames", "extract_frames", "open_frames"]
