"""The commands `probe`, `networks`, `layers` and `cache`: what there is, and how much space it takes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vrd_core.cli import DONE, NOTHING, SOME_FAILED
from vrd_core.cli.arguments import add_workspace
from vrd_core.errors import VRDError
from vrd_core.settings import FingerprintSettings
from vrd_core.text import clock, print_table


def add_commands(add: Any) -> None:
    """Add the four commands to what `ArgumentParser.add_subparsers()` returned."""
    files = add.add_parser("probe", help="say what ffmpeg sees in files")
    files.add_argument("files", metavar="FILE", nargs="+", type=Path, help="videos or pictures")
    files.set_defaults(handler=probe)

    table = add.add_parser("networks", help="list the networks")
    table.set_defaults(handler=networks)
    of_network = add.add_parser("layers", help="list the layers of a network")
    of_network.add_argument("network", metavar="NETWORK", help="a name from `networks`, or the path of a .keras file")
    add_workspace(of_network)
    of_network.set_defaults(handler=layers)

    space = add.add_parser("cache", help="show what takes how much space, and clear it")
    space.add_argument("--clear-step", metavar="STEP", help="delete the artefacts of one step")
    space.add_argument(
        "--clear-video", metavar="NAME", help="delete the artefacts of one video (name or path as listed)"
    )
    space.add_argument("--clear-unused", action="store_true", help="delete what no project uses any more")
    add_workspace(space)
    space.set_defaults(handler=cache)


def probe(args: argparse.Namespace) -> int:
    """Say what ffmpeg sees in files, and which ffmpeg it is."""
    from vrd_core.media.ffmpeg import ffmpeg_exe, ffmpeg_version
    from vrd_core.media.probe import probe

    usual = ffmpeg_exe()
    print(f"ffmpeg {ffmpeg_version(usual)}: {usual}")
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
        read_by = usual if media.container == "picture" else ffmpeg_exe(media)
        other = "" if read_by == usual else f", read by ffmpeg {ffmpeg_version(read_by)}: {read_by}"
        print(
            f"{file}: {length}, {media.width}x{media.height}, {media.codec} in {media.container}{rate}"
            f"{f', turned by {media.rotation} degrees' if media.rotation else ''}{other}"
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
                weights_state(FingerprintSettings(network=n.name)),
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
