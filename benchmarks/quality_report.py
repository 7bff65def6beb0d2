"""Put the figures of the quality benchmark into words and tables, in Markdown."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.libraries import LIBRARIES, Library
from benchmarks.quality_measure import Figures, Variant
from vrd_core import __version__
from vrd_core.evaluation.edits import EDITS, FIRST_EDITS, LATER_EDITS
from vrd_core.evaluation.metric import EditRecall, Evaluation

Results = Mapping[tuple[str, str], Sequence[Figures]]
"""By the names of library and variant, one for each seed."""

_OTHER = {
    "double": "quoted twice in one film (each quotation counts)",
    "reel": "source in each of the ten copies",
    "copy": "two copies of a reel, end to end",
    "shared": "two films that quote one source",
}

_METHOD = """
How it is measured. Stretches of real clips are planted in rendered films, between titles and drawn landscapes; the
truth is known to the frame (`python -m vrd_core plant`; `benchmarks/libraries.py` names seeds and contents). Each
library is processed as a user processes it (`Project.run`, `View.find_sequences`), all settings at their defaults apart
from a shortest sequence of 3 s in "short". Settings are chosen by the tuning seeds alone.

- **F**, **P** and **R** are the segment metric of VCSL: harmonic mean, precision and recall, over pairs of videos.
  *auto* is at the automatic threshold, *best* at the threshold that the truth says is best for that library.
- **found**: a stretch counts when a sequence of the right videos overlaps it, at most 2 s beside it.
- **ends**: of every true row the sequence that covers most of it, all four ends, the median of the errors in seconds.
- Held shots need not be found and may be: nobody can say which second of an unmoving shot is shown.
"""

_REPEATING = """
The clips are sixteen, of 4 to 44 seconds: public-domain NASA footage and test files of open-source video projects. They
do not come with the project, nor do MobileNetV2's ImageNet weights. On films of your own the figures will be others;
what can be compared is one row of a table with another.

1. Put a dozen films or more that share no footage into one folder. Each must last six seconds at least; the longer they
   are, the more stretches find room.
2. `make check` installs what is needed; the hash PDQ only where a C++ compiler is at hand. Without make:
   `pip install -e ".[dev,peers]"`.
3. `.venv/bin/python -m benchmarks.quality --clips FOLDER` plants with fixed seeds, compares, and rewrites this page in
   your clone. What it planted and computed stays in the workspace. `--only reusenet` leaves out the other fingerprints,
   `--libraries first` the other libraries.

MobileNetV2 is measured only where its weights file lies at the place that `benchmarks/quality.py` names. The rule that
says how sure a sequence is was fitted by `python -m benchmarks.confidence`, which reports how well it holds on
libraries that it was not fitted on. The demo films are drawn alike everywhere: `python -m vrd_core demo` prints
what was found beside what is true. With your own list of known reuse, `python -m vrd_core compare LIBRARY TRUTH.csv`
makes one table over networks, layers and settings, and *Evaluate* in the dashboard shows what was missed and why.
"""


def report(
    libraries: Sequence[Library],
    chosen: Sequence[Variant],
    results: Results,
    *,
    tuning: bool = False,
    at: Sequence[float] = (),
) -> str:
    """Return the page; the first of `chosen` is the one that most of it is about."""
    main = chosen[0].label
    seeds = "**Tuning seeds**: settings are chosen by these." if tuning else "No setting was chosen by these seeds."
    planted = [library for library in libraries if library.name != "none"]
    parts = [
        "# Quality",
        f"Version {__version__}, written by `python -m benchmarks.quality`. {seeds} Fingerprints: {main}.",
        "## Libraries",
        _libraries(libraries, results, main),
    ]
    if planted:
        parts += ["## Found", _scores(planted, results, main, at)]
    for title, names, edits in (
        ("## Stretches found, the first edits", ("first",), FIRST_EDITS),
        ("## Stretches found, the later edits", ("later",), LATER_EDITS),
    ):
        counts = _by_edit([library for library in planted if library.name in names], results, main)
        if counts:
            parts += [title, _edits(counts, edits)]
    for name, title in (("short", "## Short stretches"), ("structures", "## Copies, double quotations and the rest")):
        counts = _by_edit([library for library in planted if library.name == name], results, main)
        if counts:
            parts += [title, _edits(counts, tuple(EDITS))]
    if len(planted) < len(libraries):
        parts += ["## Where nothing is reused", _no_reuse(results, chosen)]
    if len(chosen) > 1 and any(library.name == "first" for library in libraries):
        parts += ["## Beside other fingerprints (library “first”)", _variants(results, chosen)]
    parts += ["## Method", _METHOD.strip(), "## All seeds", _seeds(), "## Repeating it", _REPEATING.strip()]
    return "\n\n".join(parts) + "\n"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its first row the heading; what is not known is a dash."""
    lines = ["| " + " | ".join("–" if cell == "nan" else cell for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def _libraries(libraries: Sequence[Library], results: Results, label: str) -> str:
    rows = [("library", "what is in it", "libraries", "stretches", "minutes of film")]
    for library in libraries:
        of = results[library.name, label]
        planted, minutes = sum(f.planted for f in of), sum(f.minutes for f in of)
        rows.append((library.name, library.says, str(len(of)), str(planted), f"{minutes:.0f}"))
    return table(rows)


def _scores(libraries: Sequence[Library], results: Results, label: str, at: Sequence[float]) -> str:
    fixed = [f"F at {value:g}" for value in at]
    rows = [("library", "F auto", "F best", "auto / best", *fixed, "P", "R", "false pairs", "ends s", "threshold")]
    everything: list[Figures] = []
    for library in libraries:
        of = results[library.name, label]
        everything += of
        rows.append((library.name, *_row(of, at)))
    return table([*rows, ("**all**", *_row(everything, at))])


def _row(of: Sequence[Figures], at: Sequence[float]) -> list[str]:
    auto, top = _mean([_f(f) for f in of]), _mean([f.best.evaluation.f for f in of if f.best])
    shown = [e for f in of if (e := _shown(f))]
    thresholds = [f.threshold for f in of if f.threshold is not None]
    return [
        f"{auto:.3f}",
        f"{top:.3f}",
        f"{auto / top if top else math.nan:.2f}",
        *(f"{_mean([f.at[value].f for f in of if value in f.at]):.3f}" for value in at),
        f"{_mean([e.precision for e in shown]):.3f}",
        f"{_mean([e.recall for e in shown]):.3f}",
        str(sum(e.pairs_false for e in shown)),
        f"{_mean([f.ends for f in of]):.2f}",
        f"{min(thresholds):.3g} to {max(thresholds):.3g}" if thresholds else "none",
    ]


def _by_edit(libraries: Sequence[Library], results: Results, label: str) -> dict[str, EditRecall]:
    total: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for library in libraries:
        for figures in results[library.name, label]:
            shown = _shown(figures)
            for edit, recall in (shown.by_edit if shown else {}).items():
                total[edit][0] += recall.planted
                total[edit][1] += recall.found
    return {edit: EditRecall(*values) for edit, values in total.items()}


def _edits(counts: Mapping[str, EditRecall], order: Sequence[str] | Mapping[str, object]) -> str:
    rows = [("edit", "what it is", "found", "share")]
    for name in [*(n for n in order if n in counts), *sorted(set(counts) - set(order))]:
        says = EDITS[name].says if name in EDITS else _OTHER.get(name, "")
        rows.append((name, says, f"{counts[name].found}/{counts[name].planted}", f"{counts[name].share:.2f}"))
    own = [recall for name, recall in counts.items() if name in EDITS]
    both = EditRecall(sum(r.planted for r in own), sum(r.found for r in own))
    if both.planted:
        rows.append(("**all edits**", "", f"{both.found}/{both.planted}", f"{both.share:.2f}"))
    return table(rows)


def _no_reuse(results: Results, chosen: Sequence[Variant]) -> str:
    rows = [("fingerprints", "false sequences", "minutes of film", "threshold")]
    for variant in chosen:
        of = results.get(("none", variant.label), ())
        false = sum(f.automatic.false_sequences for f in of if f.automatic)
        thresholds = ", ".join(f"{f.threshold:.4g}" if f.threshold is not None else "undecided" for f in of)
        if of:
            rows.append((variant.label, str(false), f"{sum(f.minutes for f in of):.0f}", thresholds))
    return table(rows)


def _variants(results: Results, chosen: Sequence[Variant]) -> str:
    rows: list[tuple[str, ...]] = [
        ("fingerprints", "F auto", "F best", "auto / best", "P", "R", "false pairs", "ends s", "threshold")
    ]
    for variant in chosen:
        if of := results.get(("first", variant.label), ()):
            rows.append((variant.label, *_row(of, ())))
    return table(rows)


def _seeds() -> str:
    rows = [("library", "tuning seeds", "reported seeds")]
    rows += [(lib.name, ", ".join(map(str, lib.tuning)), ", ".join(map(str, lib.reported))) for lib in LIBRARIES]
    return table(rows)


def _shown(figures: Figures) -> Evaluation | None:
    """Return what is scored: at the automatic threshold, else at the best one."""
    return figures.automatic or (figures.best.evaluation if figures.best else None)


def _f(figures: Figures) -> float:
    return figures.automatic.f if figures.automatic else 0.0


def _mean(values: Sequence[float]) -> float:
    known = [v for v in values if not math.isnan(v)]
    return float(np.mean(known)) if known else math.nan
