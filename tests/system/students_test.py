"""Students by name on the real program: a roster with names and teachers, three cycles, and who is told what."""
import datetime
import json
import os
import pathlib
import re
import subprocess
import unittest
import urllib.error
import urllib.request

import program
from issuer_test import AUDIENCE, Issuer
from parts import free_port, wait_until

NAME = "Quibblethorpe"  # of every student, so that it is found wherever it should not be
STUDENTS = 24  # those of even numbers in class 4a, which ana teaches, the others in 4b, which ben does
CLASSES = ("4a", "4b")
PURPOSE = "absences before the unit test"


def student(i):
    return f"sis-{10_000 + i}"


def name(i):
    return f"Pupil{i:02} {NAME}"


def bundle():
    """Its teachers are staff-ana and staff-ben, as the SIS calls them."""
    tables = {
        "orgs": [["sourcedId", "name", "type"], ["d", "Lakeside", "district"], ["north", "North", "school"]],
        "courses": [["sourcedId", "title", "orgSourcedId"], ["math", "Mathematics 4", "d"]],
        "classes": [["sourcedId", "title", "courseSourcedId", "schoolSourcedId", "metadata.team"]],
        "users": [["sourcedId", "givenName", "familyName", "preferredGivenName"]],
        "enrollments": [["sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"]],
        "categories": [["sourcedId", "title"], ["quiz", "Weekly quiz"]],
        "lineItems": [["sourcedId", "title", "classSourcedId", "categorySourcedId", "resultValueMin", "resultValueMax",
                       "metadata.assessment", "metadata.indicator"]],
    }
    for class_id, teacher in zip(CLASSES, ("staff-ana", "staff-ben")):
        tables["classes"].append([class_id, class_id, "math", "north", "grade-4"])
        tables["lineItems"].append([f"li-{class_id}", "Quiz", class_id, "quiz", "0", "100", "quiz", "fractions"])
        tables["users"].append([teacher, "Tea", "Cher", ""])
        tables["enrollments"].append([f"e-{teacher}", class_id, "north", teacher, "teacher"])
    for i in range(STUDENTS):
        tables["users"].append([student(i), "Given", NAME, f"Pupil{i:02}"])
        tables["enrollments"].append([f"e-{student(i)}", CLASSES[i % 2], "north", student(i), "student"])
    return tables


class Students(program.Case):
    def setUp(self):
        super().setUp()
        self.clock = self.folder / "clock"
        self.ahead = datetime.timedelta()
        self.move(datetime.timedelta())
        library = self.folder / "set_clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, pathlib.Path(__file__).with_name("set_clock.c")],
                       check=True)
        self.issuer = Issuer(self, free_port())
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

    def listed(self, token, question="STRUGGLING", **more):
        """{name: standing} of those who are listed; or the reason of the refusal."""
        status, answer = self.ask(token, "POST", "/v1/schools/north/students:list",
                                  {"team": "grade-4", "question": f"STUDENT_QUESTION_{question}", **more})
        if status != 200:
            return answer["error"]["details"][0]["reason"]
        self.assertEqual([one["displayName"] for one in answer.get("students", [])],
                         sorted(one["displayName"] for one in answer.get("students", [])))
        none = [{"struggling": "STRUGGLING_UNSPECIFIED"}]
        return {one["displayName"]: (one.get("indicators") or none)[0]["struggling"] for one in answer.get("students", [])}

    def push(self, low, absent=()):
        """A result of today of everybody but those who are absent; two minutes later the cut follows."""
        day = self.today().isoformat()
        answer = self.must(self.office, "POST", "/v1/results:ingest", {"source": "sis", "results": [
            {"sourceId": f"{day}/{i}", "student": student(i), "lineItem": f"li-{CLASSES[i % 2]}",
             "score": 2 if i in low else 90 - i, "date": day} for i in range(STUDENTS) if i not in absent]})
        self.assertEqual(set(answer["outcomes"]), {"RESULT_OUTCOME_ACCEPTED"}, answer)
        self.move(datetime.timedelta(minutes=2))

    def cycle(self):
        """The team's cycle that is open, or is to begin."""
        cycles = self.must(self.leader, "GET", "/v1/cycles?school=north&team=grade-4").get("cycles", [])
        over = ("CYCLE_STATE_CLOSED", "CYCLE_STATE_CANCELLED")
        return next((one for one in cycles if one["state"] not in over), None)

    def close_the_cycle(self):
        """With what each phase needs; the next one is scheduled by that."""
        cycle = self.cycle()
        at = f"/v1/cycles/{cycle['cycle']}"
        steps = [
            ("ANALYZE", "recordAnalysis", {"analysis": {
                "problemOfPractice": "Fractions are compared by their denominators alone.", "evidence": "The last two quizzes.",
                "challenge": "Feedback comes too late.", "challengeSource": "CHALLENGE_SOURCE_STUDENTS",
                "probingQuestions": ["What could be the cause of the drop?"]}}),
            ("DESIGN", "recordDesign", {"design": {
                "ifPractice": "number lines", "thenEvidence": "More students master it.", "soThat": "Everybody does.",
                "indicators": [{"indicator": "fractions", "predictedEffect": 0.3}], "practices": ["number lines"]}}),
            ("IMPLEMENT", "recordLook", {"look": {"date": cycle["start"], "observation": "Work looked at together."}}),
            ("REFINE", "recordRefinement", {"refinement": {
                "whatWorked": "Looking together.", "whyAndHow": "In time.", "promisingPractices": ["number lines"],
                "nextStep": "NEXT_STEP_ADAPT"}})]
        for phase, method, body in steps:
            self.must(self.leader, "POST", f"{at}:{method}", {"school": "north", **body})
            self.must(self.leader, "POST", f"{at}:endPhase", {"school": "north", "phase": f"CYCLE_STATE_{phase}"})
        return cycle

    def begin_the_next_cycle(self, before):
        """On its first day."""
        def following():
            found = self.cycle()
            return found if found is not None and found["cycle"] != before["cycle"] else None
        self.sleep_until(datetime.date.fromisoformat(wait_until(following, "the next cycle")["start"]))

    def live_three_cycles(self):
        """0 and 1 struggle still, 4 does anew, 2 no longer; of 6 nothing is known in the last one."""
        self.must(self.leader, "POST", "/v1/cycles:schedule", {
            "school": "north", "team": "grade-4", "start": self.today().isoformat(), "indicators": ["fractions"]})
        self.sleep_until(datetime.date.fromisoformat(self.cycle()["start"]))
        self.push(low={0, 1, 2, 6})
        self.begin_the_next_cycle(self.close_the_cycle())
        self.push(low={0, 1, 2, 4, 6})
        self.begin_the_next_cycle(self.close_the_cycle())
        self.push(low={0, 1, 4}, absent={6})

    def begin(self):
        self.office = self.token("district_administrator", "office")
        self.leader = self.token("school_leader", "head")
        (self.folder / "token").write_text(self.office)
        program.run("import", program.write_bundle(self.folder / "bundle", bundle()), "--district", "lakeside",
                    "--time-zone", "UTC", "--connect", self.grpc, "--token", self.folder / "token")

    def show(self, token, thing, *more):
        (self.folder / "token").write_text(token)
        return program.run("show", thing, "--district", "lakeside", "--school", "north", "--team", "grade-4", "--connect", self.grpc,
                           "--token", self.folder / "token", *more, check=False)

    def test_those_who_teach_them_are_told_who_they_are(self):
        self.begin()
        ana = self.token("team_member", "a.teacher@lakeside.example", teacher="staff-ana")
        ben = self.token("team_member", "staff-ben")
        self.assertEqual(set(self.listed(ana, "ROSTER")), {name(i) for i in range(0, STUDENTS, 2)})
        self.live_three_cycles()
        expected = {name(0): "STRUGGLING_PERSISTING", name(2): "STRUGGLING_RECOVERED", name(4): "STRUGGLING_NEW",
                    name(6): "STRUGGLING_NEW"}
        self.assertEqual(self.listed(ana), expected)
        self.assertEqual(self.listed(ben), {name(1): "STRUGGLING_PERSISTING"})
        self.assertEqual(self.listed(ana, "WITHOUT_RESULT"), {name(6): "STRUGGLING_UNSPECIFIED"})
        self.assertEqual(self.listed(ben, "WITHOUT_RESULT"), {})

        self.assertEqual(self.listed(self.token("team_member", "staff-eve")), "NOT_TAUGHT_BY_CALLER")
        self.assertEqual(self.listed(self.leader), "PURPOSE_MISSING")
        self.assertEqual(len(self.listed(self.leader, "ROSTER", purpose=PURPOSE)), STUDENTS)
        self.assertEqual(self.listed(self.office, purpose=PURPOSE), "EMERGENCY_ACCESS_MISSING")
        self.assertEqual(self.listed(self.token("observer"), purpose=PURPOSE), "NOT_ALLOWED")
        self.assertEqual(self.listed(self.token("privacy_officer"), purpose=PURPOSE), "NOT_ALLOWED")

        own = {"team": "grade-4", "student": student(0)}
        record = self.must(ana, "POST", "/v1/schools/north/students:get", own)["record"]
        self.assertEqual((record["student"]["displayName"], [one["percent"] for one in record["results"]]), (name(0), [2, 2, 2]))
        status, refused = self.ask(ben, "POST", "/v1/schools/north/students:get", own)
        self.assertEqual((status, refused["error"]["details"][0]["reason"]), (404, "STUDENT_UNKNOWN"))

        table = self.show(ana, "students").stdout
        self.assertIn(name(0), table)
        self.assertIn("persisting", table)
        self.assertNotIn(name(1), table)
        self.assertIn(name(0), self.show(ana, "student", "--student", student(0)).stdout)
        self.assertIn("PURPOSE_MISSING", self.show(self.leader, "students").stderr)
        self.alerts_say_how_to_ask()
        self.the_office_is_told_in_an_emergency()
        self.readings_are_on_record()
        self.nothing_that_is_kept_names_anybody()

    def alerts_say_how_to_ask(self):
        alerts = self.must(self.leader, "GET", "/v1/alerts?school=north")["alerts"]
        self.assertNotIn(NAME, json.dumps(alerts))
        commands = {one["studentsCommand"] for one in alerts if one["condition"]["trigger"] == "TRIGGER_STRUGGLING"}
        self.assertEqual(commands, {"throughline show students --district lakeside --school north --team grade-4 "
                                    "--question struggling --indicator fractions"})

    def the_office_is_told_in_an_emergency(self):
        taken = self.must(self.office, "POST", "/v1/schools/north/emergencyAccess:take",
                          {"reason": "a fire alarm, and nobody at the school answers"})["access"]
        ask = {"question": "ROSTER", "purpose": PURPOSE}
        wait_until(lambda: self.listed(self.office, **ask) != "EMERGENCY_ACCESS_MISSING", "access to be noted")
        self.assertEqual(len(self.listed(self.office, **ask)), STUDENTS)
        self.assertEqual(self.listed(self.token("district_leader", "another"), **ask), "EMERGENCY_ACCESS_MISSING")
        self.must(self.office, "POST", "/v1/schools/north/emergencyAccess:end", {"access": taken["access"]})
        wait_until(lambda: self.listed(self.office, **ask) == "EMERGENCY_ACCESS_MISSING", "its end to be noted")

    def readings_are_on_record(self):
        trail = self.must(self.token("privacy_officer"), "GET", "/v1/auditTrail?pageSize=1000")["records"]
        read = [one for one in trail if one["action"] == "ACTION_IDENTITIES_READ"]
        self.assertIn(("head", PURPOSE, str(STUDENTS)), [(one["actor"]["subject"], one["purpose"], one["count"]) for one in read])
        refused = {one["reason"] for one in trail if one["outcome"] == "OUTCOME_REFUSED"}
        self.assertLessEqual({"NOT_TAUGHT_BY_CALLER", "PURPOSE_MISSING", "EMERGENCY_ACCESS_MISSING", "STUDENT_UNKNOWN", "NOT_ALLOWED"},
                             refused)
        self.assertNotIn(NAME, json.dumps(trail))
        of_one = self.must(self.token("privacy_officer"), "GET", f"/v1/auditTrail?student={student(0)}")["records"]
        self.assertLessEqual({"a.teacher@lakeside.example", "head", "staff-ben"}, {one["actor"]["subject"] for one in of_one})
        self.assertFalse(any(one.get("students") for one in of_one), "pseudonyms are listed to nobody")
        of_nobody = self.ask(self.token("privacy_officer"), "GET", "/v1/auditTrail?student=sis-typo")
        self.assertEqual((of_nobody[0], of_nobody[1]["error"]["details"][0]["reason"]), (404, "STUDENT_UNKNOWN"))
        self.assertEqual(self.ask(self.office, "GET", f"/v1/auditTrail?student={student(0)}")[0], 403)

    def nothing_that_is_kept_names_anybody(self):
        """Neither by name nor by the SIS's id, in any file."""
        self.stop()
        files = [path for path in (*self.data.rglob("*"), self.log) if path.is_file()]
        self.assertTrue(any(path.name == "journal.db" for path in files))
        for path in files:
            kept = path.read_bytes()
            for secret in (NAME, "Pupil0", student(0), student(1)):
                self.assertNotIn(secret.encode(), kept, f"{secret} in {path.name}")


if __name__ == "__main__":
    unittest.main()
