"""The six films: their names, their shots, and what the documentaries take from the archive."""

from __future__ import annotations

from dataclasses import replace

from . import city, graphics, harbour, moon, nightmail, studio, today
from .look import AMBER, BLUE, FRESH, WARM, Wear
from .reel import Build, Cut, Film, Shot
from .titles import card, countdown


def _archive(title: str, wear: Wear, *parts: Shot, colour: bool = False) -> Film:
    return Film(
        path=f"archive/{title}.mp4",
        fps=24,
        stage=(600, 450),
        size=(480, 360),
        colour=colour,
        wear=wear,
        parts=parts,
    )


def programme(pace: float = 1.0, scale: float = 1.0) -> list[Film]:
    """Return the four archive films and the two documentaries.

    `pace` is the share of every length that remains (a test draws films of seconds), `scale` that of the
    width and height of every picture.
    """
    archive = [_paced(film, pace) for film in (_harbour(), _night_mail(), _city(), _first_steps())]
    films = [*archive, _machines_of_wonder(*archive, pace=pace), _the_harbour_remembers(*archive, pace=pace)]
    return films if scale == 1 else [film.smaller(scale) for film in films]


def _paced(film: Film, pace: float) -> Film:
    return replace(film, parts=tuple(replace(part, seconds=part.seconds * pace) for part in film.parts))


def _harbour() -> Film:
    return _archive(
        "Harbour Days (1931)",
        Wear(grain=4, scratches=0.6, dust=1.4),
        Shot(countdown("clock", "HARBOUR DAYS"), 4),
        Shot(card("Harbour Days", style="rope", kicker="A SEASIDE PICTURE", foot="1931"), 3.5),
        Shot(harbour.dawn, 13),
        Shot(card("She sails\nat noon.", style="rope"), 2.5),
        Shot(harbour.liner, 14),
        Shot(harbour.cranes, 14, zoom=(1.12, 1.0), focus=(0.6, 0.8)),
        Shot(harbour.gale, 12),
        Shot(harbour.lamp, 13, tone=BLUE),
        Shot(card("THE END", style="rope", foot="printed at the harbour works"), 2.5),
    )


def _night_mail() -> Film:
    return _archive(
        "The Night Mail (1936)",
        Wear(grain=3.5, scratches=0.35, dust=0.8, flicker=0.04),
        Shot(countdown("corner", "NIGHT MAIL"), 3.5),
        Shot(
            card("The Night\nMail", style="rails", kicker="A FILM OF THE LINE", foot="Reel one, 1936"),
            3.5,
        ),
        Shot(nightmail.platform, 13),
        Shot(nightmail.sorters, 13, tone=AMBER),
        Shot(nightmail.alongside, 14, tone=BLUE),
        Shot(nightmail.cab, 12),
        Shot(card("Over the border\nbefore breakfast", style="rails"), 2.5),
        Shot(nightmail.viaduct, 15),
        Shot(card("Fin", style="rails", foot="Letters for the rich, letters for the poor"), 2.5),
    )


def _city() -> Film:
    return _archive(
        "City of Trams (1928)",
        Wear(grain=4.5, scratches=0.8, dust=2.0, flicker=0.07),
        Shot(countdown("tram", "CITY OF TRAMS"), 3.5),
        Shot(
            card("City of Trams", style="poster", kicker="A CITY SYMPHONY", foot="in four movements, 1928"),
            3.5,
            tone=WARM,
        ),
        Shot(city.roofs, 13, tone=WARM),
        Shot(city.boulevard, 14, tone=WARM),
        Shot(card("Noon", style="poster"), 2, tone=WARM),
        Shot(city.market, 14, tone=WARM),
        Shot(city.bridge, 13, tone=WARM),
        Shot(city.rain, 13, tone=BLUE),
        Shot(card("Good night", style="poster", foot="the last tram leaves at one"), 2.5, tone=WARM),
    )


def _first_steps() -> Film:
    return _archive(
        "First Steps (1969)",
        Wear(grain=3.2, scratches=0.25, dust=0.6, flicker=0.03, contrast=1.08, rim=0.25),
        Shot(countdown("space", "FIRST STEPS"), 4),
        Shot(card("First Steps", style="orbit", kicker="IN COLOUR", foot="1969"), 3.5),
        Shot(moon.pad, 12),
        Shot(moon.liftoff, 14),
        Shot(moon.orbit, 12),
        Shot(moon.descent, 13),
        Shot(moon.moonwalk, 15),
        Shot(moon.splashdown, 12),
        Shot(card("We came\nin peace", style="orbit", foot="THE END"), 2.5),
        colour=True,
    )


_BARS = (
    ("Tram", 24, "#2a9d8f"),
    ("Steamship", 55, "#457b9d"),
    ("Night mail", 126, "#f3b33d"),
    ("Moon rocket", 38900, "#e4572e"),
)
_TOWNS = (("Aberfoyle", 330, 90), ("Crianloch", 410, 176), ("Dunmore", 478, 262), ("Port Ellen", 600, 380))


def _machines_of_wonder(boats: Film, mail: Film, trams: Film, space: Film, *, pace: float) -> Film:
    def cut(source: Film, build: Build, offset: float, seconds: float, *edits: str) -> Cut:
        return Cut(source, source.second_of(build, offset * pace), seconds * pace, edits)

    own = [
        Shot(graphics.wheels_title(("Machines", "of Wonder"), "A HISTORY IN PICTURES"), 6),
        Shot(studio.historian(("Dr. Amara Lind", "Historian of technology")), 8),
        Shot(today.container_port, 7, zoom=(1.0, 1.08)),
        Shot(graphics.rail_map("THE NORTHERN LINE", _TOWNS), 8),
        Shot(today.express, 7),
        Shot(graphics.speed_chart("How fast could we go?", _BARS), 7),
        Shot(today.film_vault, 8),
        Shot(studio.historian(near=True), 8, zoom=(1.0, 1.06), focus=(0.7, 0.4)),
        Shot(graphics.credits_roll(_CREDITS_WONDER, "#0f2a33", "#ffffff", left=True), 9),
    ]
    title, lind, port, line, express, chart, vault, lind_again, credits = (
        replace(s, seconds=s.seconds * pace) for s in own
    )
    return Film(
        path="documentaries/Machines of Wonder (2019).mp4",
        fps=25,
        stage=(640, 360),
        size=(640, 360),
        colour=True,
        wear=FRESH,
        parts=(
            cut(space, moon.liftoff, 3, 7, "black-and-white", "pillarbox"),
            title,
            lind,
            cut(boats, harbour.liner, 1, 10, "pillarbox"),
            port,
            cut(boats, harbour.cranes, 2.75, 8, "tint", "pillarbox"),
            line,
            cut(mail, nightmail.alongside, 0.5, 12, "24 to 25 fps", "pillarbox"),
            express,
            cut(trams, city.boulevard, 2.25, 9, "logo and subtitle", "pillarbox"),
            chart,
            vault,
            cut(space, moon.liftoff, 1.5, 11, "pillarbox"),
            cut(space, moon.moonwalk, 1.6, 11, "fill"),
            lind_again,
            credits,
        ),
    )


def _the_harbour_remembers(boats: Film, mail: Film, trams: Film, space: Film, *, pace: float) -> Film:
    def cut(source: Film, build: Build, offset: float, seconds: float, *edits: str) -> Cut:
        return Cut(source, source.second_of(build, offset * pace), seconds * pace, edits)

    own = [
        Shot(graphics.sea_title(("THE HARBOUR", "REMEMBERS"), "A FILM FROM THE COAST"), 6),
        Shot(studio.captain(("Jon Halvorsen", "Harbour pilot, 1958-1991")), 8),
        Shot(
            graphics.sea_chart("The old sea road, 1890", ((200, 430), (320, 330), (420, 300), (520, 220), (640, 260))),
            8,
        ),
        Shot(today.beach, 7),
        Shot(today.tram_today, 7),
        Shot(studio.captain(evening=True), 8, zoom=(1.1, 1.0), focus=(0.3, 0.4)),
        Shot(today.ferry_night, 7),
        Shot(graphics.credits_roll(_CREDITS_HARBOUR, "#f1e4c6", "#3a2a1c"), 8),
    ]
    title, pilot, chart, beach, tram, pilot_again, ferry, credits = (replace(s, seconds=s.seconds * pace) for s in own)
    return Film(
        path="documentaries/The Harbour Remembers (1994).mp4",
        fps=24,
        stage=(480, 360),
        size=(480, 360),
        colour=True,
        wear=FRESH,
        parts=(
            title,
            cut(boats, harbour.dawn, 1, 11),
            pilot,
            chart,
            cut(boats, harbour.liner, 3.2, 10, "mirror"),
            beach,
            cut(mail, nightmail.viaduct, 1.5, 11, "letterbox"),
            cut(mail, nightmail.alongside, 3, 9, "logo and subtitle"),
            tram,
            cut(trams, city.market, 1.7, 11, "tint"),
            cut(boats, harbour.gale, 4, 15),
            pilot_again,
            cut(space, moon.moonwalk, 4, 10, "black-and-white"),
            cut(boats, harbour.cranes, 1.3, 10, "crop"),
            ferry,
            credits,
        ),
    )


_CREDITS_WONDER = (
    "Machines of Wonder",
    "  presented by",
    "Amara Lind",
    "  camera",
    "Ines Duarte",
    "  cut by",
    "Tomas Berg",
    "  archive footage",
    "Harbour Days",
    "The Night Mail",
    "City of Trams",
    "First Steps",
)
_CREDITS_HARBOUR = (
    "The Harbour Remembers",
    "  with",
    "Jon Halvorsen",
    "  sound",
    "Mei Tanaka",
    "  colour",
    "Pat Okoro",
    "  our thanks to",
    "everybody on the quay",
)
