"""The audit trail of the real program: what is on record, that nothing of it is lost when the program is killed, and
what `throughline audit verify` finds."""
import hashlib
import json
import shutil
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request

import program
from parts import wait_until

SECRET = "a secret of the district office, long enough"
CLIENTS = {"admin": "district_administrator", "officer": "privacy_officer", "sis": "integration", "watcher": "observer"}
DISTRICT = {"district": {"district": "lakeside", "name": "Lakeside", "timeZone": "America/Chicago",
                         "calendar": {"terms": [{"first": "2026-08-31", "last": "2027-06-04", "name": "Year"}]}}}


class Audit(program.Case):
    def setUp(self):
        super().setUp()
        self.clients = self.folder / "clients.json"
        self.clients.write_text(json.dumps([
            {"client_id": name, "district": "lakeside", "role": role,
             "secret_sha256": hashlib.sha256(SECRET.encode()).hexdigest()} for name, role in CLIENTS.items()]))

    def start(self):
        self.serve("--clients", self.clients)
        self.tokens = {name: self.token(name) for name in CLIENTS}

    def stop(self):
        self.server.terminate()
        self.assertEqual(self.server.wait(timeout=30), 0)

    def token(self, name, secret=SECRET):
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": name, "client_secret": secret})
        with urllib.request.urlopen(f"http://{self.http}/oauth/token", form.encode(), timeout=30) as answer:
            return json.load(answer)["access_token"]

    def call(self, name, method, path, body=None, headers=()):
        """The status and the answer."""
        request = urllib.request.Request(f"http://{self.http}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        for header, value in dict(headers).items():
            request.add_header(header, value)
        if name:
            request.add_header("Authorization", f"Bearer {self.tokens[name]}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def export(self):
        lines = program.run("audit", "export", "--data", self.data).stdout.splitlines()
        return [json.loads(line) for line in lines]

    def records(self, **wanted):
        found = [line["record"] for line in self.export() if "record" in line]
        return [one for one in found if all(one.get(name) == value for name, value in wanted.items())]

    def verify(self, *more):
        return program.run("audit", "verify", "--data", self.data, *more, check=False)

    def make_school(self, school):
        return self.call("admin", "PUT", f"/v1/schools/{school}",
                         {"school": {"district": "lakeside", "school": school, "name": school}})[0]

    def test_what_was_refused_and_changed_is_on_record(self):
        self.start()
        self.assertEqual(self.call("admin", "POST", "/v1/districts", DISTRICT)[0], 200)
        trace = "0af7651916cd43dd8448eb211c80319c"
        self.assertEqual(self.call("watcher", "GET", "/v1/quarantinedResults",
                                   headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})[0], 403)
        self.assertEqual(self.call(None, "GET", "/v1/quarantinedResults")[0], 401)
        with self.assertRaises(urllib.error.HTTPError):
            self.token("sis", "a wrong secret that is long enough to be one")
        reads = []

        def listed_kinds():
            reads.append("ACTION_TRAIL_READ")
            status, listed = self.call("officer", "GET", "/v1/auditTrail")
            self.assertEqual(status, 200, listed)
            return [(one["action"], one.get("actor", {}).get("subject")) for one in listed["records"]]
        # Refusals by role are notes: they are there before long.
        wait_until(lambda: ("ACTION_ACCESS_REFUSED", "watcher") in listed_kinds(), "the refusal is on record")
        kinds = listed_kinds()
        self.assertIn(("ACTION_DISTRICT_CHANGED", "admin"), kinds)
        self.assertIn(("ACTION_ACCESS_REFUSED", "watcher"), kinds)
        self.assertIn(("ACTION_SIGNED_IN", "admin"), kinds)
        self.assertIn(("ACTION_TOKEN_ISSUED", "officer"), kinds)
        self.assertEqual(self.call("watcher", "GET", "/v1/auditTrail")[0], 403)
        status, access = self.call("officer", "GET", "/v1/access")
        self.assertEqual(status, 200, access)
        self.assertIn("watcher", [one["caller"]["subject"] for one in access["holders"]])
        self.stop()

        refused = self.records(action="ACTION_ACCESS_REFUSED")
        of_watcher = [one for one in refused if one.get("actor", {}).get("subject") == "watcher"]
        self.assertEqual(len(of_watcher), 2, "each refusal once, though it comes by way of the gateway")
        self.assertEqual(of_watcher[0]["method"], "throughline.evidence.v1.EvidenceService/ListQuarantine")
        self.assertEqual(of_watcher[0]["traceId"], trace)
        self.assertEqual(of_watcher[0]["address"], "127.0.0.1")
        self.assertEqual(len([one for one in refused if "actor" not in one]), 1)
        self.assertEqual(len(self.records(reason="INVALID_CLIENT")), 1)
        self.assertEqual(len(self.records(action="ACTION_TRAIL_READ")), len(reads))
        self.assertEqual(len(self.records(action="ACTION_ACCESS_REVIEWED")), 1)
        started, = self.records(action="ACTION_STARTED")
        self.assertIn(f"clients={self.clients}", started["objects"])
        self.assertNotIn(SECRET, json.dumps(self.export()))
        self.assertIn("Everything is as it was written.", self.verify().stdout)

    def test_what_was_answered_is_on_record_whatever_is_killed(self):
        answered = []
        for life in range(5):
            self.start()
            self.call("admin", "POST", "/v1/districts", DISTRICT)
            enough = threading.Event()

            def work(thread, life=life, enough=enough):
                for number in range(10_000):
                    school = f"s-{life}-{thread}-{number}"
                    try:
                        if self.make_school(school) == 200:
                            answered.append(school)
                    except (OSError, ValueError):
                        return
                    if number == 10:
                        enough.set()

            threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
            for thread in threads:
                thread.start()
            self.assertTrue(enough.wait(timeout=120))
            self.server.kill()
            self.server.wait()
            for thread in threads:
                thread.join()
        recorded = {word for one in self.records(action="ACTION_DISTRICT_CHANGED") for word in one.get("objects", [])}
        self.assertGreater(len(answered), 50)
        self.assertEqual([one for one in answered if f"school={one}" not in recorded], [])
        verified = self.verify()
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_of_a_damaged_journal_it_is_said_what_could_be_read_and_what_helps(self):
        self.start()
        self.call("admin", "POST", "/v1/districts", DISTRICT)
        for number in range(100):
            self.assertEqual(self.make_school(f"damaged-{number:03}"), 200)
        self.stop()
        journal = bytearray((self.data / "journal.db").read_bytes())
        # Of the record in the trail: it names the school with what it is.
        at = journal.index(b"school=damaged-080")
        journal[at] ^= 1
        (self.data / "journal.db").write_bytes(journal)
        verified = self.verify()
        self.assertEqual(verified.returncode, 1)
        self.assertRegex(verified.stdout, r"The first \d+ records could be read, and are as they were written")
        self.assertIn("JOURNAL_CORRUPT", verified.stderr)
        self.assertIn("throughline restore --from BACKUP", verified.stderr)

    def test_a_head_is_a_file_of_its_owners(self):
        self.start()
        self.call("admin", "POST", "/v1/districts", DISTRICT)
        self.stop()
        kept = self.folder / "head.json"
        self.assertEqual(self.verify("--head-to", kept).returncode, 0)
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        (self.data / "audit.head").unlink()
        (self.data / "audit.head").mkdir()
        verified = self.verify()
        self.assertIn("is a directory", verified.stderr)
        self.assertIn("HEAD_FILE_UNUSABLE", verified.stderr)

    def test_a_school_that_is_not_there_is_said(self):
        self.start()
        self.call("admin", "POST", "/v1/districts", DISTRICT)
        self.make_school("north")
        self.stop()
        listed = program.run("audit", "list", "--district", "lakeside", "--school", "north", "--data", self.data)
        self.assertIn("school=north", listed.stdout)
        for option, reason in ((("--school", "nope"), "SCHOOL_UNKNOWN"), (("--school", "north", "--subject", "nobody"), "")):
            listed = program.run("audit", "list", "--district", "lakeside", *option, "--data", self.data, check=False)
            self.assertIn(reason or "Nothing is on record.", listed.stderr + listed.stdout)
        self.assertIn("DISTRICT_UNKNOWN", program.run("audit", "list", "--district", "nope", "--data", self.data, check=False).stderr)

    def test_a_tail_that_was_cut_off_is_missed(self):
        self.start()
        self.call("admin", "POST", "/v1/districts", DISTRICT)
        self.stop()
        kept, older = self.folder / "head.json", self.folder / "older"
        shutil.copytree(self.data, older)
        self.start()
        self.make_school("s1")
        self.stop()
        self.assertEqual(self.verify("--head-to", kept).returncode, 0)
        # The journal of before, in which everything is as it was written; the head is that of now.
        for name in ("journal.db", "journal.db-wal", "journal.db-shm"):
            (self.data / name).unlink(missing_ok=True)
            if (older / name).exists():
                shutil.copy(older / name, self.data / name)
        verified = self.verify()
        self.assertEqual(verified.returncode, 1)
        self.assertIn("CUT at", verified.stdout)
        shutil.copy(older / "audit.head", self.data / "audit.head")
        self.assertEqual(self.verify().returncode, 0, "only what was kept elsewhere knows")
        self.assertIn("CUT at", self.verify("--head", kept).stdout)
        # And of another key.
        (self.data / "audit.key").write_bytes(bytes(range(32)))
        self.assertIn("FOREIGN_HEAD", self.verify().stdout)


if __name__ == "__main__":
    unittest.main()
