"""The canaries on Kafka and Redis: the same as on the embedded journal (canary_test.py), in every byte of every topic and of what
Redis was told."""
import unittest

import confluent_kafka

import canaries
import canary_test
import past_kafka_test
from checker.event import SCHEMA

PATIENCE_S = 10


class OnKafka(canary_test.WithCredentials):
    def log_and_store(self):
        self.broker, options = past_kafka_test.on_kafka(self)
        return [option for option in options if option != "--open-access"] + ["--jwt-audience", "https://throughline.example"]

    def records(self):
        """All there are, of all topics but the broker's own."""
        consumer = confluent_kafka.Consumer({"bootstrap.servers": self.broker.address, "group.id": "canaries",
                                             "enable.auto.commit": False, "enable.partition.eof": True})
        try:
            topics = consumer.list_topics(timeout=PATIENCE_S).topics
            places = [confluent_kafka.TopicPartition(name, partition, confluent_kafka.OFFSET_BEGINNING)
                      for name, topic in topics.items() if not name.startswith("__") for partition in topic.partitions]
            consumer.assign(places)
            ends = 0
            while ends < len(places):
                record = consumer.poll(PATIENCE_S)
                self.assertIsNotNone(record, "a record, or the end of a partition")
                if record.error():
                    self.assertEqual(record.error().code(), confluent_kafka.KafkaError._PARTITION_EOF)
                    ends += 1
                    continue
                yield record
        finally:
            consumer.close()

    def kept(self):
        said = [(f"{record.topic()}/{record.partition()}/{record.offset()}",
                 b"\n".join([record.key() or b"", record.value() or b"", *(value for _, value in record.headers() or [])]))
                for record in self.records()]
        self.assertGreater(len(said), 100)
        yield from said
        # As it was told, word for word: nothing was there before.
        files = list((self.folder / "redis/appendonlydir").glob("*.aof"))
        self.assertTrue(any(file.stat().st_size > 10_000 for file in files))
        yield from ((file, file.read_bytes()) for file in files)

    def recorded(self, tables):
        for record in self.records():
            schema = dict(record.headers() or []).get("ce_dataschema", b"").decode()
            if schema.startswith(SCHEMA):
                name = schema.removeprefix(SCHEMA)
                yield f"record {name}", canaries.parsed(name, record.value())


if __name__ == "__main__":
    unittest.main()
