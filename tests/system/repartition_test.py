"""An installation that is moved to another number of partitions, and back: everything that it can show stays."""
import datetime
import json
import re
import shutil
import unittest
import urllib.error
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


def everything(district, where, *more):
    """By what was asked: every list, and every alert's explanation."""
    found = {what: shown(what, district, where, *more) for what in LISTS}
    for alert in found["alerts"].get("alerts", []):
        school = ["--school", alert["school"]] if alert.get("school") else []
        found["explain " + alert["alert"]] = shown("alerts", district, where, "--explain", alert["alert"], *school)
    return found


class Repartition(program.Case):
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
        """Everything, once nothing follows any more."""
        def look():
            return {district: everything(district, self.where) for district in districts}
        last = [None]

        def rests():
            before, last[0] = last[0], look()
            return last[0] if before == last[0] else None
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
        url = f"http://{self.http}/v1/alerts:watch?district=lakeside"
        request = urllib.request.Request(url, headers={"Last-Event-ID": after} if after else {})
        with urllib.request.urlopen(request, timeout=30) as stream:
            for line in stream:
                if line.startswith(b"id:"):
                    return line[3:].strip().decode()
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

    def test_there_and_back_everything_stays_and_goes_on(self):
        self.serve()
        self.begin_lakeside()
        for district in ("d1", "d2"):
            program.write_bundle(self.folder / district, program.small_district(schools=5))
            program.run("import", self.folder / district, "--district", district, *self.where)
        program.run("push", self.folder / "lakeside/today.csv", "--district", "lakeside", *self.where)
        districts = ("lakeside", "d1", "d2")
        silence = self.silence("one")
        before = self.settled(districts)
        self.assertTrue(before["lakeside"]["alerts"]["alerts"])
        self.assertTrue(before["lakeside"]["quarantine"]["results"])
        token = self.alerts_watched()
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
            with self.assertRaises(urllib.error.HTTPError) as refused:
                self.alerts_watched(token)
            self.assertIn("TOKEN_INVALID", refused.exception.read().decode())
            token = self.alerts_watched()
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
        moved = self.folder / "moved"
        program.run("repartition", "--data", self.data, "--to", moved, "--partitions", 7)
        back = self.folder / "back"
        program.run("repartition", "--data", moved, "--to", back, "--partitions", 24)
        for data in (moved, back):
            again = self.folder / "again"
            shutil.copytree(data, again)
            self.assertEqual(self.summary(again, self.folder / "after.json"), before)
            shutil.rmtree(again)
        lasts = {"ou2013": "2014-06-30", "star": "1989-06-30"}
        for district, day in lasts.items():
            stood = everything(district, ["--data", self.data], "--as-of", day)
            self.assertTrue(stood["alerts"]["alerts"])
            for data in (moved, back):
                after = everything(district, ["--data", data], "--as-of", day)
                for what, said in stood.items():
                    self.assertEqual(after.get(what), said, f"{district}: {what}")


if __name__ == "__main__":
    unittest.main()
