"""An installation with a clock that stands still until it is moved, and its public API."""
import contextlib
import datetime
import http.client
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse
import zoneinfo

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "system"))

DISTRICT = "riverbend"
ZONE = zoneinfo.ZoneInfo("America/Chicago")
PATIENCE_S = 120


class Failed(Exception):
    """The installation is not there, or is there no longer."""


class Refused(Exception):
    """What the API refuses: `reason` is a word to compare, the text is for people."""

    def __init__(self, status, answer):
        error = answer.get("error", {})
        self.status = status
        self.reason = next((one["reason"] for one in error.get("details", []) if "reason" in one), "")
        super().__init__(f"{status} {self.reason}: {error.get('message', answer)}")


class Installation:
    """`throughline serve` on a folder of its own; ends with the `with` block."""

    def __init__(self, program, data):
        self.keys = itertools.count(1)
        self.log = tempfile.TemporaryFile()
        self.server = subprocess.Popen(
            [program, "serve", "--data", data, "--simulated-clock", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0",
             "--requests-per-second", "1000000", "--requests-at-once", "1000000"],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        said = self.server.stdout.readline()
        where = re.search(r"at (127\S+), .* http://(127\S+)\.", said)
        if where is None:
            raise Failed(f"{program} does not serve: {self.last_words()}")
        self.grpc, self.http = where.groups()
        host, _, port = self.http.rpartition(":")
        self.connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE_S)

    def last_words(self):
        self.log.seek(0)
        lines = self.log.read().decode(errors="replace").splitlines()
        return lines[-1] if lines else "it ended at once."

    def __enter__(self):
        import grpc  # of build/tools; see year.py
        from simulated_clock import SimulatedClock
        self.channel = grpc.insecure_channel(self.grpc)
        self.clock = SimulatedClock(self.channel)
        return self

    def __exit__(self, *_):
        self.channel.close()
        self.connection.close()
        self.server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.server.wait(timeout=PATIENCE_S)
        self.server.kill()
        self.server.stdout.close()

    def call(self, verb, path, body=None, **query):
        """The answer; raises Refused."""
        headers = {"Throughline-District": DISTRICT}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(next(self.keys))}
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        try:
            self.connection.request(verb, target, None if body is None else json.dumps(body), headers)
            response = self.connection.getresponse()
            answer = json.loads(response.read() or b"{}")
        except OSError as error:
            raise Failed(f"{verb} {path} had no answer ({error}); the program said at last: {self.last_words()}") from None
        if response.status != 200:
            raise Refused(response.status, answer)
        return answer

    def get(self, path, **query):
        return self.call("GET", path, **query)

    def post(self, path, **body):
        return self.call("POST", path, body)

    def put(self, path, **body):
        return self.call("PUT", path, body)

    def all(self, path, what, **query):
        """Every page of a list."""
        token = ""
        while True:
            page = self.get(path, pageSize=500, **query, **({"pageToken": token} if token else {}))
            yield from page.get(what, [])
            token = page.get("nextPageToken", "")
            if not token:
                return

    def why_refused(self, verb, path, **body):
        """The reason for which a call is refused."""
        try:
            self.call(verb, path, body)
        except Refused as refused:
            return refused.reason
        return ""

    def move_to(self, day, hour=8):
        """Eight in the morning of that day, if it is not later already."""
        moment = datetime.datetime.combine(day, datetime.time(hour), ZONE)
        self.clock.move_to(moment)

    def settle(self):
        self.clock.settle()
