"""What a script here needs before it begins: the program, and the Python of build/tools, by which the clock is moved."""
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "build" / "release" / "bin" / "throughline"
PYTHON = ROOT / "build" / "tools" / "bin" / "python"


def need(program):
    """Runs the script anew with that Python, or ends it with a sentence."""
    if not (os.path.isfile(program) and os.access(program, os.X_OK)):
        sys.exit(f"{program} is no program; deploy/run builds {PROGRAM.relative_to(ROOT)}.")
    if not PYTHON.exists():
        sys.exit("Python's gRPC is not there; deploy/install-tools installs it.")
    if pathlib.Path(sys.prefix) != PYTHON.parents[1]:
        os.execv(PYTHON, [PYTHON, *sys.argv])
