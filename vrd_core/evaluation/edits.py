"""The edits that planted stretches carry: each a named ffmpeg filter, with what it does to time.

What is done is what documentary makers do to archive footage, after the lists of VCDB and the TRECVID copy task.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """One way to change a stretch of film."""

    says: str
    """What it does, in words."""
    picture: str = ""
    """ffmpeg filters on the picture alone; {x} and {y} lie in 0..1, {seed} is a whole number."""
    box: tuple[float, float] = (1.0, 1.0)
    """Share of the screen's width and height that the picture gets; the rest is black."""
    speed: float = 1.0
    """Seconds of source shown per second of documentary."""
    pieces: int = 1
    """Into how many contiguous pieces the stretch falls; each is as long as the shortest stretch."""
    whole: str = ""
    """What is laid over or under the whole screen: "logo", "inset" or "dissolve"."""


EDITS: dict[str, Edit] = {
    "none": Edit("as it is"),
    "grey": Edit("black and white", "hue=s=0"),
    "tint": Edit("warm tint", "hue=s=0.4,colorchannelmixer=rr=1.15:gg=0.95:bb=0.65"),
    "contrast": Edit("hard contrast", "eq=contrast=1.6:saturation=1.2"),
    "crop": Edit("75 % of width and height", "crop=iw*0.75:ih*0.75:iw*0.25*{x}:ih*0.25*{y}"),
    "letterbox": Edit("bars above and below", box=(1.0, 0.75)),
    "pillarbox": Edit("bars left and right", box=(0.75, 1.0)),
    "mirror": Edit("left and right exchanged", "hflip"),
    "logo": Edit("logo and subtitle bar", whole="logo"),
    "pip": Edit("picture in picture, 65 % of width and height", whole="inset"),
    "noise": Edit("120 lines and noise", "scale=-2:120,noise=alls=28:allf=t:all_seed={seed}"),
    "dark": Edit("35 % of the light", "lutyuv=y='16+(val-16)*0.35':u='128+(val-128)*0.6':v='128+(val-128)*0.6'"),
    "25/24": Edit("24 frames a second shown at 25", speed=25 / 24),
    "1.5x": Edit("one and a half times as fast", speed=1.5),
    "0.8x": Edit("slowed to four fifths", speed=0.8),
    "recut": Edit("three shots in another order", pieces=3),
    "dissolve": Edit("dissolves from and to other footage", whole="dissolve"),
    "freeze": Edit("frozen for two seconds in the middle", pieces=2),
}

SECOND_EDITS = ("grey", "tint", "contrast", "logo", "letterbox")
"""What may come on top of another edit."""

FREEZE_SECONDS = 2.0
DISSOLVE_SECONDS = 1.5
INSET = 0.65


def picture_filters(edits: tuple[str, ...], width: int, height: int, x: float, y: float, seed: int) -> str:
    """Return the chain from a decoded source to a picture inside `width` x `height` that keeps its aspect."""
    box_width, box_height = width, height
    chain = ["scale=w='max(2,iw*sar)':h=ih:out_range=tv", "setsar=1", "format=yuv444p", _fit(width, height)]
    for name in edits:
        edit = EDITS[name]
        if edit.picture:
            chain.append(edit.picture.format(x=f"{x:.3f}", y=f"{y:.3f}", seed=seed))
        box_width = min(box_width, round(width * edit.box[0]))
        box_height = min(box_height, round(height * edit.box[1]))
    chain.append(_fit(box_width, box_height))
    return ",".join(chain)


def _fit(width: int, height: int) -> str:
    return f"scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2,setsar=1"
