"""The gRPC API of the real program, driven by grpcurl, which knows it by reflection alone."""
import csv
import hashlib
import json
import subprocess
import unittest
import urllib.parse
import urllib.request

import program
from parts import wait_until

GRPCURL = program.ROOT / "build/grpcurl/grpcurl"
EVIDENCE = "throughline.evidence.v1.EvidenceService"
WATCH_S = 60
SECRET = "a secret of the district office, long enough"


def answers_in(text):
    """The messages that grpcurl printed, one after the other."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(text.rstrip()):
        message, at = decoder.raw_decode(text, at)
        found.append(message)
        at += len(text[at:]) - len(text[at:].lstrip())
    return found


class Grpcurl(program.Case):
    def run_grpcurl(self, *words, body=None, flags=()):
        said = [] if body is None else ["-d", json.dumps(body)]
        return subprocess.run([GRPCURL, "-plaintext", *flags, *said, self.grpc, *words], capture_output=True, text=True,
                              timeout=60)

    def call(self, method, body, flags=()):
        done = self.run_grpcurl(method, body=body, flags=flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refusal(self, method, body, flags=()):
        done = self.run_grpcurl(method, body=body, flags=flags)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        return done.stderr

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
        services = self.run_grpcurl("list").stdout.split()
        for name in ("plans.v1.Plans", "evidence.v1.Evidence", "cycles.v1.Cycles", "notifications.v1.Notifications"):
            self.assertIn(f"throughline.{name}Service", services)
        self.assertIn("grpc.health.v1.Health", services)
        methods = self.run_grpcurl("list", EVIDENCE).stdout.split()
        self.assertIn(f"{EVIDENCE}.StreamResults", methods)
        for name in (*services, *methods, "throughline.evidence.v1.IngestResultsRequest"):
            with self.subTest(name):
                described = self.run_grpcurl("describe", name)
                self.assertEqual(described.returncode, 0, described.stderr)
        self.assertIn("rpc IngestResults", self.run_grpcurl("describe", f"{EVIDENCE}.IngestResults").stdout)
        wait_until(lambda: self.call("grpc.health.v1.Health/Check", {}) == {"status": "SERVING"}, "partitions taken over")
        self.assertIn("Code: NotFound", self.refusal("grpc.health.v1.Health/Check", {"service": "nothing"}))

    def test_results_go_in_and_alerts_come_out(self):
        self.serve("--grpc-reflection")
        self.fill()
        results = self.results()
        watch = subprocess.Popen(
            [GRPCURL, "-plaintext", "-max-time", str(WATCH_S), "-d", json.dumps({"district": "lakeside"}), self.grpc,
             "throughline.notifications.v1.NotificationsService/WatchAlerts"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.kill)
        answer = self.call(f"{EVIDENCE}/IngestResults", {"district": "lakeside", "source": "grpcurl", "requestId": "1",
                                                         "results": results})
        self.assertEqual(answer["outcomes"].count("RESULT_OUTCOME_ACCEPTED"), len(results) - 1)
        self.assertEqual([problem["reason"] for problem in answer["problems"]], ["SCORE_OFF_SCALE"])
        aside = self.call(f"{EVIDENCE}/ListQuarantine", {"district": "lakeside"})["results"]
        self.assertEqual([(one["source"], one["problem"]["field"]) for one in aside], [("grpcurl", "score")])

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
        batches = "".join(json.dumps({"batch": {"district": "lakeside", "source": "grpcurl", "results": [one]}})
                          for one in results[:3])
        done = subprocess.run([GRPCURL, "-plaintext", "-d", "@", self.grpc, f"{EVIDENCE}/StreamResults"], input=batches,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(answers_in(done.stdout)), 3)

    def test_a_stream_ends_at_its_deadline(self):
        self.serve("--grpc-reflection")
        self.fill()
        done = self.run_grpcurl("throughline.notifications.v1.NotificationsService/WatchAlerts",
                                body={"district": "lakeside"}, flags=["-max-time", "0.5"])
        self.assertIn("DeadlineExceeded", done.stderr)

    def test_a_refusal_names_the_field(self):
        self.serve("--grpc-reflection")
        refusal = self.refusal(f"{EVIDENCE}/IngestResults", {"district": "no id", "source": "grpcurl", "results": [{}]})
        self.assertIn("Code: InvalidArgument", refusal)
        self.assertIn("type.googleapis.com/google.rpc.ErrorInfo", refusal)
        self.assertRegex(refusal, r'"reason":\s*"ID_INVALID"')
        self.assertRegex(refusal, r'"field":\s*"district"')

    def test_a_call_without_a_token_is_refused(self):
        clients = self.folder / "clients.json"
        clients.write_text(json.dumps([{"client_id": "sis", "district": "lakeside", "role": "integration",
                                        "secret_sha256": hashlib.sha256(SECRET.encode()).hexdigest()}]))
        self.serve("--grpc-reflection", "--clients", clients)
        method, body = f"{EVIDENCE}/IngestResults", {"district": "lakeside", "source": "grpcurl", "results": [{}]}
        self.assertIn("Code: Unauthenticated", self.refusal(method, body))
        self.assertIn("Code: Unauthenticated", self.refusal(method, body, ["-H", "authorization: Bearer a.b.c"]))
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": "sis", "client_secret": SECRET})
        with urllib.request.urlopen(f"http://{self.http}/oauth/token", form.encode(), timeout=30) as answer:
            token = json.load(answer)["access_token"]
        # Taken to be the district's, which nobody has created yet.
        self.assertIn("DISTRICT_UNKNOWN", self.refusal(method, body, ["-H", f"authorization: Bearer {token}"]))
        self.assertIn("Code: PermissionDenied", self.refusal(method, body | {"district": "seaside"},
                                                             ["-H", f"authorization: Bearer {token}"]))


if __name__ == "__main__":
    unittest.main()
