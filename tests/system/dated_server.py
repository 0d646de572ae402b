"""A data directory that is served to callers with credentials, by a clock that goes on when the test says so."""
import datetime
import json
import os
import pathlib
import re
import subprocess
import urllib.error
import urllib.request

import program
from foreign_issuer import Issuer
from issuer_test import AUDIENCE, CLAIMS
from parts import free_port


class Case(program.Case):
    """A district `lakeside`, whose school is `north` and whose team `grade-4`."""

    def setUp(self):
        super().setUp()
        self.clock = self.folder / "clock"
        self.ahead = datetime.timedelta()
        self.move(datetime.timedelta())
        library = self.folder / "set_clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, pathlib.Path(__file__).with_name("set_clock.c")],
                       check=True)
        self.issuer = Issuer(self.addCleanup, CLAIMS, free_port())
        self.issuer.generate("ES256", "key")
        self.log = self.folder / "log"
        self.environment = os.environ | {"LD_PRELOAD": str(library), "THROUGHLINE_CLOCK": str(self.clock)}
        self.requests = 0
        self.start()

    def start(self):
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen(
                [program.THROUGHLINE, "serve", "--data", str(self.data), "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0",
                 "--jwks", f"{self.issuer.url}/jwks", "--jwt-issuer", self.issuer.url, "--jwt-audience", AUDIENCE,
                 "--accept-clock"], stdout=subprocess.PIPE, stderr=log, text=True, env=self.environment)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        self.grpc, self.http = re.search(r"at (127\S+), .* https?://(127\S+)\.", self.server.stdout.readline()).groups()

    def stop(self):
        self.server.terminate()
        self.assertEqual(self.server.wait(60), 0)

    def move(self, by):
        """The server's time of day goes on by so much: what it believes of a clock, less than an hour."""
        self.ahead += by
        aside = self.clock.with_suffix(".new")
        aside.write_text(f"{int(self.ahead.total_seconds())}\n")
        aside.replace(self.clock)

    def sleep_until(self, day):
        """The server is stopped, and started on that day."""
        if self.today() >= day:
            return
        self.stop()
        self.move(day - self.today())
        self.start()

    def today(self):
        return (datetime.datetime.now(datetime.timezone.utc) + self.ahead).date()

    def token(self, role, subject="somebody", **claims):
        """Good for longer than the test's clock goes on."""
        bound = {"school_leader": {"school": "north"}, "team_member": {"school": "north", "team": "grade-4"}}
        return self.issuer.token("key", {"role": role, "sub": subject, **bound.get(role, {}), **claims},
                                 expires_in=365 * 86_400)

    def ask(self, token, verb, path, body=None):
        """(status, answer)"""
        self.requests += 1
        headers = {"Authorization": f"Bearer {token}", "Throughline-District": "lakeside",
                   "Content-Type": "application/json"}
        if verb == "POST" and "/students:" not in path:  # who they are is asked anew each time
            headers["Idempotency-Key"] = f"k{self.requests}"
        request = urllib.request.Request(f"http://{self.http}{path}", method=verb, headers=headers,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def must(self, *arguments):
        status, answer = self.ask(*arguments)
        self.assertEqual(status, 200, answer)
        return answer
