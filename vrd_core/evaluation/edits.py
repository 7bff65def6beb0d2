"""The edits that planted stretches carry: each a named ffmpeg filter, with what it does to time.

What is done is what documentary makers, artists and screens do to archive footage, after the lists of VCDB and the
TRECVID copy task. Every filter is in ffmpeg 5.1 and later and gives the same pictures each time.
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
    """What is done to the whole screen, with other pictures: one of `render`'s, for example "logo"."""
    share: float = 1.0
    """Share of the screen's width and height inside which the picture lies on top of other footage."""


FIRST_EDITS: dict[str, Edit] = {
    "none": Edit("as it is"),
    "grey": Edit("black and white", "hue=s=0"),
    "tint": Edit("warm tint", "hue=s=0.4,colorchannelmixer=rr=1.15:gg=0.95:bb=0.65"),
    "contrast": Edit("hard contrast", "eq=contrast=1.6:saturation=1.2"),
    "crop": Edit("75 % of width and height", "crop=iw*0.75:ih*0.75:iw*0.25*{x}:ih*0.25*{y}"),
    "letterbox": Edit("bars above and below", box=(1.0, 0.75)),
    "pillarbox": Edit("bars left and right", box=(0.75, 1.0)),
    "mirror": Edit("left and right exchanged", "hflip"),
    "logo": Edit("logo and subtitle bar", whole="logo"),
    "pip": Edit("picture in picture, 65 % of width and height", whole="inset", share=0.65),
    "noise": Edit("120 lines and noise", "scale=-2:120,noise=alls=28:allf=t:all_seed={seed}"),
    "dark": Edit("35 % of the light", "lutyuv=y='16+(val-16)*0.35':u='128+(val-128)*0.6':v='128+(val-128)*0.6'"),
    "25/24": Edit("24 frames a second shown at 25", speed=25 / 24),
    "1.5x": Edit("one and a half times as fast", speed=1.5),
    "0.8x": Edit("slowed to four fifths", speed=0.8),
    "recut": Edit("three shots in another order", pieces=3),
    "dissolve": Edit("dissolves from and to other footage", whole="dissolve"),
    "freeze": Edit("frozen for two seconds in the middle", pieces=2),
}

LATER_EDITS: dict[str, Edit] = {
    "negative": Edit("light and dark exchanged, and every colour with its opposite", "negate"),
    "edges": Edit("outlines only (Sobel)", "format=gray,sobel=scale=1.6,format=yuv444p"),
    "two-tone": Edit(
        "black and white without grey, as a lithograph",
        "normalize=independence=0:smoothing=25,format=yuv444p,gblur=sigma=1.2,"
        "lutyuv=y='if(gt(val,118),230,20)':u=128:v=128",
    ),
    "posterised": Edit(
        "four levels of each colour", "format=gbrp,lutrgb=r={posterised}:g={posterised}:b={posterised},format=yuv444p"
    ),
    "solarised": Edit(
        "what is lighter than half turned into its negative",
        "format=gbrp,lutrgb=r={solarised}:g={solarised}:b={solarised},format=yuv444p",
    ),
    "upside down": Edit("turned by 180 degrees", "hflip,vflip"),
    "turned": Edit("turned by 90 degrees", "transpose=clock"),
    "screen": Edit("filmed from a screen: askew, scan lines, moiré and a rolling bar", whole="screen"),
    "halftone": Edit("printed in dots, as in a newspaper", whole="halftone"),
    "soft": Edit("heavy soft focus", "gblur=sigma=6"),
    "ghost": Edit("laid on itself, enlarged twice", "{ghost}"),
    "cartoon": Edit("flat colours and dark outlines", "{cartoon}"),
    "vignette": Edit("dark towards the corners", "vignette=angle=1.0"),
    "frame": Edit("in an ornamental frame", box=(0.74, 0.74), whole="frame"),
    "scribbles": Edit("scribbles and stamps over the picture", whole="scribbles"),
    "damage": Edit(
        "scratches, dust and flicker", "eq=brightness='0.07*sin(2.3*n)+0.05*sin(7.1*n)':eval=frame", whole="damage"
    ),
    "slow zoom": Edit("slowly enlarged to one and a half times", whole="zoom"),
    "quad": Edit("in one quarter of the screen, other footage in the rest", whole="quad", share=0.5),
    "corner": Edit("picture in picture, a third of width and height, in a corner", whole="corner", share=1 / 3),
    "strong crop": Edit("50 % of width and height", "crop=iw*0.5:ih*0.5:iw*0.5*{x}:ih*0.5*{y}"),
}

EDITS: dict[str, Edit] = FIRST_EDITS | LATER_EDITS

SECOND_EDITS = ("grey", "tint", "contrast", "logo", "letterbox")
"""What may come on top of another edit."""

LAYERED_EDITS = (*SECOND_EDITS, "vignette", "scribbles", "damage", "mirror", "noise")
"""What may come on top where three edits at once are allowed."""

FREEZE_SECONDS = 2.0
DISSOLVE_SECONDS = 1.5

_CURVES = {"posterised": "'round(val/85)*85'", "solarised": "'if(gt(val,127),(255-val)*2,val*2)'"}
"""What happens to one colour, 0 to 255."""

# Labels carry the place in the chain, so that two such edits may follow each other.
_GHOST = (
    "split=3[a{n}][b{n}][c{n}];[b{n}]scale=iw*1.35:-2,format=yuva444p,colorchannelmixer=aa=0.45[d{n}];"
    "[c{n}]scale=iw*1.85:-2,format=yuva444p,colorchannelmixer=aa=0.3[e{n}];"
    "[a{n}][d{n}]overlay=(W-w)/2:(H-h)/2:format=yuv444[f{n}];[f{n}][e{n}]overlay=(W-w)/2:(H-h)/2:format=yuv444"
)
_CARTOON = (
    "bilateral=sigmaS=6:sigmaR=0.12:planes=7,split[a{n}][b{n}];"
    "[a{n}]lutyuv=y='16+round((val-16)/36)*36',eq=saturation=1.5[c{n}];"
    "[b{n}]format=gray,sobel=scale=1.4,lut=y='255-if(gt(val,70),255,0)',gblur=sigma=0.6,format=yuv444p,"
    "lutyuv=u=128:v=128[d{n}];[c{n}][d{n}]blend=c0_mode=darken:c1_expr=A:c2_expr=A"
)


def picture_filters(edits: tuple[str, ...], width: int, height: int, x: float, y: float, seed: int) -> str:
    """Return the chain from a decoded source to a picture inside `width` x `height` that keeps its aspect."""
    box_width, box_height = width, height
    chain = ["scale=w='max(2,iw*sar)':h=ih:out_range=tv", "setsar=1", "format=yuv444p", _fit(width, height)]
    for n, name in enumerate(edits):
        edit = EDITS[name]
        if edit.picture:
            graphs = {"ghost": _GHOST.format(n=n), "cartoon": _CARTOON.format(n=n)}
            chain.append(edit.picture.format(x=f"{x:.3f}", y=f"{y:.3f}", seed=seed, **_CURVES, **graphs))
        box_width = min(box_width, round(width * edit.box[0]))
        box_height = min(box_height, round(height * edit.box[1]))
    chain.append(_fit(box_width, box_height))
    return ",".join(chain)


def _fit(width: int, height: int) -> str:
    return f"scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2,setsar=1"
