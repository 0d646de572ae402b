"""Students by name on the real program: a roster with names and teachers, three cycles, and who is told what."""
import datetime
import json
import unittest

import canaries
import dated_server
import program
from parts import PartFailed, wait_until

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


class Students(dated_server.Case):
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

    def wait_for_the_cut(self):
        """It follows a minute after the district has counted the results, by the server's clock; nobody is told."""
        def is_there():
            self.stop()
            found = any(message.DESCRIPTOR.name == "CutsAdopted"
                        for _, message in canaries.recorded_in(self.data / "journal.db", canaries.Inventory().tables))
            self.move(datetime.timedelta(minutes=1))
            self.start()
            return found
        wait_until(is_there, "the cut")

    def expect_struggling(self, token, expected):
        """Before long: the cut follows a minute after the district has counted the results."""
        for _ in range(4):
            try:
                wait_until(lambda: self.listed(token) == expected, "who struggles", patience_s=5)
                return
            except PartFailed:
                self.move(datetime.timedelta(minutes=1))
        self.assertEqual(self.listed(token), expected)

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

    def live_three_cycles(self, teacher):
        """0 and 1 struggle still, 4 does anew, 2 no longer; of 6 nothing is known in the last one."""
        self.must(self.leader, "POST", "/v1/cycles:schedule", {
            "school": "north", "team": "grade-4", "start": self.today().isoformat(), "indicators": ["fractions"]})
        self.sleep_until(datetime.date.fromisoformat(self.cycle()["start"]))
        self.push(low={0, 1, 2, 6})
        self.wait_for_the_cut()
        self.begin_the_next_cycle(self.close_the_cycle())
        self.push(low={0, 1, 2, 4, 6})
        self.expect_struggling(teacher, {name(i): "STRUGGLING_NEW" for i in (0, 2, 6)})
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
        self.live_three_cycles(ana)
        expected = {name(0): "STRUGGLING_PERSISTING", name(2): "STRUGGLING_RECOVERED", name(4): "STRUGGLING_NEW",
                    name(6): "STRUGGLING_NEW"}
        self.expect_struggling(ana, expected)
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
