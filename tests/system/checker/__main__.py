import argparse
import sys
import time

from checker import __doc__ as what
from checker import acknowledged, check
from checker.topics import KEY_RING, Reader, last_of


def main():
    options = argparse.ArgumentParser(description=what, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kafka", required=True, metavar="HOST:PORT")
    options.add_argument("--acknowledged", metavar="FILE", help="what callers were told, as JSON lines")
    options.add_argument("--key", metavar="FILE", help="secret behind pseudonyms, which the log's ids are hashed with")
    options.add_argument("--poison", action="store_true",
                         help="records that are no events were put into events topics on purpose")
    options.add_argument("--real-time", action="store_true", help="no event may be dated later than now")
    chosen = options.parse_args()
    ring = last_of(chosen.kafka, KEY_RING) if chosen.key else b""
    lines = acknowledged.read(chosen.acknowledged, chosen.key, ring) if chosen.acknowledged else []
    records = Reader(chosen.kafka).catch_up()
    tally = check.check(records, lines, chosen.poison, int(time.time() * 1000) if chosen.real_time else None)
    print("\n".join(tally.lines()))
    return 1 if tally.violations else 0


sys.exit(main())
