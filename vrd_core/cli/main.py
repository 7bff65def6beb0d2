"""The command line: `python -m vrd_core --help`.

Exit codes: 0 done, 1 nothing could be processed (or another error, told in plain words), 2 wrong usage, 3 done but some
videos failed, 130 stopped by the person.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from vrd_core import settings as defaults
from vrd_core.cli import run as commands
from vrd_core.cli.run import DONE, NOTHING, STOPPED, USAGE
from vrd_core.errors import Cancelled, SettingsError, VRDError
from vrd_core.progress import write_json_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = _parser()
    args = parser.parse_args(arguments)
    try:
        return int(args.handler(args))
    except (Cancelled, KeyboardInterrupt):
        _tell(args, "stopped", "Stopped. What was finished is kept; run the same command again to go on.")
        return STOPPED
    except SettingsError as error:
        _tell(args, "error", str(error))
        return USAGE
    except VRDError as error:
        _tell(args, "error", str(error))
        return NOTHING
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough.
        sys.stderr.close()
        return DONE


def _tell(args: argparse.Namespace, event: str, message: str) -> None:
    if getattr(args, "json_progress", False):
        write_json_line(sys.stdout, event=event, message=message)
    print(message, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    from vrd_core.cli.quality import add_commands
    from vrd_core.version import __version__

    parser = argparse.ArgumentParser(prog="python -m vrd_core", description="Trace how footage is reused.")
    parser.add_argument("--version", action="version", version=__version__)
    add = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    workspace = argparse.ArgumentParser(add_help=False)
    workspace.add_argument(
        "--workspace",
        metavar="DIR",
        type=Path,
        help="folder for everything the tool writes (else $VRD_WORKSPACE, else ./workspace)",
    )

    run = add.add_parser(
        "run",
        parents=[workspace],
        help="run the four steps over a folder of films",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    run.add_argument(
        "library",
        metavar="LIBRARY",
        type=Path,
        nargs="?",
        help="folder of videos and pictures; may be left out for a --project that exists",
    )
    run.add_argument("--out", metavar="FOUND.csv", type=Path, help="where the table of sequences goes")
    run.add_argument(
        "--project", metavar="NAME", help="the project to make or go on with, by default named after LIBRARY"
    )
    _add_view_arguments(run)
    _add_sequence_arguments(run)
    run.add_argument(
        "--settings",
        metavar="VIEW.json",
        type=Path,
        help="settings of a view as the dashboard writes them, replacing the above",
    )
    run.add_argument(
        "--recompute",
        choices=("frames", "fingerprints", "neighbours"),
        help="run this step and those after it again, though the cache has them",
    )
    run.add_argument(
        "--cluster",
        metavar="tcp://HOST:PORT",
        help="a Dask scheduler to spread the work over (requirements-cluster.txt)",
    )
    run.add_argument("--json-progress", action="store_true", help="report as JSON lines on standard output")
    run.set_defaults(handler=commands.run)

    demo = add.add_parser(
        "demo",
        parents=[workspace],
        help="draw the demo films, run the four steps, compare with the truth",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    demo.add_argument(
        "folder",
        metavar="DIR",
        type=Path,
        nargs="?",
        help="gets films/, truth.csv and found.csv; demo/ in the workspace when left out",
    )
    demo.add_argument("--json-progress", action="store_true", help="report as JSON lines on standard output")
    _add_sequence_arguments(demo)
    demo.set_defaults(handler=commands.demo)

    probe = add.add_parser("probe", help="say what ffmpeg sees in files")
    probe.add_argument("files", metavar="FILE", nargs="+", type=Path, help="videos or pictures")
    probe.set_defaults(handler=commands.probe)

    networks = add.add_parser("networks", help="list the networks")
    networks.set_defaults(handler=commands.networks)
    layers = add.add_parser("layers", parents=[workspace], help="list the layers of a network")
    layers.add_argument("network", metavar="NETWORK", help="a name from `networks`, or the path of a .keras file")
    layers.set_defaults(handler=commands.layers)

    cache = add.add_parser("cache", parents=[workspace], help="show what takes how much space, and clear it")
    cache.add_argument("--clear-step", metavar="STEP", help="delete the artefacts of one step")
    cache.add_argument(
        "--clear-video", metavar="NAME", help="delete the artefacts of one video (name or path as listed)"
    )
    cache.add_argument("--clear-unused", action="store_true", help="delete what no project uses any more")
    cache.set_defaults(handler=commands.cache)

    add_commands(add)
    return parser


def _add_view_arguments(command: argparse.ArgumentParser) -> None:
    frames, search = defaults.FrameSettings(), defaults.SearchSettings()
    command.add_argument("--fps", type=float, default=frames.fps, help="frames per second of film, 0.1 to 25")
    command.add_argument(
        "--network", default=defaults.EMBEDDED_NETWORK, help="a name from `networks`, or the path of a .keras file"
    )
    command.add_argument("--layer", default="", help="a layer of it (see `layers`); its usual one when left out")
    command.add_argument(
        "--weights",
        default="",
        metavar="imagenet|untrained|FILE",
        help="weights of the network; its usual ones when left out",
    )
    command.add_argument(
        "--pooling",
        default="",
        choices=("", "flatten", "average", "gem"),
        help="what is done with a layer that has height and width",
    )
    command.add_argument(
        "--normalise",
        default=None,
        action=argparse.BooleanOptionalAction,
        help="scale fingerprints to length 1; the network's usual choice when left out",
    )
    command.add_argument(
        "--trim-borders",
        default=True,
        action=argparse.BooleanOptionalAction,
        help="cut letterbox and pillarbox off before the network",
    )
    command.add_argument(
        "--neighbours", type=int, default=search.neighbours_considered, help="nearest frames kept for each frame"
    )
    command.add_argument(
        "--scope",
        default=search.scope,
        choices=("videos", "collections"),
        help="compare different videos, or only different collections",
    )
    command.add_argument(
        "--mask", default=True, action=argparse.BooleanOptionalAction, help="leave out near-single-colour frames"
    )
    command.add_argument("--mirrored", action="store_true", help="also compare with mirrored frames")
    command.add_argument(
        "--score",
        default=search.score,
        choices=("distance", "normalised"),
        help="plain distance, or divided by how close frames are to unrelated footage; the network's "
        "usual choice when left out",
    )
    command.add_argument("--index", default=search.index, help="a Faiss factory string; Flat is exact")


def _add_sequence_arguments(command: argparse.ArgumentParser) -> None:
    sequences = defaults.SequenceSettings()
    command.add_argument(
        "--max-distance",
        default="auto",
        type=_auto_or_number,
        metavar="auto|NUMBER",
        help="frames match at this distance or below",
    )
    command.add_argument(
        "--shortest-sequence",
        type=float,
        default=sequences.shortest_sequence,
        metavar="SECONDS",
        help="shorter sequences are dropped",
    )
    command.add_argument(
        "--allow-skip",
        type=int,
        default=sequences.allow_skip,
        metavar="FRAMES",
        help="frames in a row that may fail to match",
    )
    command.add_argument(
        "--combine-overlap",
        default=True,
        action=argparse.BooleanOptionalAction,
        help="keep the better of two sequences that are one reuse",
    )
    command.add_argument(
        "--drop-echoes",
        default=True,
        action=argparse.BooleanOptionalAction,
        help="leave out sequences beside a clearly closer one of the same videos",
    )
    command.add_argument(
        "--alignment",
        default=sequences.alignment,
        choices=("rigid", "elastic"),
        help="one constant offset, or also reuse at another speed",
    )


def _auto_or_number(text: str) -> float | str:
    if text == "auto":
        return text
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'auto' or a number is allowed. Received: {text!r}.") from None
