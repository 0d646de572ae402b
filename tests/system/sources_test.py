"""The endpoints of Caliper, xAPI, CloudEvents and CSV, driven by libraries that are not ours."""
import datetime
import gzip
import http.client
import json
import os
import subprocess
import unittest
import urllib.parse

import program

TODAY = datetime.date.today()
NOON = f"{TODAY}T18:00:00.000Z"
SOURCES = {"lakeside": {"lms": {"students": ["https://sis.example.edu/"], "assessments": ["https://lms.example.edu/"],
                                "classes": ["https://lms.example.edu/"]}}}
MAPPING = {"columns": {"student": "Student", "score": "Points", "date": "Day"}, "delimiter": ";", "decimal": ",",
           "date_format": "D.M.YYYY", "encoding": "windows-1252", "constants": {"line_item": "today"}}


def event(number):
    return f"urn:uuid:a50ca17f-5971-47bb-8fca-4e6e6879000{number}"


class Sources(program.Case):
    def setUp(self):
        super().setUp()
        declared = self.folder / "sources.json"
        declared.write_text(json.dumps(SOURCES))
        self.serve("--sources", declared)
        self.lakeside_files()
        program.run("import", self.folder / "lakeside/bundle", "--time-zone", "America/Chicago", "--district", "lakeside",
                    "--connect", self.grpc)
        status, body = self.ask("GET", "/v1/assessments?district=lakeside")
        self.assertEqual(status, 200, body)
        self.assessment = next(one["assessment"] for one in json.loads(body)["assessments"]
                               if one["title"].startswith("Today"))
        self.before = self.counts()

    def ask(self, method, target, body=None, headers=()):
        connection = http.client.HTTPConnection(self.http, timeout=30)
        self.addCleanup(connection.close)
        headers = {"Throughline-District": "lakeside", "Content-Type": "application/json"} | dict(headers)
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        return response.status, response.read().decode()

    def counts(self):
        status, body = self.ask("GET", "/v1/resultCounts?district=lakeside")
        self.assertEqual(status, 200, body)
        return {name: int(count) for name, count in json.loads(body).items()}

    def since(self):
        return {name: count - self.before.get(name, 0) for name, count in self.counts().items()
                if count != self.before.get(name, 0) and name != "pushed"}

    def send(self, sender, path, **said):
        said = {"student": "student-01", "assessment": self.assessment, "class": "3a", "score": 17.5, "max": 20,
                "time": NOON} | said
        done = subprocess.run(["node", program.ROOT / "tests/system/senders.mjs", sender, f"http://{self.http}{path}",
                               json.dumps(said)], capture_output=True, text=True,
                              env=os.environ | {"NODE_MODULES": str(program.ROOT / "build/node")})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_a_caliper_sensor(self):
        self.send("caliper", "/caliper", id=event(1))
        self.assertEqual(self.since(), {"accepted": 1})
        self.send("caliper", "/caliper", id=event(1))
        self.assertEqual(self.since(), {"accepted": 1, "duplicate": 1})
        self.send("caliper", "/caliper", id=event(1), score=3)
        self.assertEqual(self.since(), {"accepted": 1, "duplicate": 1}, "the same event says something else: nothing")
        self.send("caliper", "/caliper", id=event(2), score=18, time=f"{TODAY}T18:00:01.000Z")
        self.assertEqual(self.since(), {"accepted": 1, "duplicate": 1, "corrected": 1}, "graded again")
        self.send("caliper", "/caliper", id=event(3), student="student-02", max=0, score=0)
        self.assertEqual(self.since()["quarantined"], 1)

    def test_an_xapi_client(self):
        one = "c0a80101-3a6d-4b0e-9f65-1f2f3a4b5c6d"
        self.assertEqual(json.loads(self.send("xapi", "/xapi/lms/", id=one)), [one])
        self.assertEqual(self.since(), {"accepted": 1})
        self.send("xapi", "/xapi/lms/", id=one)
        self.assertEqual(self.since(), {"accepted": 1, "duplicate": 1})
        self.send("xapi", "/xapi/lms/", id=one, void=True)
        self.assertEqual(self.since(), {"accepted": 1, "duplicate": 1, "corrected": 1}, "taken back by its id alone")
        other = json.dumps({"actor": {"mbox": "mailto:a@b.c"}, "verb": {"id": "http://adlnet.gov/expapi/verbs/scored"},
                            "object": {"id": "x:y"}, "result": {"score": {"raw": 6, "max": 5}}})
        status, body = self.ask("POST", "/xapi/statements", f"[{other}, {{}}]", {"X-Experience-API-Version": "2.0.0"})
        self.assertEqual((status, [one["index"] for one in json.loads(body)["problems"]]), (400, [0, 1]))

    def test_the_sdk_of_cloudevents(self):
        for mode, id, score, outcome in [("binary", "1", 11, "accepted"), ("structured", "1", 11, "duplicate"),
                                         ("binary", "2", 12.5, "corrected"), ("structured", "2", 13, "rejected")]:
            said = json.loads(self.send("cloudevents", "/cloudevents", id=id, score=score, mode=mode))
            self.assertEqual(said["outcome"], outcome, said)
        self.assertEqual(said["reason"], "CONTENT_CONFLICT")

    def test_a_file_of_a_vendor(self):
        rows = [f"student-{i:02};{10 + i},5;{TODAY.day}.{TODAY.month}.{TODAY.year}" for i in range(1, 6)]
        file = "\n".join(["Student;Points;Day", *rows, "student-06;x;1.1.2026"])
        target = "/csv/vendor?mapping=" + urllib.parse.quote(json.dumps(MAPPING))
        status, body = self.ask("POST", target + "&dry_run=true", file, {"Content-Type": "text/csv"})
        tried = json.loads(body)
        self.assertEqual((status, tried["results"], tried["rejected"][0]["first_lines"]), (200, 5, [7]))
        self.assertEqual(self.since(), {}, "nothing was pushed")
        for outcome in ("accepted", "duplicate"):
            status, body = self.ask("POST", target, file, {"Content-Type": "text/csv"})
            self.assertEqual((status, json.loads(body)["outcomes"]), (200, {outcome: 5, "rejected": 1}), body)

    def test_what_says_nothing_of_a_score_takes_none_away(self):
        def graded(number, generated):
            event = {"id": f"urn:uuid:{number}", "type": "GradeEvent", "action": "Graded", "actor": "teacher",
                     "object": {"id": "attempts/1", "assignee": "student-01", "assignable": self.assessment},
                     "group": "3a", "eventTime": f"{TODAY}T18:00:0{number}.000Z"} | generated
            envelope = {"sensor": "s", "sendTime": NOON, "data": [event],
                        "dataVersion": "http://purl.imsglobal.org/ctx/caliper/v1p2"}
            status, body = self.ask("POST", "/caliper", json.dumps(envelope))
            return status, json.loads(body)["items"][0]["outcome"]
        score = {"generated": {"type": "Score", "scoreGiven": 17.5, "maxScore": 20}}
        self.assertEqual(graded(1, score), (200, "accepted"))
        for number, generated in enumerate(({}, {"generated": "scores/1"}, {"generated": {"type": "Score", "score": 3}}), 2):
            self.assertEqual(graded(number, generated), (200, "quarantined"), generated)
        self.assertEqual(graded(6, {"generated": {"type": "Score", "scoreGiven": 17.5, "maxScore": 20}}), (200, "duplicate"))
        self.assertEqual(graded(7, {"generated": {"type": "Score", "scoreGiven": None}}), (200, "corrected"), "ungraded")

    def test_a_statement_that_was_set_aside_never_changes(self):
        def post(score):
            statement = {"id": "c0a80101-3a6d-4b0e-9f65-1f2f3a4b5c6e", "actor": {"openid": "https://sis.example.edu/nobody"},
                         "verb": {"id": "http://adlnet.gov/expapi/verbs/scored"}, "object": {"id": "https://lms.example.edu/x"},
                         "result": {"score": {"scaled": score}}, "timestamp": NOON}
            return self.ask("POST", "/xapi/lms/statements", json.dumps(statement), {"X-Experience-API-Version": "1.0.3"})[0]
        self.assertEqual([post(0.5), post(0.5), post(0.75), post(0.5)], [200, 200, 409, 200])
        status, body = self.ask("GET", "/v1/quarantinedResults?district=lakeside")
        aside = [entry for entry in json.loads(body)["results"] if entry["source"] == "lms"]
        self.assertEqual([entry["result"]["scoreText"] for entry in aside], ["0.5"], body)

    def test_rows_behind_a_stray_quotation_mark(self):
        mapping = {"columns": {"student": "Student", "score": "Points", "date": "Day"}, "constants": {"line_item": "today"}}
        target = "/csv/vendor?mapping=" + urllib.parse.quote(json.dumps(mapping))
        file = f'Student,Note,Points,Day\nstudent-01,"tall 5 ft,7,{TODAY}\nstudent-02,ok,8,{TODAY}\nstudent-03,,,{TODAY}\n'
        status, body = self.ask("POST", target, gzip.compress(file.encode()),
                                {"Content-Type": "text/csv", "Content-Encoding": "gzip"})
        told = json.loads(body)
        self.assertEqual((status, told["rows"], told["outcomes"]), (200, 3, {"rejected": 1, "accepted": 1, "ignored": 1}), body)
        self.assertEqual(told["named"][0]["line"], 2)


if __name__ == "__main__":
    unittest.main()
