"""The JSON API of the real program: a district's first results with nothing but HTTP, and a fuzzer of others."""
import json
import pathlib
import re
import signal
import subprocess
import unittest
import urllib.error
import urllib.request

import program
from parts import wait_until

SCHEMATHESIS = pathlib.Path(__file__).resolve().parents[2] / "build/tools/bin/schemathesis"


class Api(program.Case):
    def setUp(self):
        super().setUp()
        self.server = subprocess.Popen(
            [program.THROUGHLINE, "serve", "--data", str(self.data), "--listen", "127.0.0.1:0", "--http",
             "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.kill)
        self.url = re.search(r"http://127\.0\.0\.1:\d+", self.server.stdout.readline()).group()

    def ask(self, verb, path, body=None, key=None, district="lakeside"):
        """(status, answer)"""
        headers = {"Throughline-District": district} | ({"Idempotency-Key": key} if key else {})
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, method=verb, headers=headers,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def must(self, *arguments, **more):
        status, answer = self.ask(*arguments, **more)
        self.assertEqual(status, 200, answer)
        return answer

    def refused(self, *arguments, **more):
        """(status, reason)"""
        status, answer = self.ask(*arguments, **more)
        self.assertEqual(answer["error"]["code"], status)
        return status, answer["error"]["details"][0]["reason"]

    def set_up_the_district(self):
        self.must("POST", "/v1/districts", {"district": {
            "name": "Lakeside", "timeZone": "America/Chicago",
            "calendar": {"terms": [{"first": "2024-08-15", "last": "2025-05-30"}]}}}, key="1")
        self.must("PUT", "/v1/schools/north", {"school": {"name": "North"}}, key="2")
        self.must("POST", "/v1/schools/north/teams:upsert",
                  {"teams": [{"team": "grade-4", "name": "Grade 4", "active": True}]}, key="3")
        self.must("POST", "/v1/assessments:define", {"assessments": [
            {"assessment": "quiz", "title": "Quiz", "kind": "ASSESSMENT_KIND_DAILY_CHECK", "scaleMax": 20,
             "indicators": ["fractions"]}],
            "lineItems": [{"lineItem": "quiz-4a", "assessment": "quiz", "classId": "4a", "school": "north"}]}, key="4")
        self.must("POST", "/v1/schools/north/roster:update", {
            "classes": [{"classId": "4a", "title": "4a", "team": "grade-4"}],
            "students": [{"student": f"s{i}", "classIds": ["4a"]} for i in range(12)]}, key="5")

    def test_a_district_and_its_first_results(self):
        self.set_up_the_district()
        push = {"source": "sis", "results": [
            {"sourceId": f"r{i}", "student": f"s{i}", "lineItem": "quiz-4a", "score": i + 0.5, "date": "2024-10-01",
             "modifiedAtMs": "1727800000000"} for i in range(12)]}
        push["results"].append({"sourceId": "r12", "student": "s0", "lineItem": "quiz-4a", "score": 21,
                                "date": "2024-10-01"})
        first = self.must("POST", "/v1/results:ingest", push, key="6")
        self.assertEqual(first["outcomes"], ["RESULT_OUTCOME_ACCEPTED"] * 12 + ["RESULT_OUTCOME_QUARANTINED"],
                         first["problems"])
        self.assertEqual(self.must("POST", "/v1/results:ingest", push, key="6"), first)
        again = self.must("POST", "/v1/results:ingest", push, key="7")
        self.assertEqual(again["outcomes"][:12], ["RESULT_OUTCOME_DUPLICATE"] * 12)

        def shown():
            status, answer = self.ask("GET", "/v1/assessments/quiz/variance")
            return answer if status == 200 else None
        variance = program.variance_of(12, shown)
        self.assertAlmostEqual(variance["mean"], 6)
        aside = self.must("GET", "/v1/quarantinedResults?school=north&pageSize=10")
        self.assertEqual([one["problem"]["reason"] for one in aside["results"]], ["SCORE_OFF_SCALE"])
        gone = self.must("POST", "/v1/quarantinedResults:discard",
                         {"school": "north", "entries": [aside["results"][0]["entry"]]}, key="8")
        self.assertEqual(gone, {"discarded": 1})
        self.assertEqual(self.must("GET", "/v1/teams")["teams"][0]["name"], "Grade 4")

        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(15), 0)

    def test_a_key_is_its_districts_and_stands_for_one_request(self):
        self.set_up_the_district()
        self.must("POST", "/v1/districts", {"district": {
            "name": "Riverton", "timeZone": "America/Denver",
            "calendar": {"terms": [{"first": "2024-08-15", "last": "2025-05-30"}]}}}, key="1", district="riverton")
        self.assertEqual(self.must("GET", "/v1/districts/riverton", district="riverton")["district"]["name"], "Riverton")
        hook = {"subscription": {"subscriber": "board", "channel": "CHANNEL_WEBHOOK",
                                 "webhook": {"url": "https://hooks.example.org/board"}}}
        made = {}
        for district in ("lakeside", "riverton"):
            # Until notifications know the district.
            wait_until(lambda: self.ask("PUT", "/v1/subscriptions/first", hook, district=district)[0] == 200,
                       f"{district} in notifications")
            made[district] = self.must("POST", "/v1/subscriptions", hook, key="one key", district=district)
            self.assertEqual(made[district]["subscription"]["district"], district)
        self.assertNotEqual(made["lakeside"]["signingSecret"], made["riverton"]["signingSecret"])
        self.assertEqual(self.must("POST", "/v1/subscriptions", hook, key="one key"), made["lakeside"])
        hook["subscription"]["subscriber"] = "somebody else"
        self.assertEqual(self.refused("POST", "/v1/subscriptions", hook, key="one key"), (409, "REQUEST_ID_REUSED"))
        # Results, too: those of one district do not stand for another's.
        push = {"source": "sis", "results": [{"sourceId": "r0", "student": "s0", "lineItem": "quiz-4a", "score": 1,
                                              "date": "2024-10-01"}]}
        self.assertEqual(self.must("POST", "/v1/results:ingest", push, key="one key")["outcomes"],
                         ["RESULT_OUTCOME_ACCEPTED"])
        self.assertEqual(self.must("POST", "/v1/results:ingest", push, key="one key", district="riverton")["outcomes"],
                         ["RESULT_OUTCOME_QUARANTINED"])
        push["results"][0]["score"] = 2
        self.assertEqual(self.refused("POST", "/v1/results:ingest", push, key="one key"), (409, "REQUEST_ID_REUSED"))

    def test_refusals_say_what_is_wrong(self):
        self.set_up_the_district()
        self.assertEqual(self.refused("GET", "/v1/nothing"), (404, "PATH_UNKNOWN"))
        self.assertEqual(self.refused("DELETE", "/v1/teams"), (405, "METHOD_NOT_ALLOWED"))
        self.assertEqual(self.refused("GET", "/v1/teams?scool=north"), (400, "QUERY_UNKNOWN"))
        self.assertEqual(self.refused("GET", "/v1/districts/hillside"), (403, "DISTRICT_NOT_YOURS"))
        self.assertEqual(self.refused("GET", "/v1/districts/hillside", district="hillside")[0], 404)
        self.assertEqual(self.refused("PUT", "/v1/schools/north", {"school": {"nmae": "N"}}, key="9"),
                         (400, "FIELD_UNKNOWN"))
        # What a body leaves out is not "not found"; a review without a school is one of the district.
        for path in ("/v1/cycles/c:endPhase", "/v1/cycles/c:recordAnalysis", "/v1/cycles:schedule"):
            status, answer = self.ask("POST", path, {}, key=path)
            error = answer["error"]
            self.assertEqual((status, error["status"], error["details"]),
                             (400, "INVALID_ARGUMENT", [{"reason": "ID_MISSING", "field": "school"}]), path)
            self.assertEqual(error["message"], "school is missing.")
        self.assertEqual(self.refused("GET", "/v1/schools/" + "x" * 20_000), (431, "HEAD_TOO_LARGE"))
        self.assertEqual(self.refused("PATCH", "/v1/districts/lakeside", {"expectedVersion": "7", "name": "L"},
                                      key="10")[0], 409)

    def test_a_fuzzer_of_others_finds_no_answer_that_the_document_does_not_have(self):
        self.set_up_the_district()
        done = subprocess.run(
            [SCHEMATHESIS, "run", f"{self.url}/v1/openapi.json", "--url", self.url, "-H",
             "Throughline-District: lakeside", "--exclude-path-regex", ":watch|/bundles", "--checks",
             "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
             "--phases", "fuzzing,stateful", "--max-examples", "10", "--seed", "1", "--no-color"],
            cwd=self.folder, capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, 0, done.stdout[-5000:] + done.stderr[-2000:])
        self.assertRegex(done.stdout, r"Tested: \d{2}")


if __name__ == "__main__":
    unittest.main()
