"""An installation that is moved to another number of partitions, and back: everything that it can show stays."""
import datetime
import json
import re
import unittest
import urllib.request

import program
from parts import wait_until

# Everything that can be listed of a whole district.
LISTS = ["growth", "gaps", "gap-trends", "funnel", "coverage", "assessments", "results", "quarantine", "cycles", "reviews", "visits",
         "practices", "challenges", "offers", "waves", "questions", "alerts", "plan", "measures", "framings", "rubrics", "templates",
         "surveys"]


def shown(what, district, where, *more):
    done = program.run("show", what, "--district", district, "--json", *more, *where, check=False)
    if done.returncode != 0:
        return re.sub(r"\s+", " ", done.stderr)
    said = json.loads(done.stdout)
    said.pop("watchAfter", None)  # a position of this log
    return said


def everything(district, where, *more, lists=LISTS, explained=None):
    """By what was asked: every list, and every alert's explanation, or so many."""
    found = {what: shown(what, district, where, *more) for what in lists}
    for alert in found["alerts"].get("alerts", [])[:explained]:
        school = ["--school", alert["school"]] if alert.get("school") else []
        found["explain " + alert["alert"]] = shown("alerts", district, where, "--explain", alert["alert"], *school)
    return found


class Moves(program.Case):
    """Districts that are served, looked at, and moved."""
    maxDiff = 4000

    def setUp(self):
        super().setUp()
        self.where = []

    def serve(self, *options):
        super().serve(*options)
        self.where = ["--connect", self.grpc]

    def stop(self):
        self.server.terminate()
        self.assertEqual(self.server.wait(), 0)

    def post(self, path, body, method="POST"):
        request = urllib.request.Request(f"http://{self.http}/v1/{path}", json.dumps(body).encode(),
                                         {"Throughline-District": "lakeside", "Content-Type": "application/json"}, method=method)
        return json.load(urllib.request.urlopen(request))

    def settled(self, districts=("lakeside",)):
        """Everything, once nothing follows any more: what is silenced says so when its group is due."""
        def look():
            found = {district: everything(district, self.where) for district in districts}
            alerts = found["lakeside"]["alerts"].get("alerts", [])
            firing = [alert for alert in alerts if alert["state"] == "ALERT_STATE_FIRING" and alert["school"] == "north"]
            return found if all(alert.get("silenced") for alert in firing) else None
        last = [None]

        def rests():
            before, last[0] = last[0], look()
            return last[0] if last[0] is not None and before == last[0] else None
        return wait_until(rests, "it comes to rest")

    def move(self, partitions):
        to = self.folder / f"of-{partitions}"
        said = program.run("repartition", "--data", self.data, "--to", to, "--partitions", partitions).stdout
        self.assertIn(f"throughline serve --data {to}", said)
        self.assertIn("Everything is as it was written.", program.run("check", "--data", to).stdout)
        self.data.rename(self.folder / f"before-{partitions}")
        self.data = to

    def compare(self, after, before):
        for district in before:
            for what, said in before[district].items():
                self.assertEqual(after[district].get(what), said, f"{district}: {what}")
            self.assertEqual(set(after[district]), set(before[district]))

    def silence(self, request):
        ends = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)).timestamp()
        self.ends_ms = getattr(self, "ends_ms", int(ends * 1000))
        return self.post("silences", {"requestId": request, "silence": {
            "matcher": {"school": "north"}, "createdBy": "lee", "endsAtMs": str(self.ends_ms)}})["silence"]

    def alerts_watched(self, after=""):
        """What the stream says first, and the position that it gives."""
        url = f"http://{self.http}/v1/alerts:watch?district=lakeside"
        request = urllib.request.Request(url, headers={"Last-Event-ID": after} if after else {})
        event = None
        with urllib.request.urlopen(request, timeout=30) as stream:
            for line in stream:
                if line.startswith(b"event:"):
                    event = line[6:].strip().decode()
                if line.startswith(b"id:"):
                    return event, line[3:].strip().decode()
        raise AssertionError("the stream ended")

    def push(self, scores, modified):
        """Scores of the day by student number; they are corrections when the same students had some before."""
        rows = [line.split(",") for line in (self.folder / "lakeside/today.csv").read_text().splitlines()]
        header = rows[0]
        for row in rows[1:]:
            row[header.index("score")] = str(scores)
            if "dateLastModified" in header:
                row[header.index("dateLastModified")] = modified
        file = self.folder / f"pushed-{scores}.csv"
        file.write_text("\n".join(",".join(row) for row in rows) + "\n")
        program.run("push", file, "--district", "lakeside", "--connect", self.grpc)

    def begin_districts(self):
        """Their names."""
        self.begin_lakeside()
        self.post("districts/lakeside", {"requestId": "soon", "policy": {"groupWaitS": 1, "groupIntervalS": 1}}, "PATCH")
        for district in ("d1", "d2"):
            program.write_bundle(self.folder / district, program.small_district(schools=5))
            program.run("import", self.folder / district, "--district", district, *self.where)
        program.run("push", self.folder / "lakeside/today.csv", "--district", "lakeside", *self.where)
        return ("lakeside", "d1", "d2")

    def watched_on(self, tokens):
        """Positions of before begin anew, here as a reset and to gRPC as a refusal; one of now is appended."""
        for token in tokens:
            self.assertEqual(self.alerts_watched(token)[0], "reset")
            done = program.run("watch", "--district", "lakeside", "--after", token, *self.where, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("TOKEN_INVALID", done.stderr)
        tokens.append(self.alerts_watched()[1])


class Repartition(Moves):
    def test_there_and_back_everything_stays_and_goes_on(self):
        self.serve()
        districts = self.begin_districts()
        silence = self.silence("one")
        before = self.settled(districts)
        self.assertTrue(before["lakeside"]["alerts"]["alerts"])
        self.assertTrue(before["lakeside"]["quarantine"]["results"])
        tokens = [self.alerts_watched()[1]]
        in_use = program.run("repartition", "--data", self.data, "--to", self.folder / "no", "--partitions", 7, check=False)
        self.assertEqual(in_use.returncode, 1)
        self.assertIn("in use", in_use.stderr)
        self.stop()

        for partitions, request in ((7, "two"), (24, "three")):
            self.move(partitions)
            self.serve()
            self.compare(self.settled(districts), before)
            # Who asked before gets the first answer; who reads begins anew.
            self.assertEqual(self.silence("one"), silence)
            self.watched_on(tokens)
            # And it goes on.
            self.assertNotEqual(self.silence(request)["silence"], silence["silence"])
            self.push(40 + partitions, f"2999-01-{partitions:02}T00:00:00Z")
            before = self.settled(districts)
            (cycle,) = before["lakeside"]["cycles"]["cycles"]
            self.assertTrue(cycle)
            self.stop()

        backup, keys = self.folder / "backup", self.folder / "safe.keys"
        program.run("backup", "--data", self.data, "--to", backup, "--identity-keys", keys)
        early = program.run("restore", "--from", backup, "--data", self.folder / "early", "--identity-keys", keys,
                            "--until", "2020-01-01T00:00:00Z", check=False)
        self.assertEqual(early.returncode, 1)
        self.assertIn("MOMENT_BEFORE_MOVE", early.stderr)
        self.data = self.folder / "restored"
        program.run("restore", "--from", backup, "--data", self.data, "--identity-keys", keys)
        self.serve()
        self.compare(self.settled(districts), before)
        # A team's cycle ends.
        (cycle,) = before["lakeside"]["cycles"]["cycles"]
        self.post(f"cycles/{cycle['cycle']}:cancel", {"school": "north", "reason": "that is all"})
        (cancelled,) = [one for one in shown("cycles", "lakeside", self.where)["cycles"] if one["cycle"] == cycle["cycle"]]
        self.assertEqual(cancelled["state"], "CYCLE_STATE_CANCELLED")

    def test_what_is_not_moved_is_said(self):
        program.write_bundle(self.folder / "b", program.small_district())
        program.run("import", self.folder / "b", "--district", "d1", "--data", self.data)
        for options, reason in ((["--partitions", 24], "PARTITIONS_THE_SAME"),
                                (["--partitions", 7, "--partitions-before", 3], "PARTITIONS_OTHERWISE")):
            refused = program.run("repartition", "--data", self.data, "--to", self.folder / "no", *options, check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn(reason, refused.stderr)
            self.assertFalse((self.folder / "no").exists())
        self.serve()
        program.run("import", self.folder / "b", "--district", "d2", "--connect", self.grpc)
        self.server.kill()
        self.server.wait()
        refused = program.run("repartition", "--data", self.data, "--to", self.folder / "no", "--partitions", 7, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("LOG_NOT_QUIET", refused.stderr)
        self.assertFalse((self.folder / "no").exists())


class Demo(program.Case):
    """The demo's districts, of which there is one of everything."""
    maxDiff = 4000

    def summary(self, data, file):
        program.run("demo", "--data", data, "--once", "--json", file)
        summary = json.loads(file.read_text())
        for part in (summary, summary["also"]):
            part.pop("latency_ms", None)
            part.pop("results_per_second", None)
        return summary

    def test_the_districts_of_the_demo_are_as_they_were(self):
        before = self.summary(self.data, self.folder / "before.json")
        moved, back = self.folder / "moved", self.folder / "back"
        for data, to, partitions in ((self.data, moved, 7), (moved, back, 24)):
            program.run("repartition", "--data", data, "--to", to, "--partitions", partitions)
            # What was moved is folded by whoever runs it, and is at rest then.
            self.assertEqual(self.summary(to, self.folder / "after.json"), before)
        lasts = {"ou2013": "2014-06-30", "star": "1989-06-30"}
        for district, day in lasts.items():
            # Each of them folds the whole log: the summaries above are of the rest.
            some = {"lists": ["growth", "cycles", "practices", "alerts", "questions"], "explained": 2}
            stood = everything(district, ["--data", self.data], "--as-of", day, **some)
            self.assertTrue(stood["alerts"]["alerts"])
            for data in (moved, back):
                after = everything(district, ["--data", data], "--as-of", day, **some)
                for what, said in stood.items():
                    self.assertEqual(after.get(what), said, f"{district}: {what}")


if __name__ == "__main__":
    unittest.main()
