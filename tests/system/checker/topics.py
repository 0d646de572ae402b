"""Reads whole topics from a broker."""
import confluent_kafka

from checker.event import Record

SERVICES = ("plans", "evidence", "cycles", "notifications")
TOPICS = tuple(f"{kind}.{service}" for service in SERVICES for kind in ("inbox", "events"))


def record_of(message):
    headers = tuple((name, value if value is not None else b"") for name, value in message.headers() or ())
    return Record(message.topic(), message.partition(), message.offset(), message.key(), headers,
                  message.value() or b"")


class Reader:
    """Follows every partition of some topics from its beginning. Call `catch_up` from one thread."""

    def __init__(self, bootstrap, topics=TOPICS):
        self._consumer = confluent_kafka.Consumer({
            "bootstrap.servers": bootstrap, "group.id": "checker", "enable.auto.commit": False,
            "auto.offset.reset": "error", "check.crcs": True, "fetch.message.max.bytes": 16 << 20,
            "reconnect.backoff.max.ms": 1000, "log_level": 0})
        metadata = self._consumer.list_topics(timeout=30)
        missing = [topic for topic in topics if topic not in metadata.topics]
        if missing:
            raise LookupError(f"there is no topic {', '.join(missing)}")
        self.partitions = [(topic, partition) for topic in topics for partition in metadata.topics[topic].partitions]
        self.positions = {key: 0 for key in self.partitions}
        self._consumer.assign([confluent_kafka.TopicPartition(*key, 0) for key in self.partitions])

    def ends(self):
        return {key: self._consumer.get_watermark_offsets(confluent_kafka.TopicPartition(*key), timeout=30)[1]
                for key in self.partitions}

    def catch_up(self):
        """All records up to the ends as they are now, that were not returned before."""
        ends = self.ends()
        records = []
        while any(self.positions[key] < end for key, end in ends.items()):
            for message in self._consumer.consume(10_000, timeout=1):
                if message.error():
                    if message.error().retriable() or not message.error().fatal():
                        continue
                    raise confluent_kafka.KafkaException(message.error())
                records.append(record_of(message))
                self.positions[message.topic(), message.partition()] = message.offset() + 1
        return records

    def close(self):
        self._consumer.close()
