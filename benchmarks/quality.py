"""How good is it: reuse planted in real clips, found as a user finds it. Writes docs/quality.md.

    python -m benchmarks.quality                             # every library at its reported seeds, then docs/quality.md
    python -m benchmarks.quality --tuning --at 0.6,0.7,0.8   # the tuning seeds, also at these thresholds; prints only
    python -m benchmarks.quality --tuning --libraries first,later --set fps=2

Libraries are planted once with fixed seeds and kept (`benchmarks.libraries` is the table of both). Each is processed
with `Project.run` and searched with `View.find_sequences`, at the automatic threshold and over a range of others.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.libraries import LIBRARIES, Library
from benchmarks.quality_measure import Figures, measure, usual_variants
from benchmarks.quality_report import report
from vrd_core.store import Store, default_workspace

REPOSITORY = Path(__file__).resolve().parents[1]
CLIPS = REPOSITORY.parent / "shared/data/clips"
WEIGHTS = REPOSITORY.parent / "shared/data/weights/mobilenet_v2_1.0_224_notop.weights.h5"
PAGE = REPOSITORY / "docs/quality.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    args = _parser().parse_args(arguments)
    workspace = args.workspace or default_workspace()
    known = usual_variants(WEIGHTS)
    chosen = [v for v in known if any(word in v.label for word in args.only)] if args.only else known
    if args.tuning and not args.only:
        chosen = known[:1]
    libraries = [lib for lib in LIBRARIES if (not args.libraries or lib.name in args.libraries) and _seeds(lib, args)]
    if not chosen or not libraries:
        names = [*(v.label for v in known), *(library.name for library in LIBRARIES)]
        print(f"No variant or no library has such a name. There are: {'; '.join(names)}.", file=sys.stderr)
        return 1
    if not args.clips.is_dir():
        print(f"{args.clips} is not there. Give a folder of films without reuse with --clips.", file=sys.stderr)
        return 1
    figures: dict[tuple[str, str], list[Figures]] = {}
    with Store(workspace) as store:
        for library in libraries:
            for seed in _seeds(library, args):
                made = library.make(args.clips, args.planted or workspace / "quality", seed, _say)
                for n, variant in enumerate(chosen):
                    # About other fingerprints these two libraries say enough.
                    if n and not args.only and library.name not in ("first", "none"):
                        continue
                    one = measure(made, library, variant, store, at=args.at, values=dict(args.set))
                    figures.setdefault((library.name, variant.label), []).append(one)
                    print(f"{library.name} {seed}, {variant.label}: {one.line()}", file=sys.stderr, flush=True)
    if args.only:
        # Each asked for by name gets a page of its own.
        text = "\n".join(report(libraries, [variant], figures, tuning=args.tuning, at=args.at) for variant in chosen)
    else:
        text = report(libraries, chosen, figures, tuning=args.tuning, at=args.at)
    print(text)
    if not (args.tuning or args.seeds or args.only or args.libraries or args.set or args.at):
        PAGE.write_text(text, encoding="utf-8", newline="\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tuning", action="store_true", help="the tuning seeds; prints and writes nothing")
    parser.add_argument("--libraries", type=_words, default=[], metavar="NAME,…", help="only these libraries")
    parser.add_argument("--seeds", type=_whole_numbers, default=[], metavar="N,…", help="only these, of either kind")
    parser.add_argument("--only", type=_words, default=[], metavar="WORD,…", help="variants whose name holds a word")
    parser.add_argument("--at", type=_numbers, default=[], metavar="X,…", help="F at these thresholds too")
    parser.add_argument(
        "--set",
        type=_setting,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of Project.run or of step 4, for example fps=2 or alignment=elastic; may be repeated",
    )
    parser.add_argument("--clips", type=Path, default=CLIPS, help="folder of films without reuse among them")
    parser.add_argument("--planted", type=Path, help="folder of the planted libraries (WORKSPACE/quality)")
    parser.add_argument("--workspace", type=Path, help="else $VRD_WORKSPACE, else ./workspace")
    return parser


def _seeds(library: Library, args: argparse.Namespace) -> tuple[int, ...]:
    if args.seeds:
        return tuple(seed for seed in (*library.tuning, *library.reported) if seed in args.seeds)
    return library.seeds(tuning=args.tuning)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str) -> list[float]:
    return [float(word) for word in _words(text)]


def _whole_numbers(text: str) -> list[int]:
    return [int(word) for word in _words(text)]


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"must be NAME=VALUE. Received: {text}")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


def _say(step: str, done: float, total: float, detail: str) -> None:
    if done >= total:
        print(f"{step}: {detail}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
