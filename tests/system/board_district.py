"""The year's district, lived for some cycles and then served for the board: on simulated time, at a port that stays the same."""
import datetime
import http.client
import itertools
import json
import os
import pathlib
import signal
import subprocess
import sys
import zoneinfo

os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
import grpc

from parts import free_port
from simulated_clock import SimulatedClock

ROOT = pathlib.Path(__file__).resolve().parents[2]
THROUGHLINE = os.environ["THROUGHLINE"]
ZONE = zoneinfo.ZoneInfo("America/Chicago")
STUDENTS = 24  # of a team

sys.path.insert(0, str(ROOT / "deploy/demo"))
from school_year import truth  # noqa: E402


class BoardDistrict:
    def __init__(self, data, schools=4, cycles=2):
        self.data = data
        self.keys = itertools.count()
        self.moment = None  # a program that starts anew does not know how late it was
        self.http, self.grpc = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        if not data.exists():
            self.live(schools, cycles)
        self.start()

    def live(self, schools, cycles):
        done = subprocess.run([ROOT / "deploy/demo/year.py", "--program", THROUGHLINE, "--data", self.data,
                               "--schools", str(schools), "--cycles", str(cycles), "--quiet"], capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(done.stdout[-2000:] + done.stderr[-4000:])

    def start(self):
        self.server = subprocess.Popen(
            [THROUGHLINE, "serve", "--data", self.data, "--simulated-clock", "--listen", self.grpc, "--http", self.http,
             "--requests-per-second", "100000", "--requests-at-once", "100000"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True)
        if "serves the data" not in self.server.stdout.readline():
            raise AssertionError("throughline does not serve")
        self.channel = grpc.insecure_channel(self.grpc)
        self.clock = SimulatedClock(self.channel)
        if self.moment:
            self.clock.move_to(self.moment)

    def end(self):
        self.channel.close()
        self.server.send_signal(signal.SIGKILL)
        self.server.wait(30)
        self.server.stdout.close()

    def call(self, method, path, body=None, district="riverbend"):
        connection = http.client.HTTPConnection(self.http, timeout=60)
        headers = {"Throughline-District": district, "Content-Type": "application/json", "Idempotency-Key": f"board-{next(self.keys)}"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            answer = json.loads(response.read() or b"{}")
        finally:
            connection.close()
        if response.status != 200:
            raise AssertionError(f"{method} {path}: {response.status} {answer}")
        return answer

    def move_to(self, day, hour=9):
        self.moment = datetime.datetime.combine(day, datetime.time(hour), ZONE)
        self.clock.move_to(self.moment)

    def push(self, school, team, day, score):
        """A score of every student of the team, by its number."""
        results = [{"sourceId": f"board.{school}.{team}.{i}.{day}", "student": f"{school}.{team}.{i:02}", "lineItem": f"{school}.{team}",
                    "score": score(i), "date": str(day)} for i in range(STUDENTS)]
        return self.call("POST", "/v1/results:ingest", {"source": "sis", "results": results})

    def cycle_of(self, school, team, state):
        found = self.call("GET", f"/v1/cycles?school={school}&team={team}&state=CYCLE_STATE_{state}")["cycles"]
        return found[0] if found else None
