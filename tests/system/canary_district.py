"""A district in which every student's id and name, and whatever people write, is a canary: lived through by every door there
is, with all that goes out of it kept, and from whom it was asked."""
import copy
import csv
import datetime
import hashlib
import http.client
import io
import json
import threading
import urllib.parse
import zipfile

import grpc

import program
from canaries import ID, given_name, student_id, text
from checker import messages
from parts import wait_until

DISTRICT, SCHOOL, TEAM, CLASS = "lakeside", "north", "grade-3", "3a"
STUDENTS = 24
STUDENTS_LIST, STUDENTS_GET = (f"/v1/schools/{SCHOOL}/students:{verb}" for verb in ("list", "get"))
STUDENTS_EXPORT = "/v1/students:export"
ROLES = {  # client: what it is
    "office": {"role": "district_administrator"}, "sis": {"role": "integration"},
    "lms": {"role": "integration"}, "board": {"role": "district_leader"},
    "visitor": {"role": "observer"}, "principal": {"role": "school_leader", "school": SCHOOL},
    "teacher": {"role": "team_member", "school": SCHOOL, "team": TEAM}, "officer": {"role": "privacy_officer"},
}
TODAY = datetime.date.today()
MONDAY = TODAY - datetime.timedelta(days=TODAY.weekday())
BEFORE = MONDAY - datetime.timedelta(days=10)  # a Friday
# Number 2000, which has a student's name in it.
UNKNOWN_FIELD = b"\x82\x7d" + bytes([len(given_name(13))]) + given_name(13).encode()
EDFI = program.ROOT / "services/gateway/edfi/testdata"


def secret_of(client):
    return f"the secret of {client}, which is long enough for one"


def clients():
    """For --clients."""
    return [{"client_id": name, "secret_sha256": hashlib.sha256(secret_of(name).encode()).hexdigest(),
             "district": DISTRICT} | role for name, role in ROLES.items()]


class Doors:
    """Calls by HTTP and by gRPC, each as one of the clients; in an open installation as nobody. Keeps every answer, and who
    asked."""

    def __init__(self, http_address, grpc_address, is_open=False):
        self.http_address = http_address
        self.is_open = is_open
        self.channels = {service: grpc.insecure_channel(grpc_address[service] if isinstance(grpc_address, dict)
                                                        else grpc_address)
                         for service in ("plans", "evidence", "cycles", "notifications", "audit", "runtime")}
        self.answers = []  # (client, what was asked, status, headers and body)
        self._tokens = {}
        self._lock = threading.Lock()

    def close(self):
        for channel in self.channels.values():
            channel.close()

    def who(self, client):
        """The headers that say who calls."""
        if self.is_open or client is None:
            return {"Throughline-District": DISTRICT}
        return {"Authorization": f"Bearer {self.token(client)}"}

    def token(self, client):
        if client not in self._tokens:
            body = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": client,
                                           "client_secret": secret_of(client)})
            status, answer = self.ask(None, "POST", "/oauth/token", body,
                                      {"Content-Type": "application/x-www-form-urlencoded"})
            assert status == 200, answer
            self._tokens[client] = json.loads(answer)["access_token"]
        return self._tokens[client]

    def keep(self, client, asked, status, answer):
        with self._lock:
            self.answers.append((client, asked, status, answer))

    def ask(self, client, method, target, body=None, headers=()):
        """(status, body) of a request; `body` that is no text or bytes is sent as JSON."""
        said = {"Content-Type": "application/json"} | self.who(client) | dict(headers)
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        connection = http.client.HTTPConnection(self.http_address, timeout=60)
        try:
            connection.request(method, target, body, said)
            response = connection.getresponse()
            answer = response.read()
            asked = f"{method} {target.partition('?')[0]}"
            self.keep(client, asked, response.status, str(response.headers).encode() + answer)
            return response.status, answer.decode()
        finally:
            connection.close()

    def must(self, client, method, target, body=None, headers=()):
        status, answer = self.ask(client, method, target, body, headers)
        assert status in (200, 201, 204), f"{method} {target} as {client}: {status} {answer}"
        return json.loads(answer) if answer.startswith("{") else answer

    def try_call(self, client, method, request):
        """(code, answer or error) of a call by gRPC: `evidence.IngestResults`, `cycles.WavesService.DrawWave`."""
        service, *face, name = method.split(".")
        answers = messages.class_of(f"throughline.{service}.v1.{name}Response")
        usual = f"{'Simulation' if service == 'runtime' else service.capitalize()}Service"
        path = f"/throughline.{service}.v1.{face[0] if face else usual}/{name}"
        ask = self.channels[service].unary_unary(path, request.__class__.SerializeToString, answers.FromString)
        who = [(name.lower(), value) for name, value in self.who(client).items() if name == "Authorization"]
        try:
            answer = ask(request, timeout=60, metadata=who)
        except grpc.RpcError as error:
            details = f"{error.details()} {error.trailing_metadata()}".encode()
            self.keep(client, method, error.code().name, details)
            return error.code(), error
        self.keep(client, method, "OK", answer.SerializeToString())
        return grpc.StatusCode.OK, answer

    def call(self, client, method, **fields):
        service, name = method.split(".")
        code, answer = self.try_call(client, method, messages.message(f"{service}.v1.{name}Request", **fields))
        assert code == grpc.StatusCode.OK, f"{method} as {client}: {answer}"
        return answer


def result(number, what, score, day, **more):
    return {"source_id": f"{what}-{student_id(number)}", "student": student_id(number), "class_id": CLASS,
            "assessment": "check", "score": score, "date": str(day)} | more


class Life:
    """What happens in the district, in order; every step by a door of its own."""

    def __init__(self, doors, settle):
        self.doors = doors
        self.settle = settle  # waits until everything has come round

    def live(self):
        """After `found`."""
        self.write_plans()
        self.bring_roster()
        self.schedule()
        self.push_results()
        self.set_aside()
        self.settle()
        self.write_in_cycle()
        self.come_by_standards()
        self.go_wrong()
        self.settle()

    def found(self):
        doors = self.doors
        doors.must("office", "POST", "/v1/districts", {"district": {
            "district": DISTRICT, "name": text("District.name"), "timeZone": "UTC",
            "calendar": {"terms": [{"first": str(BEFORE - datetime.timedelta(days=100)),
                                    "last": str(TODAY + datetime.timedelta(days=100)), "name": text("Term.name")}]},
            "policy": {"groupWaitS": 1, "overdueAlertDays": 60, "overdueEscalationDays": 60},
            "priorities": [{"priority": "p1", "statement": text("Priority.statement"),
                            "goals": [text("Priority.goals")]}]}})
        doors.must("office", "PUT", f"/v1/schools/{SCHOOL}", {"school": {"name": text("School.name")}})
        doors.must("office", "POST", f"/v1/schools/{SCHOOL}/teams:upsert",
                   {"teams": [{"team": TEAM, "name": text("Team.name"), "active": True}]})
        coverage = messages.message("evidence.v1.GetCoverageRequest", district=DISTRICT)
        wait_until(lambda: doors.try_call("office", "evidence.GetCoverage", coverage)[0] == grpc.StatusCode.OK,
                   "evidence knows the district")
        doors.call("office", "evidence.DefineAssessments", request_id="define", district=DISTRICT, assessments=[
            {"assessment": "check", "title": text("Assessment.title"), "kind": 5, "scale_max": 100,
             "indicators": ["reading"], "scale": text("Assessment.scale")}])

    def write_plans(self):
        doors = self.doors
        plan = {
            "year": TODAY.year,
            "priorities": [{"priority": "p1", "statement": text("PlanPriority"), "problems": [
                {"problem": "q1", "statement": text("ProblemOfPractice"), "evidence": text("ProblemOfPractice.evidence")}]}],
            "measures": [{"measure": "m1", "statement": text("Measure"), "baseline": 1, "target": 2, "date": str(TODAY)}],
            "indicators": [{"indicator": "reading", "statement": text("SuccessIndicator"), "priority": "p1",
                            "observationsPerYear": 9, "assessments": ["check"]}],
            "practices": [{"practice": "r1", "statement": text("PlanPractice"), "indicators": ["reading"],
                           "evidenceSources": ["check"]}],
            "evidenceUse": {"statement": text("EvidenceUse"), "feedbackDays": 1,
                            "adjustmentPoint": text("EvidenceUse.adjustment_point")},
            "timeframes": [{"statement": text("Timeframe"), "cycleWeeks": 3}],
            "theories": [{"theory": "t1", "ifPractice": text("TheoryOfAction.if"), "thenEvidence": text("TheoryOfAction.then"),
                          "soThatPriority": "p1", "problems": ["q1"], "predictedEffect": 0.2, "horizonDays": 20}]}
        doors.must("office", "PUT", f"/v1/schools/{SCHOOL}/sitePlans/plan", {"plan": plan})
        doors.must("principal", "POST", f"/v1/schools/{SCHOOL}/sitePlans/plan:publish", {})
        doors.must("teacher", "PUT", f"/v1/schools/{SCHOOL}/teams/{TEAM}/progressions/g1", {"progression": {
            "title": text("LearningProgression.title"), "start": str(MONDAY),
            "learningTargets": [text("learning_targets")], "performanceOutcomes": [text("performance_outcomes")],
            "tasks": [{"title": text("Task.title"), "days": 1}], "indicators": ["reading"], "assessments": ["check"]}})

    def bring_roster(self):
        """By the API, by a bundle, and what changed of it."""
        doors = self.doors
        students = [{"student": student_id(i), "displayName": f"{given_name(i)} Sperling", "classIds": [CLASS],
                     "groups": [f"income:{'low' if i % 2 else 'other'}"]} for i in range(STUDENTS)]
        doors.must("sis", "POST", f"/v1/schools/{SCHOOL}/roster:update", {
            "classes": [{"classId": CLASS, "title": text("RosterClass.title"), "team": TEAM}], "students": students,
            "teachers": [{"teacher": "teacher", "classIds": [CLASS]}]})
        doors.must("sis", "POST", f"/v1/schools/{SCHOOL}/roster:update", {
            "moves": [{"student": student_id(0), "displayName": f"{given_name(0)} Star", "dimensions": ["income"],
                       "groups": ["income:low"]}]})
        doors.must("sis", "POST", f"/v1/schools/{SCHOOL}/roster:endMissing", {
            "lists": [{"classId": CLASS, "students": [one["student"] for one in students]}], "onlyCount": True})
        status, answer = doors.ask("sis", "PUT", "/ims/oneroster/bundles", bundle(), {"Content-Type": "application/zip"})
        assert status == 200 and '"summary"' in answer, answer

    def schedule(self):
        doors = self.doors
        cycle = doors.must("teacher", "POST", "/v1/cycles:schedule", {
            "school": SCHOOL, "team": TEAM, "start": str(MONDAY), "indicators": ["reading"], "progression": "g1"})
        self.cycle = cycle["cycle"]["cycle"]

    def push_results(self):
        doors = self.doors
        doors.must("sis", "POST", "/v1/results:ingest", {
            "source": "sis", "results": [result(i, "before", 60 + i / 10, BEFORE) for i in range(STUDENTS)]})
        doors.call("sis", "evidence.IngestResults", request_id="now", district=DISTRICT, source="sis", results=[
            result(i, "now", 20 + i / 10, TODAY, source_version=f"v-{student_id(i)}", part=f"p-{ID}", hide_source_id=i % 2 == 0,
                   kept=[{"method": "Percentile", "kind": "Level", "value": f"{given_name(i)} did well"}])
            for i in range(STUDENTS)])

    def set_aside(self):
        """Results that are no good, each with a canary where it is no good."""
        bad = [result(90, "unknown", 50, TODAY), result(1, "unreadable", 1, TODAY, score_text=student_id(1)),
               result(2, "scale", 150, TODAY), result(3, "day", 50, f"{given_name(3)}"),
               result(4, "scaled", 50, TODAY, scale_min_text=given_name(4), scale_max_text=student_id(4)),
               result(5, "assessment", 50, TODAY, assessment="other"), result(6, "class", 50, TODAY, class_id="other"),
               result(7, "line", 50, TODAY, assessment="", class_id="", line_item="other"),
               result(8, "kept", 50, TODAY, kept=[{"method": given_name(8), "kind": student_id(8), "value": "x" * 300}]),
               result(9, "other scale", 50, TODAY, assessment="", whole_assessment="check",
                      others=[{"assessment": "other", "score_text": given_name(9)}])]
        answer = self.doors.call("sis", "evidence.IngestResults", request_id="bad", district=DISTRICT, source="sis", results=bad)
        assert len(answer.problems) == len(bad), answer

    def write_in_cycle(self):
        doors, at = self.doors, {"school": SCHOOL}
        cycle = f"/v1/cycles/{self.cycle}"
        doors.must("teacher", "POST", f"{cycle}:recordAnalysis", at | {"analysis": {
            "problemOfPractice": text("problem_of_practice"), "evidence": text("Analysis.evidence"), "problem": "q1",
            "challenge": text("challenge"), "challengeSource": "CHALLENGE_SOURCE_STUDENTS",
            "probingQuestions": [text("probing_questions")]}})
        doors.must("teacher", "POST", f"{cycle}:endPhase", at | {"phase": "CYCLE_STATE_ANALYZE"})
        doors.must("teacher", "POST", f"{cycle}:recordDesign", at | {"design": {
            "ifPractice": text("Design.if"), "thenEvidence": text("Design.then"), "soThat": text("so_that"),
            "indicators": [{"indicator": "reading", "predictedEffect": 0.2}], "practices": [text("practices")]}})
        doors.must("teacher", "POST", f"{cycle}:endPhase", at | {"phase": "CYCLE_STATE_DESIGN"})
        doors.must("teacher", "POST", f"{cycle}:recordLook", at | {"look": {
            "date": str(TODAY), "observation": text("observation"), "adjustment": text("EvidenceLook.adjustment")}})
        reviews = doors.must("teacher", "GET", f"/v1/reviews?school={SCHOOL}&team={TEAM}&openOnly=true")["reviews"]
        for review in reviews:
            doors.must("teacher", "POST", f"/v1/reviews/{review['review']}:answer", at | {
                "answer": "REVIEW_ANSWER_ADJUST", "adjustment": text("Review.adjustment")})
        doors.must("principal", "POST", "/v1/silences", {"silence": {
            "matcher": at | {"indicator": "other"}, "comment": text("Silence.comment"), "createdBy": "principal",
            "endsAtMs": str(int((datetime.datetime.now().timestamp() + 3600) * 1000))}})

    def come_by_standards(self):
        """One result by each standard, and one that is no good."""
        doors, noon = self.doors, f"{TODAY}T12:00:00.000Z"
        for number in (11, 99):
            student = student_id(number)
            doors.ask("sis", "POST", "/caliper", {
                "sensor": f"https://{ID}.example", "sendTime": noon, "dataVersion": "http://purl.imsglobal.org/ctx/caliper/v1p2",
                "data": [{"id": f"urn:uuid:a50ca17f-5971-47bb-8fca-4e6e687900{number}", "type": "GradeEvent", "action": "Graded",
                          "actor": f"https://{given_name(number)}.example", "eventTime": noon, "group": CLASS,
                          "object": {"id": f"attempts/{student}", "assignee": student, "assignable": "check"},
                          "generated": {"type": "Score", "scoreGiven": 10, "maxScore": 100}}]})
            doors.ask("sis", "POST", "/xapi/lms/statements", {
                "id": f"c0a80101-3a6d-4b0e-9f65-1f2f3a4b5c{number}", "timestamp": noon,
                "actor": {"name": given_name(number), "account": {"homePage": "https://sis.example.edu", "name": student}},
                "verb": {"id": "http://adlnet.gov/expapi/verbs/scored"}, "object": {"id": "check"},
                "result": {"score": {"raw": 10, "min": 0, "max": 100}, "response": given_name(number)},
                "context": {"contextActivities": {"grouping": [{"id": CLASS}]}}}, {"X-Experience-API-Version": "1.0.3"})
            doors.ask("sis", "POST", "/cloudevents", {
                "specversion": "1.0", "id": f"e-{student}", "source": "https://sis.example.edu", "type": "throughline.result.v1",
                "subject": student, "data": {"source_id": f"r-{student}", "student": student, "assessment": "check",
                                             "class": CLASS, "score": "11", "date": str(TODAY)}},
                      {"Content-Type": "application/cloudevents+json"})
            mapping = {"columns": {"student": "Student", "score": "Points", "date": "Day"},
                       "constants": {"assessment": "check", "class": CLASS}}
            doors.ask("sis", "POST", "/csv/vendor?mapping=" + urllib.parse.quote(json.dumps(mapping)),
                      f"Student,Name,Points,Day\n{student},{given_name(number)},12,{TODAY}\n{student},x,{given_name(number)},{student}\n",
                      {"Content-Type": "text/csv"})
            doors.ask("sis", "PUT", f"/ims/oneroster/gradebook/v1p2/results/or-{student}", {"result": {
                "sourcedId": f"or-{student}", "status": "active", "dateLastModified": noon, "scoreStatus": "fully graded",
                "score": 9, "scoreDate": str(TODAY), "lineItem": {"sourcedId": "quiz"}, "comment": given_name(number),
                "student": {"sourcedId": student}}})
            doors.ask("sis", "DELETE", f"/ims/oneroster/gradebook/v1p2/results/or-{student}")
            document = json.loads((EDFI / "student_assessment.json").read_text())
            document["studentReference"]["studentUniqueId"] = student
            document["studentAssessmentIdentifier"] = f"gbisd-{student}"
            doors.ask("sis", "POST", "/data/v3/ed-fi/studentAssessments", document)
        doors.ask("sis", "POST", "/data/v3/ed-fi/assessments", json.loads((EDFI / "assessment.json").read_text()))

    def go_wrong(self):
        """What no door can use: errors, whose texts go back, and into logs."""
        doors, student = self.doors, student_id(12)
        broken = [("/v1/results:ingest", {"source": "sis", "results": [{"sourceId": student, "score": student}]}),
                  ("/v1/results:ingest", {"source": "sis", "results": [{"sourceId": student, "scoreStatus": given_name(12)}]}),
                  ("/v1/results:ingest", {"source": "sis", "results": []}),
                  (f"/v1/schools/{SCHOOL}/roster:update", {"students": [{"student": student + " " * 300, "classIds": [CLASS]}]}),
                  (f"/v1/schools/{SCHOOL}/roster:update", {"students": [{"student": student, "displayName": "x" * 300 + given_name(12)}]}),
                  (f"/v1/schools/{SCHOOL}/roster:update", {"students": [{"student": student, "classIds": ["nowhere"]}] * 2}),
                  ("/caliper", {"data": [{"actor": student}]}), ("/xapi/statements", [{"actor": {"name": student}}]),
                  ("/cloudevents", {"specversion": "1.0", "data": student}),
                  ("/data/v3/ed-fi/studentAssessments", {"studentReference": {"studentUniqueId": student}})]
        for path, body in broken:
            doors.ask("sis", "POST", path, body)
            doors.ask("visitor", "POST", path, body)
        # Of a later version, by gRPC: fields that this one does not know.
        at = {"district": DISTRICT, "school": SCHOOL}
        for client, method, fields in [
                ("sis", "evidence.UpdateRoster", at | {"students": [{"student": student, "class_ids": [CLASS]}]}),
                ("sis", "evidence.IngestResults", {"district": DISTRICT, "source": "later", "results": [result(12, "later", 50, TODAY)]}),
                ("principal", "plans.UpsertSchool", {"school": at})]:
            service, name = method.split(".")
            request = messages.message(f"{service}.v1.{name}Request", request_id=f"later-{method}", **fields)
            request.MergeFromString(UNKNOWN_FIELD)
            for field, value in request.ListFields():
                if field.message_type:
                    (value[0] if field.label == field.LABEL_REPEATED else value).MergeFromString(UNKNOWN_FIELD)
            doors.try_call(client, method, request)
        doors.ask("sis", "POST", "/csv/vendor", f"Student\n{student}\n", {"Content-Type": "text/csv"})
        doors.ask("sis", "PUT", "/ims/oneroster/bundles", bundle(broken=True), {"Content-Type": "application/zip"})

    def look_around(self):
        """Everybody asks for whatever they may, and for what they may not. Returns ids of what is there."""
        targets = ["/v1/districts/lakeside", "/v1/schools", "/v1/teams", "/v1/sitePlans", f"/v1/schools/{SCHOOL}/sitePlans/plan",
                   f"/v1/schools/{SCHOOL}/progressions", "/v1/growth", "/v1/gaps", "/v1/coverage", "/v1/resultCounts",
                   "/v1/assessments", "/v1/assessments/check", "/v1/assessments/check/variance", "/v1/lineItems",
                   "/v1/quarantinedResults", "/v1/cycles", f"/v1/cycles/{self.cycle}?school={SCHOOL}", "/v1/reviews", "/v1/alerts",
                   "/v1/silences", "/v1/subscriptions", "/v1/deadLetters", "/v1/erasures", "/v1/emergencyAccess", "/v1/auditTrail",
                   "/v1/access", "/healthz", "/v1/openapi.json"]
        for client in ROLES:
            for target in targets:
                at = f"{'&' if '?' in target else '?'}school={SCHOOL}&team={TEAM}" if client in ("principal", "teacher") else ""
                self.doors.ask(client, "GET", target)
                self.doors.ask(client, "GET", target + at)
        self.ask_who()
        alerts = self.doors.must("office", "GET", "/v1/alerts")["alerts"]
        for client in ROLES:
            for alert in alerts:
                self.doors.ask(client, "GET", f"/v1/alerts/{alert['alert']}:explain?school={SCHOOL}")
        assert alerts, "an alert has to be raised"
        reviews = self.doors.must("office", "GET", f"/v1/reviews?school={SCHOOL}")["reviews"]
        return {"cycle": self.cycle, "alert": alerts[0]["alert"], "review": reviews[0]["review"]}

    def ask_who(self):
        """Everybody asks who the students are, with a purpose and without."""
        purpose = "to see that nobody is told who may not know"
        for client in ROLES:
            for more in ({}, {"purpose": purpose}):
                at = more | ({"team": TEAM} if client == "teacher" else {})
                self.doors.ask(client, "POST", STUDENTS_LIST, at | {"question": "STUDENT_QUESTION_ROSTER"})
                self.doors.ask(client, "POST", STUDENTS_LIST, at | {"question": "STUDENT_QUESTION_STRUGGLING"})
                self.doors.ask(client, "POST", STUDENTS_GET, at | {"student": student_id(14)})
                self.doors.ask(client, "POST", STUDENTS_GET, at | {"student": student_id(1400)})
                self.doors.ask(client, "POST", STUDENTS_EXPORT, more | {"student": student_id(14)})


def bundle(broken=False):
    """A zip of another class, whose students have names; or one in which all is wrong."""
    tables = copy.deepcopy(program.small_district(schools=1, classes=1, students=12))
    header, *users = tables["users"]
    tables["users"] = [header + ["givenName", "familyName"]]
    named = {}
    for number, row in enumerate(users, 200):
        named[row[0]] = student_id(number)
        tables["users"].append([student_id(number), *row[1:], given_name(number), "Amsel"])
    for file in ("enrollments", "results"):
        for row in tables[file][1:]:
            row[:] = [named.get(value, value) for value in row]
            row[0] = f"{file}-{row[3] if file == 'enrollments' else row[2]}"
    if broken:
        for file in ("users", "enrollments", "results"):
            for row in tables[file][1:]:
                row.reverse()
    out = io.BytesIO()
    manifest = [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", "1.2"]]
    manifest += [[f"file.{name}", "bulk" if name in tables else "absent"] for name in program.FILES]
    with zipfile.ZipFile(out, "w") as archive:
        for name, rows in {"manifest": manifest, **tables}.items():
            text_of = io.StringIO()
            csv.writer(text_of).writerows(rows)
            archive.writestr(f"{name}.csv", text_of.getvalue())
    return out.getvalue()
