"""Every record of the recorded log, in the headers that the services write, is a CloudEvent to an SDK that is not
ours, and is what proto/asyncapi.yaml says; and what is not, is refused. Then the same through a real broker."""
import base64
import os
import pathlib
import subprocess
import unittest
import uuid

import confluent_kafka
import confluent_kafka.admin

import cloud_events
from cloud_events import Record

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECORDER = os.environ["THROUGHLINE_RECORDER"]


def recorded():
    """The records of the newest recorded log, as Kafka would give them."""
    file = sorted((ROOT / "tests/compatibility").glob("recorded-*.bin.gz"))[-1]
    printed = subprocess.run([RECORDER, "events", file], capture_output=True, text=True, check=True).stdout
    for line in printed.splitlines():
        topic, partition, key, value, *headers = line.split("\t")
        headers = [(name, text.encode()) for name, text in (header.split("=", 1) for header in headers)]
        yield Record(topic, int(partition), 0, key.encode(), headers, base64.b64decode(value))


class CloudEvents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.contract = cloud_events.Contract()
        cls.records = list(recorded())

    def first(self, topic, type_of_event):
        return next(record for record in self.records
                    if record.topic == topic and ("ce_type", type_of_event.encode()) in record.headers)

    def assert_refused(self, record, word):
        problems = list(self.contract.problems(record))
        self.assertTrue(any(word in problem for problem in problems), f"{word} is not in {problems}")

    def with_header(self, record, name, value):
        headers = [(one, text) for one, text in record.headers if one != name]
        return record._replace(headers=headers + ([] if value is None else [(name, value)]))

    def test_every_record_is_one(self):
        self.assertGreater(len(self.records), 500)
        for record in self.records:
            self.assertEqual(list(self.contract.problems(record)), [], record)

    def test_what_is_malformed_is_refused(self):
        good = self.first("events.cycles", "throughline.cycles.CycleScheduled.v1")
        self.assertEqual(self.contract.problems(good), [])
        for name, value, word in [
                ("ce_specversion", b"0.9", "SDK"), ("ce_type", None, "SDK"), ("ce_source", b"", "SDK"),
                ("ce_time", b"yesterday", "SDK"), ("ce_time", b"2026-01-01T10:00:00+01:00", "ce_time"),
                ("ce_id", None, "ce_id"), ("ce_id", b"cycles.0.999", "id"), ("ce_sequence", b"7", "ce_sequence"),
                ("ce_sequence", None, "ce_sequence"), ("ce_causationid", None, "ce_causationid"),
                ("ce_correlationid", None, "ce_correlationid"), ("ce_protocol", b"not base64!", "cannot be read"),
                ("ce_positions", b"", "positions"), ("ce_subject", b"elsewhere", "key"), ("ce_bad-name", b"x", "SDK"),
                ("ce_dataschema", b"urn:throughline:proto:throughline.cycles.v1.CycleClosed", "ce_dataschema"),
                ("ce_type", b"throughline.cycles.CycleForgotten.v1", "not of this topic"),
                ("ce_subject", b"\xff", "SDK"), ("surprise", b"x", "no header of the contract")]:
            bad = self.with_header(good, name, value)
            if name == "ce_positions":  # on the last event of a decision: not there
                bad = self.with_header(self.last_of_a_decision(), name, None)
            with self.subTest(name=name, value=value):
                self.assert_refused(bad, word)
        self.assert_refused(good._replace(value=b"\xff"), "cannot be read")
        self.assert_refused(good._replace(value=None), "no value")
        self.assert_refused(good._replace(key=b"elsewhere"), "key")
        self.assert_refused(good._replace(partition=good.partition + 1), "source")
        self.assert_refused(good._replace(topic="events.plans"), "not of this topic")
        self.assert_refused(good._replace(headers=[]), "SDK")
        self.assert_refused(good._replace(headers=good.headers + [("ce_id", b"x")]), "twice")

    def last_of_a_decision(self):
        return next(record for record in self.records if record.topic == "events.cycles"
                    and any(name == "ce_positions" for name, _ in record.headers))

    def test_a_delivery_says_where_it_comes_from(self):
        good = self.first("inbox.plans", "throughline.plans.DistrictChanged.v1")
        self.assert_refused(self.with_header(good, "ce_causationid", b"plans.0.1000"), "delivered event")

    @unittest.skipUnless("THROUGHLINE_KAFKA_ADDRESS_FILE" in os.environ, "needs a broker")
    def test_a_broker_gives_them_back_as_they_were(self):
        address = pathlib.Path(os.environ["THROUGHLINE_KAFKA_ADDRESS_FILE"]).read_text().strip()
        admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": address})
        topic = f"cloud-events-{uuid.uuid4()}"
        admin.create_topics([confluent_kafka.admin.NewTopic(topic, 4, 1)])[topic].result(30)
        self.addCleanup(lambda: admin.delete_topics([topic])[topic].result(30))
        sent = [record for record in self.records if record.topic == "events.evidence"]
        producer = confluent_kafka.Producer({"bootstrap.servers": address})
        for record in sent:
            producer.produce(topic, record.value, record.key, record.partition, headers=record.headers)
        producer.produce(topic, b"garbage", partition=0)
        self.assertEqual(producer.flush(30), 0)
        back = [record._replace(topic="events.evidence") for record in cloud_events.read(address, topic)]
        self.assertEqual(len(back), len(sent) + 1)
        wrong = [record for record in back if list(self.contract.problems(record))]
        self.assertEqual([record.value for record in wrong], [b"garbage"])


if __name__ == "__main__":
    unittest.main()
