#!/usr/bin/env python3
"""A school year of a made-up district of twelve schools, through the public API alone: what people do, what
results say, and at its end every number of the district recomputed here from what was pushed.

    deploy/demo/year.py [--seed N] [--schools N] [--cycles N] [--program FILE] [--data DIR] [--quiet]

Who they are and what is true of them: school_year/truth.py. It takes some minutes.
"""
import argparse
import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PYTHON = ROOT / "build" / "tools" / "bin" / "python"  # has grpc, by which the clock is moved


def main():
    arguments = argparse.ArgumentParser(prog="deploy/demo/year.py", description=__doc__.partition("\n\n")[0])
    arguments.add_argument("--seed", type=int, default=2026)
    arguments.add_argument("--schools", type=int, default=12, choices=range(4, 13), metavar="4-12")
    arguments.add_argument("--cycles", type=int, default=11, choices=range(1, 12), metavar="1-11",
                           help="how many of the year's cycles to live")
    arguments.add_argument("--program", default=ROOT / "build" / "release" / "bin" / "throughline")
    arguments.add_argument("--data", help="an empty folder to keep the district in; without it, it is thrown away")
    arguments.add_argument("--quiet", action="store_true", help="say only what was checked")
    chosen = arguments.parse_args()
    if not pathlib.Path(chosen.program).exists():
        sys.exit(f"{chosen.program} is not there; deploy/run builds it.")
    if not PYTHON.exists():
        sys.exit("deploy/install-tools installs what this needs.")
    if chosen.data and pathlib.Path(chosen.data).exists() and any(pathlib.Path(chosen.data).iterdir()):
        sys.exit(f"{chosen.data} is not empty: a year begins in an empty folder.")
    if pathlib.Path(sys.prefix) != PYTHON.parents[1]:
        os.execv(PYTHON, [PYTHON, *sys.argv])
    from school_year.expectations import Unexpected
    from school_year.installation import Failed, Refused
    from school_year.year import Year
    with tempfile.TemporaryDirectory(prefix="throughline-year.") as folder:
        try:
            Year(chosen.program, chosen.data or folder, chosen.seed, chosen.schools, chosen.cycles, chosen.quiet).live()
        except (Failed, Refused, Unexpected) as error:
            sys.exit(f"year.py: {error}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
