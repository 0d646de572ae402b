"""Corrections of people over the JSON API of the real program, and the history that tells of them."""
import datetime
import hashlib
import json
import unittest
import urllib.error
import urllib.parse
import urllib.request

import program
from parts import wait_until

SECRET = "a secret of the district office, long enough"
TEAM = {"role": "team_member", "school": "north", "team": "grade-3"}
CLIENTS = {"admin": {"role": "district_administrator"}, "lee": {"role": "school_leader", "school": "north"},
           "ann": TEAM, "bob": TEAM}


def last_teaching_day(day):
    return day - datetime.timedelta(days=max(0, day.weekday() - 4))


class Corrections(program.Case):
    def setUp(self):
        super().setUp()
        clients = self.folder / "clients.json"
        clients.write_text(json.dumps([
            {"client_id": name, "district": "lakeside", "secret_sha256": hashlib.sha256(SECRET.encode()).hexdigest()}
            | bound for name, bound in CLIENTS.items()]))
        self.serve("--clients", clients)
        self.tokens = {name: self.token(name) for name in CLIENTS}
        today = datetime.datetime.now(datetime.timezone.utc).date()
        self.must("admin", "POST", "/v1/districts", {"district": {
            "district": "lakeside", "name": "Lakeside", "timeZone": "Etc/UTC",
            "calendar": {"terms": [{"first": (today - datetime.timedelta(days=60)).isoformat(),
                                    "last": (today + datetime.timedelta(days=250)).isoformat(), "name": "Year"}]}}})
        self.must("admin", "PUT", "/v1/schools/north",
                  {"school": {"district": "lakeside", "school": "north", "name": "North"}})
        self.must("admin", "POST", "/v1/schools/north/teams:upsert",
                  {"teams": [{"team": "grade-3", "active": True}]})
        start = last_teaching_day(today).isoformat()
        self.cycle = wait_until(lambda: self.scheduled(start), "the team to be known")
        wait_until(lambda: self.read()["state"] == "CYCLE_STATE_ANALYZE", "analyze")

    def token(self, name):
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": name, "client_secret": SECRET})
        with urllib.request.urlopen(f"http://{self.http}/oauth/token", form.encode(), timeout=30) as answer:
            return json.load(answer)["access_token"]

    def call(self, name, method, path, body=None):
        """The answer, or why there is none."""
        request = urllib.request.Request(f"http://{self.http}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        request.add_header("Authorization", f"Bearer {self.tokens[name]}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            return json.dumps(json.load(refused))

    def must(self, name, method, path, body=None):
        answer = self.call(name, method, path, body)
        self.assertIsInstance(answer, dict, answer)
        return answer

    def scheduled(self, start):
        answer = self.call("ann", "POST", "/v1/cycles:schedule", {
            "school": "north", "team": "grade-3", "start": start, "indicators": ["close-reading"]})
        return answer["cycle"]["cycle"] if isinstance(answer, dict) else None

    def read(self):
        return self.must("admin", "GET", f"/v1/cycles/{self.cycle}?school=north")["cycle"]

    def step(self, name, verb, **body):
        return self.call(name, "POST", f"/v1/cycles/{self.cycle}:{verb}", {"school": "north"} | body)

    def analysis(self, challenge):
        return {"problemOfPractice": "Few students speak.", "evidence": "Walkthroughs", "challenge": challenge,
                "challengeSource": "CHALLENGE_SOURCE_STUDENTS", "probingQuestions": ["I wonder how to begin."]}

    def history(self, name, of, **query):
        service = query.pop("service", "cycles")
        asked = urllib.parse.urlencode({"of": of, "school": "north"} | query)
        return self.must(name, "GET", f"/v1/history/{service}?{asked}").get("entries", [])

    def test_a_phase_is_reopened_and_an_artefact_amended_and_the_history_tells_of_it(self):
        self.step("ann", "recordAnalysis", analysis=self.analysis("Silence"))
        self.step("ann", "endPhase", phase="CYCLE_STATE_ANALYZE")
        reopen = {"phase": "CYCLE_STATE_ANALYZE", "reason": "It was ended by mistake."}
        self.assertIn("NOT_YOURS_TO_REOPEN", self.step("bob", "reopenPhase", **reopen))
        self.assertEqual(self.step("ann", "reopenPhase", **reopen)["cycle"]["state"], "CYCLE_STATE_ANALYZE")
        self.step("ann", "endPhase", phase="CYCLE_STATE_ANALYZE")
        amended = self.step("bob", "amendArtefact", analysis=self.analysis("They retell."))["cycle"]
        self.assertEqual([one["role"] for one in amended["amendments"]], ["ROLE_TEAM_MEMBER"])

        entries = self.history("lee", "AGGREGATE_CYCLE", id=self.cycle)
        told = [(one["what"], one["cause"].removeprefix("HISTORY_CAUSE_"), one.get("by", {}).get("subject"))
                for one in entries]
        self.assertEqual(told, [
            ("CycleScheduled", "CALL", "ann"), ("PhaseStarted", "TIME", None), ("ArtefactsRecorded", "CALL", "ann"),
            ("PhaseStarted", "CALL", "ann"), ("PhaseReopened", "CALL", "ann"), ("PhaseStarted", "CALL", "ann"),
            ("ArtefactsRecorded", "CALL", "bob")])
        changed = {change["field"]: change for change in entries[-1]["changes"]}
        challenge = changed["artefacts.analysis.challenge"]
        self.assertEqual((challenge["before"], challenge["after"]), ("Silence", "They retell."))
        reopened = {change["field"]: change.get("after") for change in entries[4]["changes"]}
        self.assertEqual(reopened["reason"], "It was ended by mistake.")

        own = {"team": "grade-3", "id": self.cycle}
        subjects = [one["by"].get("subject") for one in self.history("bob", "AGGREGATE_CYCLE", **own) if "by" in one]
        self.assertEqual(subjects, [""] * 5 + ["bob"], "of others by role")
        self.assertTrue(all(one["requestId"] for one in entries if one["cause"] == "HISTORY_CAUSE_CALL"))

    def test_a_history_has_pages_and_so_has_that_of_the_district(self):
        self.must("admin", "PATCH", "/v1/districts/lakeside", {"name": "Lakeside Schools"})
        of = urllib.parse.urlencode({"of": "AGGREGATE_DISTRICT", "pageSize": 1})
        first = self.must("admin", "GET", f"/v1/history/plans?{of}")
        self.assertEqual(len(first["entries"]), 1)
        token = urllib.parse.quote(first["nextPageToken"])
        second = self.must("admin", "GET", f"/v1/history/plans?{of}&pageToken={token}")["entries"]
        self.assertEqual([(one["field"], one["before"], one["after"]) for one in second[0]["changes"]],
                         [("name", "Lakeside", "Lakeside Schools")])
        self.assertIn("AGGREGATE_ELSEWHERE", self.call("lee", "GET", "/v1/history/plans?of=AGGREGATE_CYCLE&school=north&id=x"))
        self.assertIn("AGGREGATE_UNKNOWN", self.call("lee", "GET", "/v1/history/cycles?of=AGGREGATE_CYCLE&school=north&id=x"))

    def test_a_directory_has_its_histories_too(self):
        self.server.terminate()
        self.assertEqual(self.server.wait(timeout=30), 0)
        shown = program.run("show", "history", "--of", "cycle", "--id", self.cycle, "--school", "north", "--district",
                            "lakeside", "--data", self.data).stdout
        self.assertRegex(shown, r"team member ann +CycleScheduled")
        self.assertRegex(shown, r"time +PhaseStarted +state +scheduled +analyze")


if __name__ == "__main__":
    unittest.main()
