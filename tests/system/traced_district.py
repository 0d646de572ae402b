"""A served district whose team is about to fall back, a webhook that hears of it, and a collector of traces."""
import csv
import datetime
import http.client
import json

import program
import webhooks_test
from parts import free_port
from trace_collector import Collector

TRACE = "0af7651916cd43dd8448eb211c80319c"
SENDER = "b7ad6b7169203331"  # the span of who pushes
HOOK = "/hook?token=a-secret-of-the-receiver"


class Case(webhooks_test.Case):
    def setUp(self):
        super().setUp()
        self.collector = Collector()
        self.addCleanup(self.collector.close)
        self.hooks = self.receiver()

    def begin(self, traces, *more):
        """A district two weeks into a cycle, whose team is about to fall back, and who hears of alerts by webhook."""
        self.http_port = free_port()
        self.server = self.serve("--webhook-allow", "127.0.0.0/8", "--webhook-http", "--http",
                                 f"127.0.0.1:{self.http_port}", "--traces", traces, *more)
        self.found_district()

    def found_district(self):
        self.bring_in(self.server)
        today = datetime.date.today()
        monday = today - datetime.timedelta(days=today.weekday() or 7)
        program.run("schedule", "--school", "north", "--team", "grade-3", "--indicator", "close-reading", "--start",
                    monday, "--district", webhooks_test.DISTRICT, "--connect", self.server.address)
        self.subscribe(self.server, self.hooks.url(HOOK))

    def push(self, flags="01"):
        """Today's results, in one request that is part of a trace; without flags it begins one."""
        with open(self.folder / "lakeside/today.csv", newline="") as file:
            results = [{"sourceId": row["sourcedId"], "student": row["studentSourcedId"],
                        "lineItem": row["lineItemSourcedId"], "scoreText": row["score"], "date": row["scoreDate"]}
                       for row in csv.DictReader(file)]
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=30)
        self.addCleanup(connection.close)
        headers = {"Throughline-District": webhooks_test.DISTRICT, "Content-Type": "application/json"}
        if flags is not None:
            headers["traceparent"] = f"00-{TRACE}-{SENDER}-{flags}"
        connection.request("POST", "/v1/results:ingest", json.dumps({"source": "oneroster", "results": results}), headers)
        response = connection.getresponse()
        answer = response.read()
        self.assertEqual(response.status, 200, answer)
        return [result["student"] for result in results]
