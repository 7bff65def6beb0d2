"""Arguments that several commands share, and the settings that are made of them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from vrd_core import settings as defaults
from vrd_core.errors import SettingsError


class HelpFormatter(argparse.ArgumentDefaultsHelpFormatter):
    """Say what an argument is when it is left out, where that is more than nothing."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help if action.default in (None, "", False) else super()._get_help_string(action)


def add_workspace(command: argparse.ArgumentParser) -> None:
    """Add --workspace."""
    command.add_argument(
        "--workspace",
        metavar="DIR",
        type=Path,
        help="folder for everything the tool writes (else $VRD_WORKSPACE, else ./workspace)",
    )


def add_json_progress(command: argparse.ArgumentParser) -> None:
    """Add --json-progress."""
    command.add_argument("--json-progress", action="store_true", help="report as JSON lines on standard output")


def add_view_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of steps 1 to 3."""
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
    command.add_argument("--mirrored", action="store_true", help="compare with mirrored frames as well")
    command.add_argument(
        "--score",
        default=search.score,
        choices=("distance", "normalised"),
        help="plain distance, or distance divided by how close the frames are to unrelated footage; the network's "
        "usual choice when left out",
    )
    command.add_argument("--index", default=search.index, help="a Faiss factory string; Flat is exact")
    command.add_argument(
        "--align-fps",
        type=float,
        default=search.align_fps,
        metavar="NUMBER",
        help="fingerprints per second of film by which sequences are aligned, 0 for the stills alone; the network's "
        "usual choice when left out",
    )


def view_settings(args: argparse.Namespace) -> defaults.ViewSettings:
    """Return the settings of steps 1 to 3; a file given with --settings replaces the arguments.

    Raises SettingsError where a value is out of bounds or the file does not hold settings.
    """
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
            align_fps=args.align_fps,
        ),
    )


def add_sequence_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of step 4."""
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
        help="kept for old commands, without effect: sequences that are one reuse compete by their evidence",
    )
    command.add_argument(
        "--alignment",
        default=sequences.alignment,
        choices=("auto", "rigid", "elastic"),
        help="rigid finds reuse at the same speed only, elastic at another speed as well, auto the latter where it "
        "costs nothing",
    )
    command.add_argument(
        "--least-evidence",
        type=float,
        default=sequences.least_evidence,
        metavar="SECONDS",
        help="seconds of evidence that a sequence must have; one second counts 1 where the frames are the same, 0 at "
        "the threshold",
    )


def sequence_settings(args: argparse.Namespace) -> defaults.SequenceSettings:
    """Return the settings of step 4; SettingsError where a value is out of bounds."""
    return defaults.SequenceSettings(
        max_distance=args.max_distance,
        shortest_sequence=args.shortest_sequence,
        allow_skip=args.allow_skip,
        combine_overlap=args.combine_overlap,
        drop_echoes=args.drop_echoes,
        alignment=args.alignment,
        least_evidence=args.least_evidence,
    )


def _auto_or_number(text: str) -> float | str:
    if text == "auto":
        return text
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'auto' or a number is allowed. Received: {text!r}.") from None
