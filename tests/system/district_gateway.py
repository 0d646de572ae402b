"""A served district that is two weeks into a cycle, its public API, and a reader of server-sent events."""
import csv
import http.client
import json
import time
import urllib.parse

import program

GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
PATIENCE_S = 60


class Events:
    """A reader of server-sent events, as the HTML standard says how to read them."""

    def __init__(self, port, target, last_id=None):
        self.last_id = last_id
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_id} if last_id else {})
        self.connection.request("GET", target, headers=headers)
        self.response = self.connection.getresponse()

    def __iter__(self):
        """The events; `last_id` is at any time what a browser would come back with."""
        event, patience = {}, time.monotonic() + PATIENCE_S
        for line in self.response:  # heartbeats are lines, too
            if time.monotonic() > patience:
                raise TimeoutError("the event that was waited for did not come")
            line = line.decode().rstrip("\n")
            if line:
                name, _, value = line.partition(": ")
                event[name] = event[name] + "\n" + value if name in event and name == "data" else value
                continue
            self.last_id = event.get("id", self.last_id)
            if "data" in event:
                yield event
            event = {}

    def next(self, kind):
        return next(event for event in self if event["event"] == kind)

    def position(self):
        """Of a stream that has told nothing but where it begins."""
        while self.last_id is None:
            line = self.response.readline().decode().rstrip("\n")
            if line.startswith("id: "):
                self.last_id = line[4:]
        return self.last_id

    def close(self):
        self.response.close()
        self.connection.close()


class Case(program.Case):
    OPTIONS = []

    def setUp(self):
        super().setUp()
        self.serve(*self.OPTIONS)
        self.begin_lakeside()

    def ask(self, method, target, body=None, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.addCleanup(connection.close)
        headers = {"Throughline-District": "lakeside", "Content-Type": "application/json"} | dict(headers)
        connection.request(method, target, body if isinstance(body, (str, type(None))) else json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()

    def watch(self, what, last_id=None, **parameters):
        query = urllib.parse.urlencode({"district": "lakeside"} | parameters)
        stream = Events(self.port, f"/v1/{what}:watch?{query}", last_id)
        self.addCleanup(stream.close)
        return stream

    def results(self):
        """Today's, which set an alert off."""
        with open(self.folder / "lakeside/today.csv", newline="") as file:
            for row in csv.DictReader(file):
                yield {"sourcedId": row["sourcedId"], "scoreStatus": row["scoreStatus"], "score": row["score"],
                       "scoreDate": row["scoreDate"], "lineItem": {"sourcedId": row["lineItemSourcedId"]},
                       "student": {"sourcedId": row["studentSourcedId"]}}
