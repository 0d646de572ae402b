"""A student is erased on Kafka and Redis while results of theirs stream in and one replica of evidence after the other is
killed: nothing leads back, numbers stay, and what was done is on record once."""
import itertools
import json
import random
import threading
import time
import unittest

import program
from calls import Caller
from checker import messages
from erasure_test import CLASSMATE, REASON, STUDENT
from checker.key_ring import KeyRing
from every_record import every_record
from parts import Deployment, binaries_folder, wait_until
from program import small_district, write_bundle

SEED = 18
KILLS = 6


class ErasureOnKafka(program.Case):
    def setUp(self):
        super().setUp()
        self.deployment = Deployment(self.folder, binaries_folder())
        self.addCleanup(self.deployment.close)
        self.deployment.start()
        self.deployment.add("evidence")
        self.deployment.wait_ready()
        self.caller = Caller(self.deployment)
        tables = json.dumps(small_district(), ensure_ascii=False).replace("/é", ".")  # ids as they are
        write_bundle(self.folder / "b", json.loads(tables))
        self.run_on("import", self.folder / "b")

    def run_on(self, *arguments):
        where = ",".join(f"{one.service}={one.listen}" for one in self.deployment.replicas)
        return program.run(*arguments, "--district", "d1", "--connect", where).stdout

    def ingest(self, number):
        """The outcomes of a batch of both students, whichever replica takes it."""
        results = [dict(source_id=f"s{number}-{i}", student=student, assessment="quiz-1", class_id="c0-0",
                        date="2024-10-01", score_text=str(1 + (number + i) % 20))
                   for i, student in enumerate((STUDENT, CLASSMATE))]
        answer = self.caller.call("evidence.IngestResults", request_id=f"batch {number}", district="d1", source="lms",
                                  results=results)
        names = messages.enum("evidence.v1.ResultOutcome")
        return [names.Name(one).removeprefix("RESULT_OUTCOME_").lower() for one in answer.outcomes]

    def counts(self):
        return {name: int(count) for name, count in json.loads(self.run_on("show", "results", "--json")).items()}

    def records(self):
        """(topic, key, value) of all there are."""
        return [(record.topic(), record.key() or b"", record.value() or b"")
                for record in every_record(self.deployment.broker.address)]

    def key_ring(self, records):
        """As the last record of the topic of keys says it."""
        *_, last = (value for topic, _, value in records if topic == "identities.keys")
        return KeyRing(last, self.deployment.pseudonyms_key.read_bytes())

    def erase_while_replicas_are_killed(self):
        chance = random.Random(SEED)
        certificate = []
        erasing = threading.Thread(target=lambda: certificate.append(self.caller.call(
            "evidence.EraseStudents", request_id="one", district="d1", students=[STUDENT], reason=REASON).certificate))
        erasing.start()
        for one in itertools.islice(itertools.cycle(self.deployment.replicas_of("evidence")), KILLS):
            time.sleep(chance.uniform(0, 0.3))  # a moment to be killed at, and nothing that is waited for
            one.kill()
            one.start()
        erasing.join()
        return certificate[0]

    def test_nobody_is_led_back_to_when_replicas_are_killed_in_the_middle(self):
        outcomes, stop = [], threading.Event()

        def push():
            for number in itertools.count():
                if stop.is_set():
                    return
                outcomes.extend(zip((STUDENT, CLASSMATE), self.ingest(number)))

        before = self.counts()
        pushing = threading.Thread(target=push)
        pushing.start()
        self.addCleanup(stop.set)
        wait_until(lambda: len(outcomes) > 40, "results that stream in")
        held = self.records()
        ring = self.key_ring(held)
        was = {one for one in ring.pseudonyms(STUDENT) if any(one.encode() in value for _, _, value in held)}
        self.assertEqual(len(was), 1, "what is recorded is found by the keys of before")

        certificate = self.erase_while_replicas_are_killed()
        answered = len(outcomes)
        wait_until(lambda: len(outcomes) > answered + 10, "results that stream in afterwards")
        stop.set()
        pushing.join()
        self.deployment.wait_ready()
        self.assertEqual(certificate.students, 1)
        said = json.loads(self.run_on("show", "erasures", "--json"))["certificates"]
        self.assertEqual([one["certificate"] for one in said], [certificate.certificate])

        held = self.records()
        self.assertFalse(was & self.key_ring(held).pseudonyms(STUDENT), "no key there is leads to what was recorded")
        for topic, key, value in held:
            self.assertNotIn(STUDENT.encode(), key + value, topic)
            for wrapped in ring.wrapped:
                self.assertNotIn(wrapped, value, f"{topic} has the key of before")
        refused = [(who, outcome) for who, outcome in outcomes if outcome != "accepted"]
        self.assertEqual(set(refused), {(STUDENT, "quarantined")}, "others lost nothing")
        counts = self.counts()
        self.assertEqual(counts["accepted"] - before["accepted"], len(outcomes) - len(refused))
        self.assertEqual(counts["quarantined"] - before.get("quarantined", 0), len(refused))
        self.assertEqual(counts.get("duplicate", 0), before.get("duplicate", 0), "nothing came twice")
        self.it_is_on_record(certificate.certificate)

    def it_is_on_record(self, certificate):
        """In the trail, of which the kills took nothing and changed nothing. Whoever is killed between recording and
        noting it records again: services/audit/README.md."""
        program.run("audit", "verify", "--kafka", self.deployment.broker.address, "--audit-key",
                    self.folder / "audit.key")
        records = json.loads(self.run_on("audit", "list", "--action", "students-erased", "--json"))["records"]
        self.assertEqual({*map(tuple, (one["objects"] for one in records))}, {(f"certificate={certificate}",)})
        self.assertLessEqual(len(records), 1 + KILLS)


if __name__ == "__main__":
    unittest.main()
