"""The commands `plant`, `evaluate` and `compare`: their arguments, and what they print."""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vrd_core.cli import DONE, program
from vrd_core.cli.arguments import add_workspace
from vrd_core.text import print_table

if TYPE_CHECKING:
    from vrd_core.evaluation.metric import Evaluation


def add_commands(add: Any) -> None:
    """Add the three commands to what `ArgumentParser.add_subparsers()` returned."""
    _add_plant(add)
    _add_evaluate(add)
    _add_compare(add)


def _add_plant(add: Any) -> None:
    command = add.add_parser(
        "plant",
        help="make films that reuse stretches of yours, with known truth",
        description="Make documentaries that reuse stretches of the films in SOURCES, edited in known ways: OUT/films "
        "is a library to run over, OUT/truth.csv says what was planted where.",
    )
    command.add_argument("sources", metavar="SOURCES", type=Path, help="folder of films, at least 6 seconds each")
    command.add_argument("out", metavar="OUT", type=Path, help="gets films/, truth.csv and plant.json")
    command.add_argument("--seed", type=int, default=1, help="the same seed makes the same films (1)")
    command.add_argument("--documentaries", type=int, default=6, help="films to make (6)")
    command.add_argument(
        "--stretches",
        type=int,
        default=48,
        help="stretches to plant (48); fewer where the sources are short, as no second is used more than twice",
    )
    command.add_argument(
        "--shortest", type=float, default=6.0, metavar="SECONDS", help="shortest contiguous piece in a documentary (6)"
    )
    command.add_argument("--longest", type=float, default=30.0, metavar="SECONDS", help="longest stretch (30)")
    command.add_argument(
        "--edits", default="", metavar="NAME,…", help="only these edits; a fixed choice of eighteen when left out"
    )
    command.set_defaults(handler=plant)


def _add_evaluate(add: Any) -> None:
    command = add.add_parser(
        "evaluate",
        help="score a table of sequences against the truth",
        description="Compare FOUND.csv, as `run` writes it, with TRUTH.csv: the same first six columns and an edit, or "
        "annotations in VCDB's format (v1,v2,s1,e1,s2,e2). Precision, recall and F are those of VCSL.",
    )
    command.add_argument("found", metavar="FOUND.csv", type=Path, help="the table that `run` wrote")
    command.add_argument("truth", metavar="TRUTH.csv", type=Path, help="what is really reused")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.add_argument("--missed", action="store_true", help="list the missed and the false stretches as well")
    command.set_defaults(handler=evaluate)


def _add_compare(add: Any) -> None:
    command = add.add_parser(
        "compare",
        help="compare networks, layers and settings on films with known truth",
        description="Run LIBRARY with every combination of the lists given and print one table. Steps that are in the "
        "workspace already are reused.",
    )
    command.add_argument("library", metavar="LIBRARY", type=Path, help="folder of films")
    command.add_argument("truth", metavar="TRUTH.csv", type=Path, help="what is really reused")
    command.add_argument(
        "--networks",
        default="",
        metavar="NAME,…",
        help="networks, each NAME or NAME:WEIGHTS with imagenet, untrained or a file as WEIGHTS; the "
        "peers dhash, pdq and thumbnail are allowed as well. The embedded network when left out",
    )
    command.add_argument(
        "--layers", default="", metavar="NAME,…", help="layers; each network's usual one when left out"
    )
    command.add_argument("--pooling", default="", metavar="NAME,…", help="flatten, average, gem")
    command.add_argument("--normalise", default="", metavar="yes,no", help="fingerprints scaled to length 1, or not")
    command.add_argument(
        "--score", default="", metavar="NAME,…", help="distance, normalised; each network's usual one when left out"
    )
    command.add_argument("--alignment", default="", metavar="NAME,…", help="rigid, elastic")
    command.add_argument("--mirrored", action="store_true", help="compare with mirrored frames as well")
    command.add_argument("--fps", type=float, default=1.0, help="frames per second of film (1)")
    command.add_argument("--shortest-sequence", type=float, default=5.0, metavar="SECONDS", help="(5)")
    command.add_argument("--out", metavar="TABLE.csv", type=Path, help="write the table as CSV as well")
    add_workspace(command)
    command.set_defaults(handler=compare)


def plant(args: argparse.Namespace) -> int:
    """Run `plant`."""
    from vrd_core.errors import SettingsError
    from vrd_core.evaluation.edits import FIRST_EDITS
    from vrd_core.evaluation.plant import plant as make

    edits = _names(args.edits) or tuple(FIRST_EDITS)
    if args.stretches < 0 or args.documentaries < 1:
        raise SettingsError(
            "--stretches must be 0 or more and --documentaries 1 or more. "
            f"Received: {args.stretches} and {args.documentaries}."
        )
    made = make(
        args.sources,
        args.out,
        seed=args.seed,
        documentaries=args.documentaries,
        stretches=args.stretches,
        shortest=args.shortest,
        longest=args.longest,
        edits=edits,
        progress=_line(sys.stderr),
    )
    for reason in made.left_out:
        print(f"left out: {reason}", file=sys.stderr)
    print(f"{made.stretches} stretches planted, {len(made.rows)} rows of truth in {made.truth}.")
    if made.stretches < args.stretches:
        print(f"There was no room for {args.stretches - made.stretches} more: give more or longer films.")
    print(f"Next: {program()} run {made.films} --out found.csv\n      {program()} evaluate found.csv {made.truth}")
    return DONE


def evaluate(args: argparse.Namespace) -> int:
    """Run `evaluate`."""
    from vrd_core.evaluation.metric import evaluate as score
    from vrd_core.evaluation.truth import read_reuse

    found, truth = read_reuse(args.found), read_reuse(args.truth)
    result = score(found, truth)
    if args.json:
        print(json.dumps(to_dict(result), indent=1))
        return DONE
    print_evaluation(result)
    named = {name for row in truth for name in row.pair}
    if found and named and not named & {name for row in found for name in row.pair}:
        print("No video of the truth is named in FOUND.csv: are both relative to the same folder?", file=sys.stderr)
    if args.missed:
        for title, rows, wanted in (("missed", truth, result.true_found), ("false", found, result.found_right)):
            for row in (row for row, good in zip(rows, wanted, strict=True) if not good):
                print(
                    f"{title}: {row.video_a} {row.start_a:.2f}–{row.end_a:.2f}, {row.video_b} {row.start_b:.2f}–"
                    f"{row.end_b:.2f} {row.edit}".rstrip()
                )
    return DONE


def compare(args: argparse.Namespace) -> int:
    """Run `compare`."""
    from vrd_core.evaluation.compare import compare as run
    from vrd_core.evaluation.compare import table_of, variants, write_table
    from vrd_core.evaluation.truth import read_reuse
    from vrd_core.settings import FrameSettings
    from vrd_core.store import Store

    truth = read_reuse(args.truth)
    chosen = variants(
        networks=_names(args.networks),
        layers=_names(args.layers),
        pooling=_names(args.pooling),
        normalise=_names(args.normalise),
        score=_names(args.score),
        alignment=_names(args.alignment),
        mirrored=args.mirrored,
    )
    with Store(args.workspace) as store:
        results = run(
            args.library,
            truth,
            chosen,
            store,
            frames=FrameSettings(fps=args.fps),
            shortest_sequence=args.shortest_sequence,
            progress=_line(sys.stderr),
        )
    header, *rows = table_of(results)
    print_table(header, rows)
    if args.out is not None:
        write_table(args.out, results)
    return DONE


def to_dict(result: Evaluation) -> dict[str, Any]:
    """Return an evaluation as plain JSON; what is not a number becomes null."""
    numbers = {
        name: getattr(result, name)
        for name in (
            "precision",
            "recall",
            "f",
            "pairs_hit",
            "pairs_missed",
            "pairs_false",
            "false_sequences",
            "offset_error",
        )
    }
    return {
        **{k: None if isinstance(v, float) and math.isnan(v) else v for k, v in numbers.items()},
        "by_edit": {edit: {"planted": e.planted, "found": e.found} for edit, e in result.by_edit.items()},
    }


def print_evaluation(result: Evaluation) -> None:
    """Print an evaluation in words."""
    print(f"segment precision {result.precision:.3f}, recall {result.recall:.3f}, F {result.f:.3f}")
    print(f"pairs of videos: {result.pairs_hit} hit, {result.pairs_missed} missed, {result.pairs_false} false")
    print(f"sequences: {sum(result.found_right)} right, {result.false_sequences} false")
    if not math.isnan(result.offset_error):
        print(f"median offset error: {result.offset_error:.2f} s")
    if any(result.by_edit):
        rows = [
            (edit or "(not named)", str(e.planted), str(e.found), f"{e.share:.2f}")
            for edit, e in result.by_edit.items()
        ]
        print_table(("edit", "stretches", "found", "share"), rows)


def _names(text: str) -> tuple[Any, ...]:
    """Return the names of a list; whether they are allowed is checked where settings are made of them."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _line(stream: Any) -> Callable[[str, float, float, str], None]:
    """Return a progress callback that keeps one line up to date, or says little where it is not a terminal."""
    last = [0.0]
    terminal = stream.isatty()

    def progress(step: str, done: float, total: float, detail: str) -> None:
        now = time.monotonic()
        if now - last[0] < (0.2 if terminal else 10) and done < total:
            return
        last[0] = now
        text = f"{step} {done:.0f} of {total:.0f} {detail}"
        if terminal:
            print(f"\r{text[:78]:<78}", end="\n" if done >= total else "", file=stream, flush=True)
        elif done < total:
            print(text, file=stream, flush=True)

    return progress
