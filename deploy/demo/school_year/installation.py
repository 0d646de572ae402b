"""An installation with a clock that stands still until it is moved, and its public API."""
import contextlib
import datetime
import http.client
import itertools
import json
import re
import subprocess
import sys
import tempfile
import urllib.parse
import zoneinfo

import grpc

from .tools import ROOT

sys.path.insert(0, str(ROOT / "tests" / "system"))
from parts import PartFailed  # noqa: E402
from simulated_clock import SimulatedClock  # noqa: E402

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
    """`throughline serve` on a folder of its own, with more options; ends with the `with` block."""

    def __init__(self, program, data, *options):
        self.program, self.data, self.options = program, data, options
        self.keys = itertools.count(1)

    def __enter__(self):
        with contextlib.ExitStack() as begun:
            self.log = begun.enter_context(tempfile.TemporaryFile())
            self.server = begun.enter_context(subprocess.Popen(
                [self.program, "serve", "--data", self.data, "--simulated-clock", "--listen", "127.0.0.1:0",
                 "--http", "127.0.0.1:0", "--requests-per-second", "1000000", "--requests-at-once", "1000000", *self.options],
                stdout=subprocess.PIPE, stderr=self.log, text=True))
            begun.callback(self.server.terminate)
            said = self.server.stdout.readline()
            where = re.search(r"at (127\S+), .* http://(127\S+)\.", said)
            if where is None:
                raise Failed(f"{self.program} does not serve{self.last_words()}")
            host, _, port = where[2].rpartition(":")
            self.connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE_S)
            begun.callback(self.connection.close)
            self.clock = SimulatedClock(begun.enter_context(grpc.insecure_channel(where[1])))
            self.begun = begun.pop_all()
        return self

    def __exit__(self, *_):
        self.begun.close()

    def last_words(self):
        """": " and the last line that it wrote and that is no news of its daily work; else a full stop."""
        self.log.seek(0)
        lines = [line for line in self.log.read().decode(errors="replace").splitlines() if " info " not in line]
        return f": {lines[-1]}" if lines else "."

    @contextlib.contextmanager
    def answered(self, what):
        """Failed when there is no answer."""
        try:
            yield
        except (OSError, http.client.HTTPException, grpc.RpcError, PartFailed) as error:
            raise Failed(f"{what} had no answer ({type(error).__name__}){self.last_words()}") from None

    def call(self, verb, path, body=None, **query):
        """The answer; raises Refused."""
        headers = {"Throughline-District": DISTRICT}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(next(self.keys))}
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        with self.answered(f"{verb} {path}"):
            self.connection.request(verb, target, None if body is None else json.dumps(body), headers)
            response = self.connection.getresponse()
            answer = json.loads(response.read() or b"{}")
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
        with self.answered(f"the clock, moved to {day},"):
            self.clock.move_to(moment)

    def settle(self):
        with self.answered("what is under way"):
            self.clock.settle()
