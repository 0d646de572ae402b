"""Every record of a broker, of all topics but its own."""
import confluent_kafka

PATIENCE_S = 30


def every_record(address):
    """As they are now: ends at what is the end of each partition."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": address, "group.id": "every-record",
                                         "enable.auto.commit": False, "enable.partition.eof": True})
    try:
        places = [confluent_kafka.TopicPartition(name, partition, confluent_kafka.OFFSET_BEGINNING)
                  for name, topic in consumer.list_topics(timeout=PATIENCE_S).topics.items()
                  if not name.startswith("__") for partition in topic.partitions]
        consumer.assign(places)
        ends = 0
        while ends < len(places):
            record = consumer.poll(PATIENCE_S)
            assert record is not None, "neither a record nor the end of a partition"
            if record.error() is None:
                yield record
                continue
            assert record.error().code() == confluent_kafka.KafkaError._PARTITION_EOF, record.error()
            ends += 1
    finally:
        consumer.close()
