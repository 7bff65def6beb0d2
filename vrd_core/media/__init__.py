"""What lies in a folder: `scan_library` finds its videos and stills, a `Library`, and says of each what it is."""

from vrd_core.media.info import MediaInfo
from vrd_core.media.library import Library, Problem, Video, scan_library

__all__ = ["Library", "MediaInfo", "Problem", "Video", "scan_library"]
