#!/usr/bin/env python3
"""Reads topics and holds every record to the CloudEvents specification and to proto/asyncapi.yaml.

  build/tools/bin/python tests/system/cloud_events.py ADDRESS TOPIC...

ADDRESS is that of a broker. Reads each topic from its first record to the one that is its last now, gives
each record to the CloudEvents SDK of PyPI (Kafka binding, binary mode), and prints how many there were and
what is wrong with which. Fails when something is wrong, or a topic is empty. Needs deploy/install-tools.
"""
import base64
import binascii
import collections
import importlib.machinery
import importlib.util
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "build/tools/protos"))

import confluent_kafka
from cloudevents.core.bindings import kafka as binding
from cloudevents.core.exceptions import BaseCloudEventException
from cloudevents.core.formats.json import JSONFormat
from google.protobuf import message_factory, symbol_database
from google.protobuf.message import DecodeError
from throughline.runtime.v1 import protocol_pb2

# headers: (name, bytes) in order, as they were in the record; key and value: bytes or None
Record = collections.namedtuple("Record", "topic partition offset key headers value")


def load_generator():
    loader = importlib.machinery.SourceFileLoader("asyncapi", str(ROOT / "deploy/asyncapi"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("asyncapi", loader))
    loader.exec_module(module)
    return module


class Contract:
    """What may be in which topic, and with which headers."""

    def __init__(self):
        generator = load_generator()
        self.messages = generator.Messages(generator.descriptors())
        self.schemas = {}  # (topic, CloudEvents type): (kind, schema of the headers)
        for topic, kind, name, about in generator.topics_of(self.messages):
            common = generator.trait_of(kind)["headers"]
            own = generator.message_of(self.messages, name, kind, about)["headers"]["properties"]
            properties = {header: schema | own.get(header, {}) for header, schema in common["properties"].items()}
            self.schemas[topic, generator.type_of(name)] = kind, common | {"properties": properties}
        for file, _, _ in self.messages.of.values():
            if not file.name.startswith("throughline/"):
                continue  # of gRPC and Google: nothing of theirs is an event
            __import__(file.name.removesuffix(".proto").replace("/", ".") + "_pb2")

    @staticmethod
    def parse(name, value):
        """The message; raises when there is none of that name, or the bytes are not one."""
        descriptor = symbol_database.Default().pool.FindMessageTypeByName(name)
        return message_factory.MessageFactory().GetPrototype(descriptor).FromString(value)

    def problems(self, record):
        """What is wrong with a record, in sentences; empty when all is well."""
        names = [name for name, _ in record.headers]
        if len(set(names)) != len(names):
            return ["a header is there twice"]
        if record.value is None:
            return ["it has no value"]
        try:
            event = binding.from_binary(binding.KafkaMessage(dict(record.headers), record.key or None, record.value),
                                        JSONFormat())
            headers = {name: value.decode() for name, value in record.headers}
        except (BaseCloudEventException, UnicodeDecodeError, ValueError) as error:
            return [f"the SDK refuses it: {error}"]
        known = self.schemas.get((record.topic, event.get_type()))
        if known is None:
            return [f"{event.get_type()} is not of this topic"]
        kind, schema = known
        return [*problems_of_headers(headers, schema), *problems_of_event(event, headers),
                *self.problems_of_place(record, kind, event, headers), *self.problems_of_value(record, kind, headers)]

    def problems_of_place(self, record, kind, event, headers):
        service = record.topic.split(".", 1)[1]
        if event.get_source() != f"/throughline/{service}/{record.partition}":
            yield f"its source {event.get_source()} is not where it is"
        sequence = int(headers["ce_sequence"]) if headers.get("ce_sequence", "").isdigit() else None
        if kind == "event" and event.get_id() != f"{service}.{record.partition}.{sequence}":
            yield f"its id {event.get_id()} is not that of {record.partition} and {sequence}"
        if kind == "delivery" and (not event.get_id().endswith(f".{sequence}") or
                                   event.get_extension("causationid") != event.get_id()):
            yield f"its id {event.get_id()} is not that of the delivered event"
        key = (record.key or b"").decode()
        if headers.get("ce_partitionkey", "") != key or headers.get("ce_subject", "") != key:
            yield f"its key {key} is not its partition key or its subject"

    def problems_of_value(self, record, kind, headers):
        try:
            self.parse(headers["ce_dataschema"].rsplit(":", 1)[1], record.value)
            envelope = protocol_pb2.Envelope.FromString(base64.b64decode(headers["ce_protocol"], validate=True))
            positions = headers.get("ce_positions")
            if positions is not None:
                protocol_pb2.Positions.FromString(base64.b64decode(positions, validate=True))
        except (DecodeError, binascii.Error, KeyError, IndexError) as error:
            yield f"it cannot be read: {error!r}"
            return
        if kind == "event" and (positions is not None) != (envelope.index + 1 == envelope.count):
            yield "positions belong to the last event of a decision, and to no other"
        if kind == "delivery" and not envelope.HasField("source_partition"):
            yield "it does not say which partition delivered it"


def problems_of_headers(headers, schema):
    """Holds headers to the document's schema of them; of JSON Schema, what the document uses."""
    for name in schema["required"]:
        if name not in headers:
            yield f"it has no {name}"
    for name, value in headers.items():
        one = schema["properties"].get(name)
        if one is None:
            yield f"{name} is no header of the contract"
        elif "const" in one and value != one["const"]:
            yield f"{name} is {value}, not {one['const']}"
        elif "pattern" in one and not re.fullmatch(one["pattern"].strip("^$"), value):
            yield f"{name} is {value}, which is not like {one['pattern']}"
        elif len(value) < one.get("minLength", 0):
            yield f"{name} is empty"


def problems_of_event(event, headers):
    """The SDK has understood what the headers say."""
    said = {name.removeprefix("ce_"): value for name, value in headers.items() if name.startswith("ce_")}
    said["datacontenttype"] = headers.get("content-type")
    for name, value in event.get_attributes().items():
        if name != "time" and said.get(name) != value:
            yield f"the SDK takes {name} for {value}"


def read(address, topic):
    """Yields every record that is in the topic now; each partition in order."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": address, "group.id": "cloud-events",
                                         "enable.auto.commit": False, "auto.offset.reset": "error"})
    try:
        known = consumer.list_topics(topic, timeout=30).topics[topic]
        if known.error is not None:
            raise SystemExit(f"{topic}: {known.error}")
        starts, last = [], {}  # last: partition to the offset of its last record
        for partition in sorted(known.partitions):
            first, end = consumer.get_watermark_offsets(confluent_kafka.TopicPartition(topic, partition), timeout=30)
            if first < end:
                starts.append(confluent_kafka.TopicPartition(topic, partition, first))
                last[partition] = end - 1
        consumer.assign(starts)
        while last:
            message = consumer.poll(30)
            if message is None:
                raise SystemExit(f"{topic} gave nothing, and is not read to the end in {sorted(last)}")
            if message.error():
                raise SystemExit(f"{topic}: {message.error()}")
            partition, offset = message.partition(), message.offset()
            if offset <= last.get(partition, -1):
                yield Record(topic, partition, offset, message.key(), message.headers() or [], message.value())
            if offset >= last.get(partition, offset + 1):
                del last[partition]
    finally:
        consumer.close()


def check(address, topics, contract=None):
    """({topic: number of records}, [what is wrong, one sentence each])."""
    contract = contract or Contract()
    counts, wrong = {}, []
    for topic in topics:
        counts[topic] = 0
        for record in read(address, topic):
            counts[topic] += 1
            wrong += [f"{topic}[{record.partition}]@{record.offset}: {problem}" for problem in contract.problems(record)]
    return counts, wrong


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    counts, wrong = check(sys.argv[1], sys.argv[2:])
    for topic, count in counts.items():
        print(f"{topic}: {count} records")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    sys.exit(1 if wrong or not all(counts.values()) else 0)


if __name__ == "__main__":
    main()
