"""Records of a topic, and the CloudEvents in them."""
import base64
import binascii
import dataclasses
import datetime
import functools
import re

from google.protobuf.message import DecodeError

from checker import messages

SCHEMA = "urn:throughline:proto:"
TYPE = re.compile(r"throughline\.([a-z]+)\.v1\.([A-Za-z]+)")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


@dataclasses.dataclass(frozen=True)
class Record:
    """As Kafka has it. Headers in order; a name may come twice."""
    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: tuple  # of (name, bytes)
    value: bytes


class Malformed(Exception):
    """The record is not the CloudEvent that the contract says; the text is why."""


class Event:
    """A CloudEvent: one record of an events topic that keeps the contract."""

    def __init__(self, record):
        self.record = record
        self.service = record.topic.split(".", 1)[1]
        self.partition = record.partition
        self._headers = self._read_headers()
        self.full_name = self._read_type()
        self.time_ms = self._read_time()
        self.sequence = self._read_sequence()
        self.id = f"{self.service}.{self.partition}.{self.sequence}"
        self.subject = self._headers.get("ce_subject", "")
        self.cause = self._required("ce_causationid")
        self.correlation = self._required("ce_correlationid")
        self.protocol = self._message("ce_protocol", "throughline.runtime.v1.Envelope")
        self.positions = None
        if "ce_positions" in self._headers:
            self.positions = self._message("ce_positions", "throughline.runtime.v1.Positions")
        self._check_constants()

    def _read_headers(self):
        headers = {}
        for name, value in self.record.headers:
            if name in headers:
                raise Malformed(f"header {name} comes twice")
            try:
                headers[name] = value.decode()
            except (AttributeError, UnicodeDecodeError):
                raise Malformed(f"header {name} is not text") from None
        return headers

    def _required(self, name):
        if not self._headers.get(name):
            raise Malformed(f"no header {name}")
        return self._headers[name]

    def _read_type(self):
        schema = self._required("ce_dataschema")
        full_name = schema.removeprefix(SCHEMA)
        found = TYPE.fullmatch(full_name)
        if not schema.startswith(SCHEMA) or not found:
            raise Malformed(f"ce_dataschema is {schema}")
        expected = f"throughline.{found.group(1)}.{found.group(2)}.v1"
        if self._required("ce_type") != expected:
            raise Malformed(f"ce_type is {self._headers['ce_type']}, and the schema {schema}")
        return full_name

    def _read_time(self):
        text = self._required("ce_time")
        if not TIME.fullmatch(text):
            raise Malformed(f"ce_time is {text}")
        return (datetime.datetime.fromisoformat(text) - EPOCH) // datetime.timedelta(milliseconds=1)

    def _read_sequence(self):
        digits = self._required("ce_sequence")
        if not re.fullmatch(r"\d{20}", digits) or int(digits) == 0:
            raise Malformed(f"ce_sequence is {digits}")
        return int(digits)

    def _message(self, name, full_name):
        try:
            read = messages.class_of(full_name)()
            read.ParseFromString(base64.b64decode(self._required(name), validate=True))
            return read
        except (binascii.Error, DecodeError):
            raise Malformed(f"{name} is not a {full_name}") from None

    def _check_constants(self):
        for name, expected in [
                ("ce_specversion", "1.0"), ("ce_id", self.id),
                ("ce_source", f"/throughline/{self.service}/{self.partition}"),
                ("content-type", "application/protobuf")]:
            if self._required(name) != expected:
                raise Malformed(f"{name} is {self._headers[name]}, not {expected}")
        if self._headers.get("ce_subject") == "" or self._headers.get("ce_partitionkey", "") != self.subject:
            raise Malformed("ce_subject is empty, or not the partition key")
        if (self.record.key or b"").decode() != self.subject:
            raise Malformed(f"the key is {self.record.key}, and the subject {self.subject}")

    def is_a(self, name):
        """Whether it is, say, an `evidence.v1.ResultsRecorded`."""
        return self.full_name == f"throughline.{name}"

    @functools.cached_property
    def message(self):
        try:
            read = messages.class_of(self.full_name)()
            read.ParseFromString(self.record.value)
            return read
        except KeyError:
            raise Malformed(f"{self.full_name} is not in proto/") from None
        except DecodeError:
            raise Malformed(f"the value is not a {self.full_name}") from None

    @property
    def index(self):
        return self.protocol.index

    @property
    def count(self):
        return self.protocol.count

    @property
    def request_id(self):
        return self.protocol.request_id

    @property
    def outcome(self):
        return self.protocol.outcome if self.protocol.HasField("outcome") else None

    def __repr__(self):
        return f"{self.id} {self.full_name.removeprefix('throughline.')}"
