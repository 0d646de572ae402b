"""Nothing of a student gets anywhere but into the identity vault, sealed, and into the answers to those who may know: a district of
canaries lives through every door, and then every byte that was kept, logged, measured, traced, streamed, posted or mailed is searched."""
import collections
import json
import re
import subprocess
import sys
import threading
import time
import unittest

import canaries
import canary_district
import canary_fields
import program
from canary_district import DISTRICT, SCHOOL
from parts import free_port, wait_until
from trace_collector import Collector
from webhooks_test import Mailbox, Receiver

QUARANTINE = "GET /v1/quarantinedResults"
WHO = [f"POST {path}" for path in (canary_district.STUDENTS_LIST, canary_district.STUDENTS_GET)]
EXPORT = f"POST {canary_district.STUDENTS_EXPORT}"
EVERYBODY = set(canary_district.ROLES)


class Case(program.Case):
    """A program that serves, with all that it tells kept."""

    def setUp(self):
        super().setUp()
        self.receiver, self.mailbox, self.collector = Receiver(), Mailbox(), Collector()
        self.addCleanup(self.receiver.close)
        self.addCleanup(self.mailbox.close)
        self.addCleanup(self.collector.close)
        self.metrics_port = free_port()
        self.unsaid = {}  # {canary: field that has it and says nothing}
        self.streamed = []  # (client, what it watches, line)
        self.log = open(self.folder / "log", "wb")
        self.addCleanup(self.log.close)

    def log_and_store(self):
        return ["--data", self.data]

    def kept(self):
        """(what it is, bytes) of all that is kept."""
        return ((file, file.read_bytes()) for file in sorted(self.data.rglob("*")) if file.is_file())

    def recorded(self, tables):
        """(where, message) of every record, and of every row."""
        return canaries.recorded_in(self.data / "journal.db", tables)

    def serve(self, *options, is_open=False):
        self.server = subprocess.Popen(
            [program.THROUGHLINE, "serve", *map(str, self.log_and_store()), "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--log-json",
             "--metrics", f"127.0.0.1:{self.metrics_port}", "--webhook-allow", "127.0.0.0/8", "--webhook-http",
             "--smtp", f"smtp://127.0.0.1:{self.mailbox.port}", "--smtp-plain", "--mail-from", "throughline@lakeside.example",
             "--unsubscribe-url", "https://lakeside.example/unsubscribe", "--traces", self.collector.grpc_address,
             "--trace-ratio", "1", *map(str, options)],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        said = self.server.stdout.readline()
        self.assertTrue(said, (self.folder / "log").read_text())
        grpc_address, http_address = re.search(r"at (127\S+), .* https?://(127\S+)\.", said).groups()
        self.doors = canary_district.Doors(http_address, grpc_address, is_open)
        self.addCleanup(self.doors.close)

    def subscribe(self):
        self.doors.call("office", "notifications.UpsertSubscription", request_id="hook", subscription={
            "district": DISTRICT, "subscription": "hook", "subscriber": "a system", "channel": 2,
            "webhook": {"url": self.receiver.url("/hook")}})
        self.doors.call("office", "notifications.UpsertSubscription", request_id="digest", subscription={
            "district": DISTRICT, "subscription": "digest", "subscriber": "leaders", "channel": 3,
            "digest": {"addresses": ["ana@lakeside.example"], "hour": 6}})

    def listen(self):
        """What streams tell, from the beginning on."""
        for client, what in [("visitor", "alerts"), ("teacher", "alerts"), ("board", "events"), ("principal", "events")]:
            at = f"&school={SCHOOL}" if client in ("teacher", "principal") else ""
            stream = self.stream(client, f"/v1/{what}:watch?from=beginning{at}")
            self.addCleanup(stream.close)

    def stream(self, client, target):
        connection = canary_district.http.client.HTTPConnection(self.doors.http_address, timeout=60)
        connection.request("GET", target, headers={"Accept": "text/event-stream"} | self.doors.who(client))
        response = connection.getresponse()
        self.assertEqual(response.status, 200, f"{target} as {client}")

        def read():
            try:
                for line in response:
                    self.streamed.append((client, target, line))
            except (OSError, ValueError, AttributeError):
                pass  # it was closed
        threading.Thread(target=read, daemon=True).start()
        return connection

    def live(self, settle):
        """The district's life, with whoever listens."""
        life = canary_district.Life(self.doors, settle)
        life.found()
        self.subscribe()
        life.live()
        self.listen()
        self.known = life.look_around()
        self.receiver.wait_for("/hook", 1)
        wait_until(lambda: self.streamed, "something is streamed")

    def search(self, may_see):
        """Everything that was told, logged and kept."""
        metrics = self.ask_metrics()
        self.server.terminate()
        self.assertEqual(self.server.wait(30), 0)
        self.look_in_answers(may_see)
        told = [("metrics", metrics), ("the log", (self.folder / "log").read_bytes())]
        told += [(f"webhook {path}", json.dumps(headers).encode() + body) for path, headers, body in self.receiver.requests]
        told += [(f"mail to {mail['To']}", b"\n".join([mail.as_bytes(), *(mail.get_body((kind,)).get_content().encode()
                                                                         for kind in ("plain", "html"))]))
                 for mail in self.mailbox.mails]
        told += [(f"{target} to {client}", line) for client, target, line in self.streamed]
        told += [(f"span {span.name}", span.SerializeToString()) for span in self.collector.spans]
        self.assertGreater(len(self.collector.spans), 100)
        for what, said in [*told, *self.kept()]:
            self.assertEqual(list(canaries.sightings(said)), [], what)
        self.look_in_fields()

    def ask_metrics(self):
        connection = canary_district.http.client.HTTPConnection("127.0.0.1", self.metrics_port, timeout=30)
        connection.request("GET", "/metrics")
        self.addCleanup(connection.close)
        response = connection.getresponse()
        self.assertEqual(response.status, 200)
        return response.read()

    def look_in_answers(self, may_see):
        """Who may see results as they came, or know students, is told; nobody else is, in errors either."""
        told = collections.defaultdict(set)
        for client, asked, status, said in self.doors.answers:
            found = list(canaries.sightings(said))
            if client not in may_see.get(asked, ()):
                self.assertEqual(found, [], f"{asked} as {client}, answered {status}")
            elif found:
                told[asked].add(client)
        self.assertEqual(told, may_see)

    def look_in_fields(self):
        """What people wrote is in fields that say so, and in no other."""
        inventory = canaries.Inventory()
        found, misplaced = set(), {}
        for where, message in self.recorded(inventory.tables):
            for field, value in canaries.values_of(message):
                if canaries.TEXT in str(value):
                    found.add(field.full_name)
                # Of events and rows; what is asked, and about which key, is as it was asked.
                if not where.endswith("Request") and not where.startswith("envelope"):
                    misplaced.update({self.unsaid[one]: f"takes words, which get to {where}, {field.full_name}"
                                      for one in canary_fields.unsaid_in(value) if one in self.unsaid})
                misplaced.update({field.full_name: f"{where}: {one}" for one in canaries.misplaced(inventory, field, value)})
        self.assertEqual(sorted(misplaced.items()), [])
        self.assertGreater(len(found), 30, "texts have to have been recorded")


class WithCredentials(Case):
    def test_what_a_student_is_called_is_nowhere_but_in_the_vault(self):
        (self.folder / "clients.json").write_text(json.dumps(canary_district.clients()))
        self.serve("--clients", self.folder / "clients.json", "--signing-key", self.folder / "token-key.json")
        self.live(lambda: wait_until(lambda: self.doors.must("office", "GET", "/v1/alerts")["alerts"], "an alert"))
        self.search({QUARANTINE: {"office", "sis"}, **dict.fromkeys(WHO, {"teacher", "principal"}), EXPORT: {"officer"}})


class InAnOpenInstallation(Case):
    """There the clock can be moved: to the hour of the mail."""

    def move(self, seconds=0):
        self.now_ms += seconds * 1000
        self.doors.call(None, "runtime.MoveClock", to_ms=self.now_ms)

    def settle(self):
        for _ in range(2):
            wait_until(lambda: self.doors.call(None, "runtime.Settle").idle, "all is quiet")
            self.move(12)
        wait_until(lambda: self.doors.call(None, "runtime.Settle").idle, "all is quiet")

    def test_what_a_student_is_called_is_in_no_mail_either(self):
        self.serve("--simulated-clock", "--open-access", is_open=True)
        self.now_ms = int(time.time() * 1000)
        self.move()
        self.live(self.settle)
        self.move(24 * 3600)
        self.settle()
        wait_until(lambda: self.mailbox.mails, "a mail")
        made, taken, self.unsaid = canary_fields.fill(self.doors, canaries.Inventory(), self.known)
        print(f"{made.total()} calls with a canary in one field, {taken.total()} of them taken", file=sys.stderr)
        self.assertGreater(taken.total(), 80)
        self.settle()
        # What was filled in is exported, too, by whoever tries the fields of an export.
        self.search(dict.fromkeys([QUARANTINE, *WHO, EXPORT], EVERYBODY) | {"evidence.ExportStudent": {"office"}})


if __name__ == "__main__":
    unittest.main()
