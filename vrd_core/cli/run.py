"""The command `run`: the four steps over a folder, and what is printed of them."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vrd_core.cli import DONE, SOME_FAILED
from vrd_core.cli.arguments import (
    HelpFormatter,
    add_json_progress,
    add_sequence_arguments,
    add_view_arguments,
    add_workspace,
    sequence_settings,
    view_settings,
)
from vrd_core.errors import Cancelled, SettingsError
from vrd_core.progress import Progress, bars, json_lines, write_json_line
from vrd_core.system import stop_wanted
from vrd_core.text import clock, count, four_digits, print_table

if TYPE_CHECKING:
    from vrd_core.project.found import Found
    from vrd_core.project.view import View


def add_commands(add: Any) -> None:
    """Add `run` to what `ArgumentParser.add_subparsers()` returned."""
    command = add.add_parser(
        "run",
        help="run the four steps over a folder of films",
        formatter_class=HelpFormatter,
    )
    command.add_argument(
        "library",
        metavar="LIBRARY",
        type=Path,
        nargs="?",
        help="folder of videos and pictures; may be left out for a --project that exists",
    )
    command.add_argument("--out", metavar="FOUND.csv", type=Path, help="where the table of sequences goes")
    command.add_argument(
        "--project", metavar="NAME", help="the project to make or continue, by default named after LIBRARY"
    )
    add_view_arguments(command)
    add_sequence_arguments(command)
    command.add_argument(
        "--settings",
        metavar="VIEW.json",
        type=Path,
        help="settings of a view as the dashboard writes them, replacing the above",
    )
    command.add_argument(
        "--recompute",
        choices=("frames", "fingerprints", "neighbours"),
        help="run this step and the ones after it again, even where the cache has them",
    )
    command.add_argument(
        "--cluster",
        metavar="tcp://HOST:PORT",
        help="a Dask scheduler to spread the work over (install the extra `cluster`)",
    )
    add_json_progress(command)
    add_workspace(command)
    command.set_defaults(handler=run)


def with_progress(args: argparse.Namespace, work: Callable[[Progress], Any]) -> Any:
    """Run `work` under bars or JSON lines, and let a wish to stop end it between two pieces of work."""
    with stop_wanted() as wanted:

        def stoppable(progress: Progress) -> Progress:
            def checked(step: str, done: float, total: float, detail: str) -> None:
                if wanted():
                    raise Cancelled("Stopped; what was finished is kept.")
                progress(step, done, total, detail)

            return checked

        if args.json_progress:
            return work(stoppable(json_lines(sys.stdout)))
        with bars() as shown:
            return work(stoppable(shown))


def run(args: argparse.Namespace) -> int:
    """Run the four steps over a folder."""
    from vrd_core.project.project import Project
    from vrd_core.store import Store

    settings, sequences = view_settings(args), sequence_settings(args)
    started = time.monotonic()
    with Store(args.workspace) as store:
        if args.library is None and args.project is None:
            raise SettingsError("Give the folder of the videos, or --project NAME for one that exists.")
        if args.project is not None:
            project = Project.open(args.project, videos=args.library, store=store)
        else:
            project = Project.for_folder(args.library, store)
        view = with_progress(
            args, lambda p: project.run(settings=settings, progress=p, recompute=args.recompute, cluster=args.cluster)
        )
        if args.json_progress:
            report_done(project.slug, view)
        if args.out is not None or not args.json_progress:
            found = view.find_sequences(sequences)
            if args.out is not None:
                found.to_csv(args.out)
            if not args.json_progress:
                _print_found(found, time.monotonic() - started)
                print(f"Written to {args.out}." if args.out is not None else "Keep the table with --out FOUND.csv.")
        return SOME_FAILED if view.problems else DONE


def report_done(project: str, view: View) -> None:
    """Write the last JSON lines: what could not be used, and the view that was made."""
    for problem in view.problems:
        write_json_line(sys.stdout, event="problem", **problem)
    write_json_line(
        sys.stdout,
        event="done",
        view=view.view_id,
        project=project,
        videos=len(view.videos),
        problems=len(view.problems),
    )


def _print_found(found: Found, seconds: float | None = None) -> None:
    """Print the summary table of a run and what went wrong."""
    view = found.view
    print_header(view, seconds)
    how = f", set automatically: {found.automatic.reason}." if found.automatic else "."
    print(f"Threshold {found.threshold:.4g}{how}")
    if len(found):
        print_table(
            ("video A", "from", "to", "video B", "from", "to", "length", "mean distance"),
            [
                (
                    s.video_a,
                    clock(s.start_a),
                    clock(s.end_a),
                    s.video_b,
                    clock(s.start_b),
                    clock(s.end_b),
                    f"{s.seconds:.0f} s",
                    four_digits(s.mean_distance),
                )
                for s in found
            ],
        )
    elif closest := view.neighbours.summary.get("minimum"):
        print(f"No sequence at this threshold; the closest pair of frames is at {closest:.4g}.")
    print(f"{count(len(found), 'sequence')}, {clock(found.seconds)} of reuse. Leads to check by eye, not proof.")
    if view.problems:
        print(f"{count(len(view.problems), 'file')} could not be used; the rest is ready:")
        for problem in view.problems:
            print(f"  {problem['name']}: {problem['message']}")


def print_header(view: View, seconds: float | None) -> None:
    """Print what was compared and by what."""
    from vrd_core.fingerprints.catalogue import weights_state

    frames = sum(v.count for v in view.videos)
    took = "" if seconds is None else f", {seconds:.1f} s"
    print(
        f"\n{count(len(view.videos), 'video')}, {count(frames, 'frame')}, {view.title} "
        f"({weights_state(view.settings.fingerprints)}){took}"
    )
