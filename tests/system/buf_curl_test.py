"""The gRPC API of the real program, driven by `buf curl`: a client of another make (connect-go, on Go's own HTTP/2)
that knows the API by reflection alone."""
import base64
import csv
import hashlib
import json
import subprocess
import sys
import unittest
import urllib.parse
import urllib.request

import program
from parts import wait_until

sys.path.insert(0, str(program.ROOT / "build/tools/protos"))
from google.rpc.error_details_pb2 import ErrorInfo

BUF = program.ROOT / "build/tools/bin/buf"
EVIDENCE = "throughline.evidence.v1.EvidenceService"
NOTIFICATIONS = "throughline.notifications.v1.NotificationsService"
SECRET = "a secret of the district office, long enough"


def answers_in(text):
    """The messages that buf printed, one after the other."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(text.rstrip()):
        message, at = decoder.raw_decode(text, at)
        found.append(message)
        at += len(text[at:]) - len(text[at:].lstrip())
    return found


class BufCurl(program.Case):
    def command(self, method="", body=None, flags=()):
        said = [] if body is None else ["--data", json.dumps(body)]
        return [BUF, "curl", "--protocol", "grpc", *flags, *said, f"http://{self.grpc}/{method}".rstrip("/")]

    def run_buf(self, method="", body=None, flags=(), **more):
        return subprocess.run(self.command(method, body, flags), capture_output=True, text=True, timeout=60, **more)

    def call(self, method, body, flags=()):
        done = self.run_buf(method, body, flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refusal(self, method, body, flags=()):
        """The error as JSON, with its code as gRPC calls it."""
        done = self.run_buf(method, body, flags)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        return json.loads(done.stderr)

    def info(self, error):
        """What a refusal says beside its code."""
        value = next(one["value"] for one in error["details"] if one["type"] == "google.rpc.ErrorInfo")
        return ErrorInfo.FromString(base64.b64decode(value + "=" * (-len(value) % 4)))

    def fill(self):
        """The small district of the README, whose team has begun a cycle."""
        self.begin_lakeside()

    def results(self):
        """Today's, as IngestResults takes them."""
        assessments = self.call(f"{EVIDENCE}/ListAssessments", {"district": "lakeside"})["assessments"]
        today = next(one["assessment"] for one in assessments if one["title"].startswith("Today"))
        with open(self.folder / "lakeside/today.csv", newline="") as file:
            return [{"sourceId": row["sourcedId"], "student": row["studentSourcedId"], "assessment": today,
                     "lineItem": row["lineItemSourcedId"], "scoreStatus": "SCORE_STATUS_FULLY_GRADED",
                     "scoreText": row["score"], "date": row["scoreDate"]} for row in csv.DictReader(file)]

    def test_it_is_known_by_reflection(self):
        self.serve("--grpc-reflection")
        services = self.run_buf(flags=["--list-services"]).stdout.split()
        for name in ("plans.v1.Plans", "evidence.v1.Evidence", "cycles.v1.Cycles", "notifications.v1.Notifications"):
            self.assertIn(f"throughline.{name}Service", services)
        self.assertIn("grpc.health.v1.Health", services)
        # For which all that the services are described by is read, and has to fit together.
        listed = self.run_buf(flags=["--list-methods"])
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn(f"{EVIDENCE}/StreamResults", listed.stdout.split())
        wait_until(lambda: self.call("grpc.health.v1.Health/Check", {}) == {"status": "SERVING"}, "partitions taken over")
        self.assertEqual(self.refusal("grpc.health.v1.Health/Check", {"service": "nothing"})["code"], "not_found")

    def test_results_go_in_and_alerts_come_out(self):
        self.serve("--grpc-reflection")
        self.fill()
        results = self.results()
        watch = subprocess.Popen(self.command(f"{NOTIFICATIONS}/WatchAlerts", {"district": "lakeside"}, ["--timeout", "60s"]),
                                 stdout=subprocess.PIPE, text=True)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.kill)
        answer = self.call(f"{EVIDENCE}/IngestResults", {"district": "lakeside", "source": "buf", "requestId": "1",
                                                         "results": results})
        self.assertEqual(answer["outcomes"].count("RESULT_OUTCOME_ACCEPTED"), len(results) - 1)
        self.assertEqual([problem["reason"] for problem in answer["problems"]], ["SCORE_OFF_SCALE"])
        aside = self.call(f"{EVIDENCE}/ListQuarantine", {"district": "lakeside"})["results"]
        self.assertEqual([(one["source"], one["problem"]["field"]) for one in aside], [("buf", "score")])

        text, line = "", ""
        while '"raised"' not in text or line != "}\n":
            line = watch.stdout.readline()
            self.assertTrue(line, f"the stream ended: {text}")
            text += line
        raised = next(message["raised"] for message in answers_in(text) if "raised" in message)
        self.assertEqual(raised["alert"]["condition"]["school"], "north")

    def test_a_stream_of_results_is_answered_batch_by_batch(self):
        self.serve("--grpc-reflection")
        self.fill()
        results = self.results()
        batches = "".join(json.dumps({"batch": {"district": "lakeside", "source": "buf", "results": [one]}})
                          for one in results[:3])
        done = self.run_buf(f"{EVIDENCE}/StreamResults", flags=["--data", "@-"], input=batches)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(answers_in(done.stdout)), 3)

    def test_a_stream_ends_at_its_deadline(self):
        self.serve("--grpc-reflection")
        self.fill()
        refusal = self.refusal(f"{NOTIFICATIONS}/WatchAlerts", {"district": "lakeside"}, ["--timeout", "2s"])
        # Which of the two depends on who is first to notice, this client or its connection.
        self.assertIn(refusal["code"], ("deadline_exceeded", "canceled"))

    def test_a_refusal_names_the_field(self):
        self.serve("--grpc-reflection")
        error = self.refusal(f"{EVIDENCE}/IngestResults", {"district": "no id", "source": "buf", "results": [{}]})
        self.assertEqual(error["code"], "invalid_argument")
        info = self.info(error)
        self.assertEqual((info.reason, info.metadata["field"]), ("ID_INVALID", "district"))

    def test_a_call_without_a_token_is_refused(self):
        clients = self.folder / "clients.json"
        clients.write_text(json.dumps([{"client_id": "sis", "district": "lakeside", "role": "integration",
                                        "secret_sha256": hashlib.sha256(SECRET.encode()).hexdigest()}]))
        self.serve("--grpc-reflection", "--clients", clients)
        method, body = f"{EVIDENCE}/IngestResults", {"district": "lakeside", "source": "buf", "results": [{}]}
        self.assertEqual(self.refusal(method, body)["code"], "unauthenticated")
        self.assertEqual(self.refusal(method, body, ["-H", "authorization: Bearer a.b.c"])["code"], "unauthenticated")
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": "sis", "client_secret": SECRET})
        with urllib.request.urlopen(f"http://{self.http}/oauth/token", form.encode(), timeout=30) as answer:
            token = json.load(answer)["access_token"]
        # Taken to be the district's, which nobody has created yet.
        signed_in = ["-H", f"authorization: Bearer {token}"]
        self.assertEqual(self.info(self.refusal(method, body, signed_in)).reason, "DISTRICT_UNKNOWN")
        self.assertEqual(self.refusal(method, body | {"district": "seaside"}, signed_in)["code"], "permission_denied")


if __name__ == "__main__":
    unittest.main()
