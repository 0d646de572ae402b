"""What a district on Kafka and Redis comes back from: an empty Redis, and a copy of its topics on another cluster."""
import json
import signal
import unittest
import urllib.request

import confluent_kafka
import confluent_kafka.admin

import program
from parts import Broker, Redis, free_port, wait_until
from program import small_district, write_bundle

PARTITIONS = 4


def records_of(consumer, topic, partition):
    """Everything that is there, in order."""
    at = confluent_kafka.TopicPartition(topic, partition)
    first, end = consumer.get_watermark_offsets(at, timeout=30)
    at.offset = first
    consumer.assign([at])
    next_offset = first
    while next_offset < end:
        message = consumer.poll(1)
        if message is None:
            continue
        assert message.error() is None, message.error()
        next_offset = message.offset() + 1
        yield message


def mirror(from_address, to_address):
    """Every topic with its settings and, record by record, at the same offsets: what an event was decided on is said by
    offset. (Of the identities and their keys only the order counts: what is compacted has gaps.)"""
    source = confluent_kafka.Consumer({"bootstrap.servers": from_address, "group.id": "mirror", "enable.auto.commit": False})
    admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": to_address})
    old = confluent_kafka.admin.AdminClient({"bootstrap.servers": from_address})
    sink = confluent_kafka.Producer({"bootstrap.servers": to_address, "enable.idempotence": True})
    topics = {name: len(topic.partitions) for name, topic in source.list_topics(timeout=30).topics.items()
              if not name.startswith("__")}
    for name, partitions in topics.items():
        resource = confluent_kafka.admin.ConfigResource(confluent_kafka.admin.ResourceType.TOPIC, name)
        config = {key: entry.value for key, entry in old.describe_configs([resource])[resource].result(30).items()
                  if not entry.is_default and not entry.is_read_only}
        admin.create_topics([confluent_kafka.admin.NewTopic(name, partitions, 1, config=config)])[name].result(30)
    for name, partitions in topics.items():
        for partition in range(partitions):
            for copied, message in enumerate(records_of(source, name, partition)):
                assert copied == message.offset() or not name.startswith(("inbox.", "events.")), f"{name}: a gap"
                sink.produce(name, message.value(), message.key(), partition, headers=message.headers())
                sink.poll(0)
    assert sink.flush(60) == 0
    source.close()
    return topics


class Mirror(program.Case):
    def setUp(self):
        super().setUp()
        self.redis = Redis(self.folder / "redis")
        self.redis.start()
        self.addCleanup(self.redis.stop)

    def broker(self, name):
        broker = Broker(self.folder / name)
        broker.start()
        self.addCleanup(broker.stop)
        return broker

    def serve_on(self, broker):
        metrics = f"127.0.0.1:{free_port()}"
        self.serve("--kafka", broker.address, "--redis", self.redis.address, "--open-access", "--partitions", PARTITIONS,
                   "--pseudonyms-key", self.folder / "pseudonyms.key", "--deliveries-key", self.folder / "deliveries.key",
                   "--audit-key", self.folder / "audit.key", "--metrics", metrics)

        def ready():
            try:
                return urllib.request.urlopen(f"http://{metrics}/readyz", timeout=5).status == 200
            except OSError:
                return False
        wait_until(ready, "ready")

    def end(self):
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(60), 0)

    def answers(self):
        what = [("alerts",), ("variance", "--assessment", "quiz-1"), ("quarantine",), ("results",), ("assessments",)]
        return [program.run("show", *one, "--district", "d1", "--json", "--connect", self.grpc).stdout for one in what]

    def test_a_district_comes_back_from_an_empty_redis_and_from_a_copy_of_its_topics(self):
        first = self.broker("first")
        self.serve_on(first)
        write_bundle(self.folder / "b", small_district())
        to = ["--district", "d1", "--connect", self.grpc]
        program.run("import", self.folder / "b", *to)
        program.show_variance(72, "quiz-1", *to)
        before = self.answers()
        self.end()

        self.assertEqual(self.redis.ask("flushall"), "OK")
        self.serve_on(first)
        self.assertEqual(self.answers(), before)
        self.end()

        second = self.broker("second")
        topics = mirror(first.address, second.address)
        self.assertLessEqual({"events.plans", "inbox.evidence", "audit.trail", "identities", "fingerprints.keys"}, set(topics))
        first.stop()
        self.redis.ask("flushall")
        self.serve_on(second)
        self.assertEqual(self.answers(), before)
        # What comes again is known, and what is new is taken.
        to = ["--district", "d1", "--connect", self.grpc]
        program.run("import", self.folder / "b", *to)
        counts = json.loads(self.answers()[3])
        self.assertEqual((counts["pushed"], counts["accepted"], counts["duplicate"]), ("144", "72", "72"))
        program.run("import", self.folder / "b", "--district", "d2", "--connect", self.grpc)
        program.show_variance(72, "quiz-1", "--district", "d2", "--connect", self.grpc)
        audit = program.run("audit", "verify", "--kafka", second.address, "--audit-key", self.folder / "audit.key", check=False)
        self.assertEqual(audit.returncode, 0, audit.stdout + audit.stderr)


if __name__ == "__main__":
    unittest.main()
