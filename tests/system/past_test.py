"""The past, from outside: everything as it stood at a moment, and the alerts of another policy."""
import csv
import datetime
import json
import random
import re
import time
import unittest
import urllib.request

from parts import wait_until
from program import Case, run, write_bundle

THINGS = ["growth", "gaps", "coverage", "cycles", "reviews", "alerts", "plan"]


class AsOf(Case):
    maxDiff = None

    def show(self, what, *more, **options):
        return run("show", what, "--district", "lakeside", "--connect", self.grpc, "--json", *more, **options)

    def everything(self, *more):
        found = {what: json.loads(self.show(what, *more).stdout) for what in THINGS}
        found["alerts"].pop("watchAfter", None)  # a position of now
        return found

    def live(self):
        """Lakeside, before and after its results were pushed: two moments, and what was there at each."""
        self.serve()
        self.begin_lakeside()
        moments = [self.moment()]
        run("push", self.folder / "lakeside/today.csv", "--district", "lakeside", "--connect", self.grpc)
        moments.append(self.moment())
        return moments

    def moment(self):
        """Now, and all that is there: once nothing follows any more."""
        def settled():
            before = self.everything()
            time.sleep(1)
            return before if self.everything() == before else None
        for _ in range(30):
            found = settled()
            if found:
                return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"), found
        raise AssertionError("it does not come to rest")

    def test_everything_stands_as_it_stood(self):
        (before, then), (_, now) = self.live()
        self.assertNotEqual(then, now)
        self.assertTrue(now["alerts"]["alerts"])
        self.assertEqual(self.everything("--as-of", before), then)
        at_last = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        time.sleep(0.1)
        self.assertEqual(self.everything("--as-of", at_last), now)
        self.assertEqual(self.everything(), now)

    def test_the_api_takes_a_moment_and_a_directory_has_its_past_too(self):
        (before, then), _ = self.live()
        as_of_ms = int(datetime.datetime.fromisoformat(before).timestamp() * 1000)
        url = f"http://{self.http}/v1/growth?asOfMs={as_of_ms}"
        request = urllib.request.Request(url, headers={"Throughline-District": "lakeside"})
        (row,), (stood,) = json.load(urllib.request.urlopen(request))["rows"], then["growth"]["rows"]
        self.assertEqual({name: row["evidence"][name] for name in stood["evidence"]}, stood["evidence"])
        self.server.terminate()
        self.server.wait()
        done = run("show", "growth", "--district", "lakeside", "--data", self.data, "--json", "--as-of", before)
        self.assertEqual(json.loads(done.stdout), then["growth"])

    def history(self, of, name):
        shown = self.show("history", "--of", of, "--school", "north", "--id", name)
        return [(one["what"], {change["field"]: change.get("after") for change in one["changes"]})
                for one in json.loads(shown.stdout)["entries"]]

    def test_histories_say_what_became_of_an_alert_and_of_a_cycle(self):
        _, (_, now) = self.live()
        alert, (cycle,) = now["alerts"]["alerts"][0], now["cycles"]["cycles"]
        urllib.request.urlopen(urllib.request.Request(
            f"http://{self.http}/v1/alerts/{alert['alert']}:acknowledge",
            json.dumps({"school": "north", "acknowledgedBy": "Lee"}).encode(),
            {"Throughline-District": "lakeside", "Content-Type": "application/json"}))
        told = self.history("alert", alert["alert"])
        self.assertEqual([changed["state"] for _, changed in told if "state" in changed], ["firing", "acknowledged"])
        self.assertNotIn("reason", json.dumps(told), "what it found is held back")
        what, begun = self.history("cycle", cycle["cycle"])[0]
        self.assertEqual((what, begun["team"]), ("CycleScheduled", "grade-3"))

    def test_what_is_too_small_now_is_not_shown_of_then_either(self):
        self.live()
        at_last = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        self.assertIn('"meanChange"', json.dumps(self.everything("--as-of", at_last)))
        body = json.dumps({"policy": {"smallestCell": 25}}).encode()  # one more than there are students
        urllib.request.urlopen(urllib.request.Request(f"http://{self.http}/v1/districts/lakeside", body, {
            "Throughline-District": "lakeside", "Content-Type": "application/json"}, method="PATCH"))
        for what in ("growth", "gaps", "coverage", "cycles", "reviews", "alerts"):
            for more in ([], ["--as-of", at_last]):
                def hidden():
                    return not re.search('"(meanChange|covered|groupCount)"', self.show(what, *more).stdout)
                wait_until(hidden, f"{what} {more} is hidden")

    def test_moments_of_which_nothing_is_known_are_refused(self):
        self.live()
        for moment, reason in [("2999-01-01", "still to come"), ("2001-01-01", "nothing was recorded of lakeside"),
                               ("yesterday", "is no day"), ("", "is no day")]:
            refused = self.show("growth", "--as-of", moment, check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn(reason, refused.stderr)
            moments = re.sub("such as .* or .*Z", "", refused.stderr)
            self.assertNotRegex(moments, r"\d\dZ", "moments are said in the district's time zone")


SCHOOLS, TEAMS, STUDENTS, LOOKS = 3, 4, 24, 4
PATIENCE_S = 60
SETS_OFF_NOTHING = {"repeatIntervalS": 43200}


class WhatIf(Case):
    maxDiff = None
    results = ["sourcedId", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate"]

    def setUp(self):
        super().setUp()
        self.today = datetime.date.today()
        while self.today.weekday() > 4:
            self.today -= datetime.timedelta(days=1)
        self.monday = self.today - datetime.timedelta(days=self.today.weekday() + 7)

    def bundle(self):
        """Teams that fall behind, each by a little more than the one before; one group more than the others."""
        rnd = random.Random(7)
        before = self.monday - datetime.timedelta(days=7)
        tables = {
            "orgs": [["sourcedId", "name", "type"], ["d", "A district", "district"]],
            "courses": [["sourcedId", "title", "orgSourcedId"], ["k", "Course", "d"]],
            "classes": [["sourcedId", "title", "courseSourcedId", "schoolSourcedId", "metadata.team"]],
            "users": [["sourcedId", "metadata.group.language"]],
            "enrollments": [["sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"]],
            "categories": [["sourcedId", "title"], ["check", "Check"]],
            "lineItems": [["sourcedId", "title", "dueDate", "classSourcedId", "categorySourcedId", "resultValueMin",
                           "resultValueMax", "metadata.assessment", "metadata.kind", "metadata.indicator"]],
            "results": [self.results],
        }
        pushed = []
        for s in range(SCHOOLS):
            tables["orgs"].append([f"s{s}", f"School {s}", "school"])
            for t in range(TEAMS):
                name = f"{s}-{t}"
                tables["classes"].append([f"c{name}", name, "k", f"s{s}", f"t{t}"])
                for when, day in (("b", before), ("n", self.today)):
                    tables["lineItems"].append([f"{when}{name}", when, day, f"c{name}", "check", 0, 100, "check",
                                                "daily_check", "skill"])
                for i in range(STUDENTS):
                    student = f"u{name}-{i}"
                    learner = i % 2
                    tables["users"].append([student, "learner" if learner else "english"])
                    tables["enrollments"].append([f"e{student}", f"c{name}", f"s{s}", student, "student"])
                    score = rnd.gauss(55 - 5 * learner, 12)
                    change = rnd.gauss(1 - 0.7 * (s * TEAMS + t) - 3 * learner, 7)
                    row = lambda item, value, day: [f"r{item}{student}", f"{item}{name}", student, "fully graded",
                                                    f"{min(100, max(0, value)):.1f}", day]
                    tables["results"].append(row("b", score, before))
                    pushed.append(row("n", score + change, self.today))
        rnd.shuffle(pushed)
        return tables, pushed

    def call(self, path, body):
        request = urllib.request.Request(f"http://{self.http}{path}", json.dumps(body).encode(),
                                         {"Content-Type": "application/json", "Throughline-District": "d"})
        return json.load(urllib.request.urlopen(request))

    def live_under(self, policy, data):
        """The district's history when it had this policy from the beginning."""
        self.data = data
        self.serve("--requests-per-second", "100000", "--requests-at-once", "100000")
        self.call("/v1/districts", {"requestId": "x", "district": {"district": "d", "timeZone": "UTC", "policy": policy}})
        tables, pushed = self.bundle()
        to = ["--district", "d", "--connect", self.grpc]
        run("import", write_bundle(self.folder / "bundle", tables), "--time-zone", "UTC", *to)
        for s in range(SCHOOLS):
            for t in range(TEAMS):
                run("schedule", "--school", f"s{s}", "--team", f"t{t}", "--indicator", "skill", "--start", self.monday, *to)
        for look in range(LOOKS):
            file = self.folder / f"push{look}.csv"
            with open(file, "w", newline="", encoding="utf-8") as out:
                csv.writer(out).writerows([self.results, *pushed[look::LOOKS]])
            run("push", file, *to)
        self.wait_until_settled(data)
        self.server.terminate()
        self.server.wait()
        return self.alerts_of_the_past(data)

    def wait_until_settled(self, data):
        """What schools and the district come to follows their teams: until then it would come, decided again."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            answer = json.loads(self.what_if(SETS_OFF_NOTHING, data, "--json").stdout)
            if (answer["come"], answer["go"]) == (0, 0):
                return
        self.fail("the district does not come to rest")

    def alerts_of_the_past(self, data):
        """Opened once more, it draws every conclusion before it answers."""
        alerts = json.loads(run("show", "alerts", "--district", "d", "--data", data, "--json").stdout)["alerts"]
        return sorted(self.key(alert["condition"]) for alert in alerts)

    @staticmethod
    def key(condition):
        return tuple(condition.get(name, "") for name in ("trigger", "school", "team", "indicator", "group"))

    def what_if(self, policy, data, *more):
        file = self.folder / "policy.json"
        file.write_text(json.dumps(policy))
        return run("whatif", "--district", "d", "--policy", file, *self.log_of(data), *more, check=False)

    def log_of(self, data):
        return ["--data", data]

    def test_it_gives_the_alerts_of_a_run_with_that_policy(self):
        rates = [0.001, 0.01, 0.05, 0.2, 0.5]
        # When schools are looked at depends on the second; when teams are, on the pushes alone.
        of_teams = lambda keys: [key for key in keys if key[2]]
        alerts = {rate: of_teams(self.live_under({"falseAlarmRate": rate}, self.folder / f"under-{rate}"))
                  for rate in rates}
        self.assertGreater(len(alerts[0.5]), len(alerts[0.05]))
        self.assertGreater(len(alerts[0.05]), len(alerts[0.001]))
        for rate in rates:
            done = self.what_if({"falseAlarmRate": rate}, self.folder / "under-0.05", "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            answer = json.loads(done.stdout)
            keys = lambda *fates: of_teams(sorted(self.key(one) for one in answer["alerts"] if one["fate"] in fates))
            self.assertEqual(keys("stays", "goes"), alerts[0.05], rate)
            self.assertEqual(keys("stays", "comes"), alerts[rate], rate)
            if rate == 0.05:
                self.assertEqual((answer["come"], answer["go"]), (0, 0))
        said = self.what_if({"falseAlarmRate": 0.5}, self.folder / "under-0.05").stdout
        self.assertIn("would stay", said)
        self.assertIn("comes", said)

    def test_what_is_no_policy_is_refused_by_name(self):
        self.live_under({}, self.folder / "data")
        for policy, said in [({"falseAlarms": 0.2}, "falseAlarms"), ({"falseAlarmRate": 0.9}, "falseAlarmRate"),
                             ({"false_alarm_rate": 0.9}, "false_alarm_rate"), ({}, "no field to change")]:
            refused = self.what_if(policy, self.folder / "data")
            self.assertEqual(refused.returncode, 1)
            self.assertIn(said, refused.stderr)


if __name__ == "__main__":
    unittest.main()
