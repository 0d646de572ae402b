"""Instructions that a program executes, counted by valgrind: the same on a busy machine as on an idle one."""
import contextlib
import pathlib
import re
import subprocess
import sys


class CountedProgram:
    """Instead of a program: a script that runs it under callgrind, which counts nothing until it is told to."""

    def __init__(self, program, folder):
        self._counts = pathlib.Path(folder) / "callgrind.out"
        self.path = pathlib.Path(folder) / "counted"
        self.path.write_text(f"#!/bin/sh\nexec valgrind -q --tool=callgrind --instr-atstart=no --fair-sched=yes "
                             f"--callgrind-out-file='{self._counts}' '{program}' \"$@\"\n")
        self.path.chmod(0o755)

    @contextlib.contextmanager
    def counting(self, process):
        """What this process of it executes meanwhile is counted; `total` and `of` say it afterwards."""
        self._control("--instr=on", process)
        yield
        self._control("--instr=off", process)
        self._control("--dump", process)

    @staticmethod
    def _control(command, process):
        subprocess.run(["callgrind_control", command, str(process.pid)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _dump(self):
        return max(self._counts.parent.glob(f"{self._counts.name}*"), key=lambda path: path.stat().st_size)

    def total(self):
        return max(int(count) for count in re.findall(r"(?m)^(?:summary|totals): (\d+)", self._dump().read_text()))

    def of(self, functions):
        """Of those whose names have this pattern, without what they call."""
        said = subprocess.run(["callgrind_annotate", "--threshold=100", "--show-percs=no", self._dump()], check=True,
                              capture_output=True, text=True).stdout
        lines = re.findall(r"(?m)^ *([\d,]+) +\S*?:(.*)$", said)
        return sum(int(count.replace(",", "")) for count, name in lines if re.search(functions, name))


def need():
    """Ends the script with a sentence where there is no valgrind."""
    try:
        subprocess.run(["valgrind", "--version"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        sys.exit("valgrind is not installed: apt-get install --no-install-recommends valgrind")
