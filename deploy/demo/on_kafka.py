#!/usr/bin/env python3
"""The demo on real parts: a Kafka, a Redis and each service in a process of its own.

    deploy/run --kafka [--data DIR] [--once] [--json FILE]

Starts what it needs on free ports of loopback, lives the demo on it, and stops it all again. DIR
(throughline-demo-kafka) keeps everything: a demo that was interrupted goes on.
"""
import argparse
import pathlib
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))
import parts  # noqa: E402


def main():
    arguments = argparse.ArgumentParser(prog="deploy/run --kafka", description=__doc__.splitlines()[0])
    arguments.add_argument("--data", type=pathlib.Path, default=pathlib.Path("throughline-demo-kafka"))
    arguments.add_argument("--once", action="store_true", help="exit after the summary")
    arguments.add_argument("--json", type=pathlib.Path, help="write the summary to this file")
    chosen = arguments.parse_args()
    deployment = parts.Deployment(chosen.data.resolve(), parts.binaries_folder(), more=["--simulated-clock"])
    demo = None
    try:
        print(f"Starting Kafka, Redis and the services in {chosen.data}; their logs are there.", flush=True)
        deployment.start()
        where = ",".join(f"{one.service}={one.listen}" for one in deployment.replicas)
        command = [parts.binaries_folder() / "throughline", "demo", "--once", "--data", chosen.data / "demo",
                   "--connect", where]
        if chosen.json:
            command += ["--json", chosen.json]
        demo = subprocess.Popen(command)
        code = demo.wait()
        if code == 0 and not chosen.once:
            print(f"\nThe services keep running; look around, for example:\n"
                  f"  build/release/bin/throughline show alerts --district ou2013 --connect {where}\n"
                  f"Ctrl-C stops them.", flush=True)
            signal.pause()
        return code
    except KeyboardInterrupt:
        print("\nStopping; the next run goes on from here.", flush=True)
        if demo is not None:
            demo.wait()  # it had the Ctrl-C, too
        return 0
    except parts.PartFailed as failed:
        print(f"deploy/run: {failed}", file=sys.stderr)
        return 1
    finally:
        deployment.close()


if __name__ == "__main__":
    sys.exit(main())
