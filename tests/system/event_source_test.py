"""Alerts as npm's eventsource hears them, through a restart of the real program: by itself it comes back to where it was."""
import csv
import json
import os
import queue
import re
import signal
import subprocess
import threading
import unittest
import urllib.request

import program
from parts import free_port

ROOT = program.pathlib.Path(__file__).resolve().parents[2]
GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
EVENTS = ("raised", "changed", "resolved", "notified", "reset")
PATIENCE_S = 30


class Listener:
    def __init__(self, case, url, district):
        self.heard = []  # in its order
        self.said = queue.Queue()
        self.process = subprocess.Popen(
            ["node", ROOT / "tests/system/listen.mjs", url, district, *EVENTS], stdout=subprocess.PIPE, text=True,
            env=os.environ | {"NODE_MODULES": str(ROOT / "build/node")})
        reading = threading.Thread(target=self.read)
        reading.start()
        case.addCleanup(reading.join)
        case.addCleanup(self.stop)

    def stop(self):
        self.process.kill()
        self.process.wait()

    def read(self):
        with self.process.stdout as lines:
            for line in lines:
                self.said.put(json.loads(line))

    def next(self, what):
        """The next thing of that kind that it says."""
        while True:
            said = self.said.get(timeout=PATIENCE_S)
            if "event" in said:
                self.heard.append((said["event"], said["data"]))
            if said.get("event") == what or what in said:
                return said


class EventSource(program.Case):
    def setUp(self):
        super().setUp()
        self.http = f"127.0.0.1:{free_port()}"
        self.server = None
        self.addCleanup(self.end)
        self.start()
        self.begin_lakeside()

    def start(self):
        self.server = subprocess.Popen(
            [program.THROUGHLINE, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--http", self.http],
            stdout=subprocess.PIPE, text=True)
        self.grpc = re.search(r"at (127\S+),", self.server.stdout.readline()).group(1)

    def end(self, how=signal.SIGKILL):
        self.server.send_signal(how)
        self.server.wait(30)
        self.server.stdout.close()

    def ask(self, verb, path, body):
        request = urllib.request.Request(f"http://{self.http}{path}", json.dumps(body).encode(), method=verb,
                                         headers={"Throughline-District": "lakeside", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def push(self, score=None):
        """Today's results, or all of them as this score."""
        with open(self.folder / "lakeside/today.csv", newline="") as file:
            results = [{"sourcedId": row["sourcedId"], "scoreStatus": row["scoreStatus"], "score": score or row["score"],
                        "scoreDate": row["scoreDate"], "lineItem": {"sourcedId": row["lineItemSourcedId"]},
                        "student": {"sourcedId": row["studentSourcedId"]}} for row in csv.DictReader(file)]
        self.ask("POST", f"{GRADEBOOK}/lineItems/today/results", {"results": results})

    def test_it_is_cut_off_and_misses_nothing_and_hears_nothing_twice(self):
        stream = f"http://{self.http}/v1/alerts:watch?from=beginning"
        listener = Listener(self, stream, "lakeside")
        listener.next("open")
        self.push()
        self.assertEqual(listener.next("raised")["data"]["raised"]["alert"]["condition"]["school"], "north")
        for how, scores, then in ((signal.SIGTERM, "20", "resolved"), (signal.SIGKILL, "1", "raised")):
            with self.subTest(how):
                self.end(how)
                listener.next("cut")
                self.start()
                self.push(scores)  # before it is back, or after: that is the same
                listener.next("open")
                listener.next(then)
        self.assertNotIn("reset", [event for event, _ in listener.heard])
        # Whoever hears all of it in one go hears the same.
        other = Listener(self, stream, "lakeside")
        while len(other.heard) < len(listener.heard):
            other.next("event")
        self.assertEqual(other.heard, listener.heard)


if __name__ == "__main__":
    unittest.main()
