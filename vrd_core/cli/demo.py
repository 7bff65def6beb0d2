"""The command `demo`: draw the demo films, find the reuse in them, print found beside true."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vrd_core.cli import DONE, SOME_FAILED, program
from vrd_core.cli.arguments import (
    HelpFormatter,
    add_json_progress,
    add_sequence_arguments,
    add_workspace,
    sequence_settings,
)
from vrd_core.cli.run import print_header, report_done, with_progress
from vrd_core.progress import Progress
from vrd_core.text import clock, count, print_table

if TYPE_CHECKING:
    from vrd_core.evaluation.truth import Reuse
    from vrd_core.project.view import View


def add_commands(add: Any) -> None:
    """Add `demo` to what `ArgumentParser.add_subparsers()` returned."""
    command = add.add_parser(
        "demo",
        help="draw the demo films, run the four steps, compare with the truth",
        formatter_class=HelpFormatter,
    )
    command.add_argument(
        "folder",
        metavar="DIR",
        type=Path,
        nargs="?",
        help="gets films/, truth.csv and found.csv; demo/ in the workspace when left out",
    )
    add_json_progress(command)
    add_workspace(command)
    add_sequence_arguments(command)
    command.set_defaults(handler=demo)


def demo(args: argparse.Namespace) -> int:
    """Draw the demo films, run the four steps and compare with the truth."""
    from demo_films import draw_demo
    from vrd_core.evaluation.truth import read_reuse
    from vrd_core.project.project import Project
    from vrd_core.store import Store

    sequences = sequence_settings(args)
    with Store(args.workspace) as store:
        folder = args.folder or store.root / "demo"

        def work(progress: Progress) -> View:
            draw_demo(folder, progress=lambda done, total, name: progress("demo", done, total, name))
            return Project.open("Demo", videos=folder / "films", store=store).run(progress=progress)

        view = with_progress(args, work)
        found = view.find_sequences(sequences)
        found.to_csv(folder / "found.csv")
        if args.json_progress:
            report_done("demo", view)
        else:
            print_header(view, None)
            _print_beside(read_reuse(folder / "found.csv"), read_reuse(folder / "truth.csv"))
            print(f"Films, truth.csv and found.csv are in {folder}.")
            where = f' --workspace "{args.workspace}"' if args.workspace else ""
            print(f"See them in the dashboard: {program()} dashboard --page sequences{where}")
        return SOME_FAILED if view.problems else DONE


def _print_beside(found: list[Reuse], truth: list[Reuse]) -> None:
    """Print each true stretch with the found ones that touch it, then what was found beside the truth."""
    from vrd_core.evaluation.metric import OFFSET_TOLERANCE, evaluate

    def times(row: Reuse) -> tuple[str, str]:
        return f"{clock(row.start_a)}-{clock(row.end_a)}", f"{clock(row.start_b)}-{clock(row.end_b)}"

    def touches(row: Reuse, true: Reuse) -> bool:
        return row.pair == true.pair and all(
            low < end and start < high
            for low, high, start, end in (
                (row.start_a, row.end_a, true.start_a, true.end_a),
                (row.start_b, row.end_b, true.start_b, true.end_b),
            )
        )

    def farthest_end(row: Reuse, true: Reuse) -> float:
        return max(
            abs(row.start_a - true.start_a),
            abs(row.end_a - true.end_a),
            abs(row.start_b - true.start_b),
            abs(row.end_b - true.end_b),
        )

    found, truth = [r.ordered() for r in found], [r.ordered() for r in truth]
    result = evaluate(found, truth)
    rows, whole = [], 0
    for true, seen in zip(truth, result.true_found, strict=True):
        here = [r for r in found if touches(r, true)]
        whole += any(farthest_end(r, true) <= OFFSET_TOLERANCE for r in here)
        rows += [
            (
                true.video_a if n == 0 else "",
                times(true)[0] if n == 0 else "",
                true.video_b if n == 0 else "",
                times(true)[1] if n == 0 else "",
                true.edit if n == 0 else "",
                " and ".join(times(r)) if r else "missed",
                "" if seen or not r else f"more than {OFFSET_TOLERANCE:g} s off",
            )
            for n, r in enumerate(here or [None])
        ]
    print_table(("video A", "true", "video B", "true", "edit", "found", ""), rows)
    false = [r for r, right in zip(found, result.found_right, strict=True) if not right]
    for row in false:
        print(f"false: {row.video_a} {times(row)[0]}, {row.video_b} {times(row)[1]}")
    print(
        f"{sum(result.true_found)} of {len(truth)} reused stretches found, {whole} of them with all ends within "
        f"{OFFSET_TOLERANCE:g} s; {count(len(false), 'false sequence')}; segment precision {result.precision:.2f}, "
        f"recall {result.recall:.2f}."
    )
