"""Students who are erased while results of theirs stream in, and the program is killed in the middle: nothing leads
back from what is recorded, numbers stay, and who comes again is somebody new. And what an officer types for it."""
import itertools
import json
import random
import subprocess
import threading
import time
import unittest

import grpc

import program
from calls import Caller
from checker import messages
from checker.key_ring import KeyRing
from parts import free_port, wait_until
from program import small_district, write_bundle

STUDENT, CLASSMATE = "c0-0.0", "c0-0.1"
REASON = "A parent asked for it, request 17."
SEED = 17


class Keys(KeyRing):
    """That a data directory has at the moment."""

    def __init__(self, data):
        super().__init__((data / "identities.keys").read_bytes(), (data / "pseudonyms.key").read_bytes())


class Erasure(program.Case):
    def setUp(self):
        super().setUp()
        self.grpc = f"127.0.0.1:{free_port()}"
        self.channel = grpc.insecure_channel(self.grpc, options=[
            ("grpc.initial_reconnect_backoff_ms", 50), ("grpc.max_reconnect_backoff_ms", 100)])
        self.caller = Caller(self)
        self.begin()
        tables = json.dumps(small_district(), ensure_ascii=False).replace("/é", ".")  # ids as they are
        write_bundle(self.folder / "b", json.loads(tables))
        program.run("import", self.folder / "b", "--district", "d1", "--connect", self.grpc)

    def replicas_of(self, _service):
        return [self]

    def begin(self):
        self.server = subprocess.Popen(
            [program.THROUGHLINE, "serve", "--data", str(self.data), "--listen", self.grpc, "--http", "127.0.0.1:0"],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        self.assertIn("serves", self.server.stdout.readline())

    def kill(self):
        self.server.kill()
        self.server.wait()

    def ingest(self, number, *students):
        """The outcomes of a batch of class c0-0, whatever happens to the program meanwhile."""
        results = [dict(source_id=f"s{number}-{i}", student=student, assessment="quiz-1", class_id="c0-0",
                        date="2024-10-01", score_text=str(1 + (number + i) % 20)) for i, student in enumerate(students)]
        answer = self.caller.call("evidence.IngestResults", request_id=f"batch {number}", district="d1", source="lms",
                                  results=results)
        names = messages.enum("evidence.v1.ResultOutcome")
        return [names.Name(one).removeprefix("RESULT_OUTCOME_").lower() for one in answer.outcomes]

    def counts(self):
        said = json.loads(program.run("show", "results", "--district", "d1", "--json", "--connect", self.grpc).stdout)
        return {name: int(count) for name, count in said.items()}

    def certificates(self):
        said = program.run("show", "erasures", "--district", "d1", "--json", "--connect", self.grpc).stdout
        return json.loads(said).get("certificates", [])

    def files(self):
        return {path.name: path.read_bytes() for path in self.data.iterdir() if path.is_file()}

    def test_nobody_is_led_back_to_when_it_is_killed_in_the_middle(self):
        chance = random.Random(SEED)
        outcomes, stop = [], threading.Event()

        def push():
            for number in itertools.count():
                if stop.is_set():
                    return
                outcomes.extend(zip((STUDENT, CLASSMATE), self.ingest(number, STUDENT, CLASSMATE)))

        before = self.counts()
        pushing = threading.Thread(target=push)
        pushing.start()
        self.addCleanup(stop.set)
        wait_until(lambda: len(outcomes) > 40, "results that stream in")
        ring = Keys(self.data)
        journal = b"".join(content for name, content in self.files().items() if name.startswith("journal.db"))
        was = {one for one in ring.pseudonyms(STUDENT) if one.encode() in journal}
        self.assertEqual(len(was), 1, "what is recorded is found by the keys of before")

        certificate = []
        erasing = threading.Thread(target=lambda: certificate.append(self.caller.call(
            "evidence.EraseStudents", request_id="one", district="d1", students=[STUDENT], reason=REASON).certificate))
        erasing.start()
        for _ in range(6):
            time.sleep(chance.uniform(0, 0.08))  # a moment to be killed at, and nothing that is waited for
            self.kill()
            self.begin()
        erasing.join()
        answered = len(outcomes)
        wait_until(lambda: len(outcomes) > answered + 10, "results that stream in afterwards")
        stop.set()
        pushing.join()
        self.assertEqual(certificate[0].students, 1)
        self.assertEqual([one["certificate"] for one in self.certificates()], [certificate[0].certificate])

        after = Keys(self.data)
        self.assertFalse(was & after.pseudonyms(STUDENT), "no key there is leads to what was recorded")
        self.kill()
        for name, content in self.files().items():
            self.assertNotIn(STUDENT.encode(), content, name)
            for key in ring.wrapped:
                self.assertNotIn(key, content, f"{name} has the key of before")
            self.assertFalse([one for one in was if name == "identities.keys" and one.encode() in content])
        self.begin()
        said = [(who, outcome) for who, outcome in outcomes if outcome != "accepted"]
        self.assertEqual({who for who, outcome in said}, {STUDENT}, "others lost nothing")
        self.assertEqual({outcome for who, outcome in said}, {"quarantined"})
        counts = self.counts()
        self.assertEqual(counts["accepted"] - before["accepted"], len(outcomes) - len(said))
        self.assertEqual(counts["quarantined"] - before.get("quarantined", 0), len(said))
        self.assertEqual(counts.get("duplicate", 0), before.get("duplicate", 0), "nothing came twice")

        program.run("import", self.folder / "b", "--district", "d1", "--connect", self.grpc)
        self.assertEqual(self.ingest(1_000_000, STUDENT), ["accepted"], "who comes again is known again")
        self.assertFalse(was & Keys(self.data).pseudonyms(STUDENT), "as somebody new")

    def erase(self, *students):
        asked = [word for student in students for word in ("--student", student)]
        program.run("erase", "students", *asked, "--reason", REASON, "--yes", "--district", "d1", "--connect", self.grpc)

    def ingest_again(self, number, request_id):
        """A batch of before, without a class, so that it is the student who says where it belongs."""
        results = [dict(source_id=f"t{number}-{i}", student=student, assessment="quiz-1", date="2024-10-01",
                        score_text=score) for i, (student, score) in enumerate(
                            [(STUDENT, "7"), (CLASSMATE, "8"), (STUDENT, "21"), ("c1-0.0", "9")])]
        answer = self.caller.call("evidence.IngestResults", request_id=request_id, district="d1", source="lms",
                                  results=results)
        names = messages.enum("evidence.v1.ResultOutcome")
        return [names.Name(one).removeprefix("RESULT_OUTCOME_").lower() for one in answer.outcomes]

    def test_what_is_sent_again_brings_nobody_back(self):
        export = ["export", "student", "--student", STUDENT, "--purpose", REASON, "--district", "d1", "--connect",
                  self.grpc, "--to"]
        first = self.ingest_again(1, "one")
        self.assertEqual(first, ["accepted", "accepted", "quarantined", "accepted"])
        program.run(*export, self.folder / "before")
        held = json.loads((self.folder / "before" / "student.json").read_text())
        self.assertEqual([one["result"]["scoreText"] for one in held["setAside"]], ["21"])
        self.assertIn(",21,lms,t1-2,", (self.folder / "before" / "set_aside.csv").read_text())
        self.erase(STUDENT)
        before = self.counts()
        self.assertEqual(self.ingest_again(1, "one"), first)
        self.assertEqual(self.counts(), before, "it is answered as at first")
        self.assertEqual(self.ingest_again(1, "two"), ["duplicate", "duplicate", "quarantined", "duplicate"])
        unknown = program.run(*export, self.folder / "after", check=False)
        self.assertIn("STUDENT_UNKNOWN", unknown.stderr)

        program.run("import", self.folder / "b", "--district", "d1", "--connect", self.grpc)
        self.assertEqual(self.ingest_again(1, "three"), ["duplicate", "duplicate", "quarantined", "duplicate"])
        program.run(*export, self.folder / "anew")
        held = json.loads((self.folder / "anew" / "student.json").read_text())
        self.assertNotIn("results", held, "somebody new has no results of before")
        self.assertNotIn("setAside", held)

    def test_a_bulk_does_not_miss_who_was_erased(self):
        self.erase(*(f"c0-0.{i}" for i in range(10)))
        done = program.run("import", self.folder / "b", "--district", "d1", "--connect", self.grpc)
        self.assertNotIn("REMOVAL_UNCONFIRMED", done.stdout + done.stderr)
        again = program.run("import", self.folder / "b", "--district", "d1", "--connect", self.grpc)
        self.assertNotIn("REMOVAL_UNCONFIRMED", again.stdout + again.stderr)

    def test_an_officer_exports_and_erases(self):
        to = ["--district", "d1", "--connect", self.grpc]
        export = ["export", "student", "--student", STUDENT, "--purpose", REASON, *to]
        program.run(*export, "--to", self.folder / "request-17")
        files = {path.name: path for path in (self.folder / "request-17").iterdir()}
        self.assertEqual(sorted(files), ["enrolments.csv", "indicators.csv", "results.csv", "set_aside.csv",
                                         "student.json"])
        self.assertEqual({path.stat().st_mode & 0o777 for path in files.values()}, {0o600})
        held = json.loads(files["student.json"].read_text())
        self.assertEqual(held["student"]["student"], STUDENT)
        self.assertEqual([one["day"] for one in held["results"]], ["2024-10-01"])
        self.assertIn("2024-10-01,quiz-1", files["results.csv"].read_text())
        again = program.run(*export, "--to", self.folder / "request-17", check=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn("FILES_EXIST", again.stderr)

        before = self.counts()
        erase = [program.THROUGHLINE, "erase", "students", "--student", STUDENT, "--reason", REASON, *map(str, to)]
        asked = subprocess.run(erase, input="no\n", capture_output=True, text=True)
        self.assertEqual(asked.returncode, 1)
        self.assertIn("NOT_CONFIRMED", asked.stderr)
        self.assertEqual(self.certificates(), [])
        done = subprocess.run(erase, input="d1\n", capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Erased 1 student of 1", done.stdout)
        self.assertEqual(self.certificates()[0]["reason"], REASON)
        self.assertEqual(self.counts(), before, "numbers stay")
        unknown = program.run(*export, "--to", self.folder / "again", check=False)
        self.assertIn("STUDENT_UNKNOWN", unknown.stderr)
        nobody = program.run("erase", "students", "--student", STUDENT, "--reason", REASON, "--yes", *to).stdout
        self.assertIn("nobody was erased", nobody)

    def test_the_key_of_the_installation_is_replaced(self):
        self.assertEqual(self.ingest(1, STUDENT), ["accepted"])
        was, known = Keys(self.data), self.counts()
        replace = ["identities", "replace-key", "--data", self.data]
        in_use = program.run(*replace, check=False)
        self.assertEqual(in_use.returncode, 1)
        self.kill()
        self.assertIn("The keys of 1 district are wrapped with a new key", program.run(*replace).stdout)
        now = Keys(self.data)
        self.assertNotEqual(now.installation, was.installation)
        self.assertEqual((now.keys, now.naming), (was.keys, was.naming))
        for name, content in self.files().items():
            self.assertNotIn(was.installation, content, name)
        self.assertIn("Everything is as it was written.", program.run("check", "--data", self.data).stdout)
        backup, keys = self.folder / "backup", self.folder / "safe.keys"
        program.run("backup", "--data", self.data, "--to", backup, "--identity-keys", keys)
        self.data.rename(self.folder / "lost")
        program.run("restore", "--from", backup, "--data", self.data, "--identity-keys", keys)
        self.begin()
        self.assertEqual(self.counts(), known)
        self.assertEqual(self.ingest(1, STUDENT), ["accepted"], "the same request, answered as before")
        self.assertEqual(self.counts(), known)
        self.assertEqual(self.ingest(2, STUDENT), ["accepted"], "the student is who they were")


if __name__ == "__main__":
    unittest.main(verbosity=2)
