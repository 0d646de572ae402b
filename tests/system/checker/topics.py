"""Reads whole topics from a broker."""
import time

import confluent_kafka
from confluent_kafka.admin import AdminClient, OffsetSpec

from checker.event import Record

SERVICES = ("plans", "evidence", "cycles", "notifications")
PATIENCE_S = 30
KEY_RING = "identities.keys"
TOPICS = tuple(f"{kind}.{service}" for service in SERVICES for kind in ("inbox", "events"))


def record_of(message):
    headers = tuple((name, value if value is not None else b"") for name, value in message.headers() or ())
    return Record(message.topic(), message.partition(), message.offset(), message.key(), headers,
                  message.value() or b"")


def last_of(bootstrap, topic):
    """The value of the last record of a topic of one partition."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "group.id": "checker", "log_level": 0})
    try:
        at = confluent_kafka.TopicPartition(topic, 0)
        _, end = consumer.get_watermark_offsets(at, timeout=PATIENCE_S)
        at.offset = end - 1
        consumer.assign([at])
        message = consumer.poll(PATIENCE_S)
        if message is None or message.error():
            raise LookupError(f"{topic} cannot be read: {message and message.error()}")
        return message.value()
    finally:
        consumer.close()


class Reader:
    """Follows every partition of some topics from its beginning. Call `catch_up` from one thread."""

    def __init__(self, bootstrap, topics=TOPICS):
        # Of its own: behind a waiting fetch on one connection, each look at the ends would wait, too.
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "reconnect.backoff.max.ms": 1000, "log_level": 0})
        self._consumer = confluent_kafka.Consumer({
            "bootstrap.servers": bootstrap, "group.id": "checker", "enable.auto.commit": False,
            "auto.offset.reset": "error", "check.crcs": True, "fetch.message.max.bytes": 16 << 20,
            "reconnect.backoff.max.ms": 1000, "log_level": 0})
        metadata = self._consumer.list_topics(timeout=PATIENCE_S)
        missing = [topic for topic in topics if topic not in metadata.topics]
        if missing:
            raise LookupError(f"there is no topic {', '.join(missing)}")
        self.partitions = [(topic, partition) for topic in topics for partition in metadata.topics[topic].partitions]
        self.positions = {key: 0 for key in self.partitions}
        self._consumer.assign([confluent_kafka.TopicPartition(*key, 0) for key in self.partitions])

    def ends(self):
        """Where each partition ends now."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self._ask_ends()
            except confluent_kafka.KafkaException:
                # A broker that has just come up does not know all of its partitions yet.
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.1)

    def _ask_ends(self):
        asked = self._admin.list_offsets(
            {confluent_kafka.TopicPartition(*key): OffsetSpec.latest() for key in self.partitions}, request_timeout=PATIENCE_S)
        return {(of.topic, of.partition): found.result().offset for of, found in asked.items()}

    def catch_up(self):
        """All records up to the ends as they are now, that were not returned before."""
        ends = self.ends()
        records = []
        while any(self.positions[key] < end for key, end in ends.items()):
            for message in self._consumer.consume(10_000, timeout=0.1):
                if message.error():
                    if message.error().retriable() or not message.error().fatal():
                        continue
                    raise confluent_kafka.KafkaException(message.error())
                records.append(record_of(message))
                self.positions[message.topic(), message.partition()] = message.offset() + 1
        return records

    def close(self):
        self._consumer.close()
