"""Faults under load, and then a check that reads the topics only.

Starts a broker, a Redis and the four services apart, lets a district work on them, and while it
does lets things go wrong, one after the other, as the seed says. At the end all is put right, the
load stops, nothing moves any more; then the checker judges what is in the topics.
"""
import argparse
import pathlib
import random
import shutil
import subprocess
import sys
import time

import faults
import load as loads
import quiet
from calls import Caller
from parts import ROOT, Deployment, PartFailed, binaries_folder


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    how_long = parser.add_mutually_exclusive_group()
    how_long.add_argument("--cycles", type=int, metavar="N", help="faults; 60 unless said")
    how_long.add_argument("--minutes", type=float, metavar="N")
    parser.add_argument("--seed", type=int, help="of the schedule and the load; any unless said")
    parser.add_argument("--dir", type=pathlib.Path, default=ROOT / "build" / "chaos",
                        help="where everything is, made anew; kept when something is wrong")
    chosen = parser.parse_args()
    if chosen.seed is None:
        chosen.seed = random.SystemRandom().randrange(1_000_000)
    return chosen


def run_faults(chosen, deployment, load):
    rig = faults.Rig(deployment, load, random.Random(chosen.seed))
    rig.wait_for_progress("before anything went wrong")
    deployment.redis.snapshot()
    begun = time.monotonic()
    for number, fault in enumerate(faults.deal(rig.random), 1):
        at = time.monotonic()
        words = fault(rig)
        deployment.wait_ready()
        rig.wait_for_progress(f"after: {words}")
        deployment.redis.snapshot()
        print(f"{number:4}  {time.monotonic() - at:5.1f} s  {load.acknowledged.results:>9,} results  {words}",
              flush=True)
        over = (time.monotonic() - begun) / 60 >= chosen.minutes if chosen.minutes else number >= (chosen.cycles or 60)
        if over:
            return number


def run(chosen, deployment):
    deployment.start()
    load = loads.Load(Caller(deployment), chosen.seed, chosen.dir)
    begun = time.monotonic()
    number = run_faults(chosen, deployment, load)
    load.finish()
    deployment.wait_ready()
    quiet.Watcher(deployment, load.caller, loads.DISTRICT).wait()
    slowest = deployment.stop_services()
    checked = subprocess.run(
        [sys.executable, "-m", "checker", "--kafka", deployment.broker.address, "--acknowledged", str(load.path),
         "--key", str(deployment.pseudonyms_key), "--real-time"],
        cwd=pathlib.Path(__file__).parent, capture_output=True, text=True)
    print(f"seed {chosen.seed}: {number} faults in {(time.monotonic() - begun) / 60:.1f} minutes, "
          f"{load.schools} schools, {load.acknowledged.results:,} results acknowledged, "
          f"{load.caller.retries:,} attempts made again, "
          f"{load.caller.empty_reads} of reads from a store that had lost everything; services that gave up by themselves: {deployment.deaths}; "
          f"slowest to end: {slowest:.1f} s")
    print(checked.stdout, end="")
    print(checked.stderr, end="", file=sys.stderr)
    return checked.returncode == 0 and slowest <= faults.EXIT_S


def main():
    chosen = options()
    print(f"seed {chosen.seed}", flush=True)
    if chosen.dir.exists():
        subprocess.run([ROOT / "deploy" / "kafka" / "kafka", "stop", chosen.dir / "kafka"], check=True)
        shutil.rmtree(chosen.dir)
    chosen.dir.mkdir(parents=True)
    deployment = Deployment(chosen.dir, binaries_folder())
    good = False
    try:
        good = run(chosen, deployment)
    except (PartFailed, AssertionError, loads.Refused) as failure:
        print(f"seed {chosen.seed}: {failure}", file=sys.stderr)
    finally:
        deployment.close()
    if not good:
        print(f"What is left of it is in {chosen.dir}.", file=sys.stderr)
        return 1
    shutil.rmtree(chosen.dir)
    return 0


if __name__ == "__main__":
    sys.exit(main())
