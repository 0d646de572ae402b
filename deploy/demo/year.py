#!/usr/bin/env python3
"""A school year of a made-up district of twelve schools, through the public API alone: what people do, what
results say. At its end growth, effects, verdicts, standings, surveys and visits are recomputed here from what was pushed.

    deploy/demo/year.py [--seed N] [--schools N] [--cycles N] [--program FILE] [--data DIR] [--quiet]

Who they are and what is true of them: school_year/truth.py. It takes some minutes.
"""
import argparse
import pathlib
import sys
import tempfile

from school_year import tools


def main():
    arguments = argparse.ArgumentParser(prog="deploy/demo/year.py", description=__doc__.partition("\n\n")[0])
    arguments.add_argument("--seed", type=int, default=2026)
    arguments.add_argument("--schools", type=int, default=12, choices=range(4, 13), metavar="4-12")
    arguments.add_argument("--cycles", type=int, default=11, choices=range(1, 12), metavar="1-11",
                           help="how many of the year's cycles to live")
    arguments.add_argument("--program", default=tools.PROGRAM)
    arguments.add_argument("--data", help="an empty folder to keep the district in; without it, it is thrown away")
    arguments.add_argument("--quiet", action="store_true", help="say only what was checked")
    chosen = arguments.parse_args()
    tools.need(chosen.program)
    data = pathlib.Path(chosen.data) if chosen.data else None
    if data and data.exists() and not (data.is_dir() and not any(data.iterdir())):
        sys.exit(f"{data} is no empty folder, which a year begins in.")
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
