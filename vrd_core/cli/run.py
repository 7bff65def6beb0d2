"""What each command of the command line does."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vrd_core import settings as defaults
from vrd_core.errors import Cancelled, SettingsError, VRDError
from vrd_core.progress import Progress, bars, json_lines, write_json_line
from vrd_core.system import stop_wanted
from vrd_core.text import clock, count, four_digits, print_table

if TYPE_CHECKING:
    from vrd_core.evaluation.truth import Reuse
    from vrd_core.project.found import Found
    from vrd_core.project.view import View

DONE, NOTHING, USAGE, SOME_FAILED, STOPPED = 0, 1, 2, 3, 130
"""Exit codes."""


def _view_settings(args: argparse.Namespace) -> defaults.ViewSettings:
    if args.settings is not None:
        try:
            return defaults.ViewSettings.from_dict(json.loads(args.settings.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(f"{args.settings} does not hold the settings of a view: {error}.") from error
    return defaults.ViewSettings(
        defaults.FrameSettings(fps=args.fps),
        defaults.FingerprintSettings(
            network=args.network,
            layer=args.layer,
            weights=args.weights,
            pooling=args.pooling,
            normalise=args.normalise,
            trim_borders=args.trim_borders,
        ),
        defaults.SearchSettings(
            neighbours_considered=args.neighbours,
            scope=args.scope,
            mask_single_colour=args.mask,
            mirrored=args.mirrored,
            score=args.score,
            index=args.index,
        ),
    )


def _sequence_settings(args: argparse.Namespace) -> defaults.SequenceSettings:
    return defaults.SequenceSettings(
        max_distance=args.max_distance,
        shortest_sequence=args.shortest_sequence,
        allow_skip=args.allow_skip,
        combine_overlap=args.combine_overlap,
        drop_echoes=args.drop_echoes,
        alignment=args.alignment,
    )


def _with_progress(args: argparse.Namespace, work: Callable[[Progress], Any]) -> Any:
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

    settings, sequences = _view_settings(args), _sequence_settings(args)
    started = time.monotonic()
    with Store(args.workspace) as store:
        if args.library is None and args.project is None:
            raise SettingsError("Give the folder of the videos, or --project NAME for one that exists.")
        if args.project is not None:
            project = Project.open(args.project, videos=args.library, store=store)
        else:
            project = Project.for_folder(args.library, store)
        view = _with_progress(
            args, lambda p: project.run(settings=settings, progress=p, recompute=args.recompute, cluster=args.cluster)
        )
        if args.json_progress:
            _report_done(project.slug, view)
        if args.out is not None or not args.json_progress:
            found = view.find_sequences(sequences)
            if args.out is not None:
                found.to_csv(args.out)
            if not args.json_progress:
                _print_found(found, time.monotonic() - started)
                print(f"Written to {args.out}." if args.out is not None else "Keep the table with --out FOUND.csv.")
        return SOME_FAILED if view.problems else DONE


def _report_done(project: str, view: View) -> None:
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
    _print_header(view, seconds)
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


def _print_header(view: View, seconds: float | None) -> None:
    from vrd_core.fingerprints.catalogue import weights_state

    frames = sum(v.count for v in view.videos)
    took = "" if seconds is None else f", {seconds:.1f} s"
    print(
        f"\n{count(len(view.videos), 'video')}, {count(frames, 'frame')}, {view.title} "
        f"({weights_state(view.settings.fingerprints)}){took}"
    )


def demo(args: argparse.Namespace) -> int:
    """Draw the demo films, run the four steps and compare with the truth."""
    from demo_films import draw_demo
    from vrd_core.evaluation.truth import read_reuse
    from vrd_core.project.project import Project
    from vrd_core.store import Store

    sequences = _sequence_settings(args)
    with Store(args.workspace) as store:
        folder = args.folder or store.root / "demo"

        def work(progress: Progress) -> View:
            draw_demo(folder, progress=lambda done, total, name: progress("demo", done, total, name))
            return Project.open("Demo", videos=folder / "films", store=store).run(progress=progress)

        view = _with_progress(args, work)
        found = view.find_sequences(sequences)
        found.to_csv(folder / "found.csv")
        if args.json_progress:
            _report_done("demo", view)
        else:
            _print_header(view, None)
            _print_beside(read_reuse(folder / "found.csv"), read_reuse(folder / "truth.csv"))
            print(f"Films, truth.csv and found.csv are in {folder}.")
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

    def apart(row: Reuse, true: Reuse) -> float:
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
        whole += any(apart(r, true) <= OFFSET_TOLERANCE for r in here)
        rows += [
            (
                true.video_a if n == 0 else "",
                times(true)[0] if n == 0 else "",
                true.video_b if n == 0 else "",
                times(true)[1] if n == 0 else "",
                true.edit if n == 0 else "",
                " and ".join(times(r)) if r else "missed",
                "" if seen or not r else "more than 2 s beside",
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


def probe(args: argparse.Namespace) -> int:
    """Say what ffmpeg sees in files."""
    from vrd_core.media.probe import probe

    failed = 0
    for file in args.files:
        try:
            media = probe(file)
        except VRDError as error:
            failed += 1
            print(f"{file}: {error}")
            continue
        length = "a still" if media.still else clock(media.duration) if media.duration else "unknown length"
        rate = f", {media.fps:g} frames/s" if media.fps and not media.still else ""
        print(
            f"{file}: {length}, {media.width}x{media.height}, {media.codec} in {media.container}{rate}"
            f"{f', turned by {media.rotation} degrees' if media.rotation else ''}"
        )
    return NOTHING if failed == len(args.files) else SOME_FAILED if failed else DONE


def networks(_args: argparse.Namespace) -> int:
    """List the networks."""
    from vrd_core.fingerprints.catalogue import catalogue, weights_state

    print_table(
        ("network", "input", "parameters", "layers", "usual layer", "weights"),
        [
            (
                n.name,
                f"{n.input_size[0]}x{n.input_size[1]}",
                f"{n.parameters / 1e6:.1f} M",
                str(len(n.layers)),
                n.default_layer,
                weights_state(defaults.FingerprintSettings(network=n.name)),
            )
            for n in catalogue().values()
        ],
    )
    return DONE


def layers(args: argparse.Namespace) -> int:
    """List the layers of a network."""
    from vrd_core.fingerprints.catalogue import network_info
    from vrd_core.store import Store

    with Store(args.workspace) as store:
        info = network_info(args.network, store)
    print_table(
        ("index", "name", "kind", "output shape", "vector length", "averaged"),
        [
            (
                str(x.index),
                x.name,
                x.kind,
                "x".join(map(str, x.output_shape)),
                f"{x.vector_length('flatten'):,}",
                f"{x.vector_length('average'):,}",
            )
            for x in info.layers
        ],
    )
    return DONE


def cache(args: argparse.Namespace) -> int:
    """Show and clear what the workspace holds."""
    from vrd_core.project import disk_use
    from vrd_core.store import Store

    with Store(args.workspace) as store:
        chosen = disk_use.select(store, step=args.clear_step, video=args.clear_video, unused=args.clear_unused)
        if chosen is not None:
            for artefact in chosen:
                store.remove(artefact)
            print(f"Deleted {len(chosen)} artefacts, {sum(a.size for a in chosen) / 1e6:,.1f} MB.")
        usage = disk_use.usage(store)
        print(f"{store.root}")
        print_table(
            ("step", "artefacts", "MB"),
            [(step, str(count), f"{size / 1e6:,.1f}") for step, (count, size) in sorted(usage.by_step.items())],
        )
        print()
        print_table(
            ("video", "MB"),
            [(name, f"{size / 1e6:,.1f}") for name, size in sorted(usage.by_video.items(), key=lambda pair: -pair[1])],
        )
        print(
            f"\n{len(usage.unused)} artefacts, {sum(a.size for a in usage.unused) / 1e6:,.1f} MB, are used by no "
            "project (--clear-unused)."
        )
    return DONE
