"""Topics written by hand, for trying what the checker makes of them."""
import base64
import collections
import datetime

from checker import chain, messages
from checker.event import SCHEMA, Event, Record


class Topics:
    """Appends decisions as a service would. `records` may be spoiled afterwards."""

    def __init__(self):
        self.records = []
        self._offsets = collections.Counter()
        self._places = {}  # (service, partition): (sequence, chain)
        self._positions = collections.defaultdict(dict)  # (service, partition): {topic: (offset, sequence)}

    def command(self, service, partition=0):
        """A record in an inbox; returns its id."""
        offset = self._append(f"inbox.{service}", partition, None, (), b"")
        return f"inbox.{service}.{partition}.{offset}"

    def decide(self, service, cause, said, partition=0, request_id="", response=None, subject="d/s",
               positions=None, place=None, count=None):
        """One decision on `cause` that says the messages of `said`. Returns the events' ids.

        `place` is that of an owner who does not know better; `count` what the events say of the
        decision's length, and `positions` of how far it read, when these are not to be right.
        """
        sequence, before = place or self._places.get((service, partition), (0, 0))
        self._take(service, partition, cause)
        ids = []
        for index, message in enumerate(said):
            sequence += 1
            protocol = messages.message("runtime.v1.Envelope", index=index, count=count or len(said),
                                        request_id=request_id)
            last = index + 1 == len(said)
            if last and request_id:
                protocol.outcome.response = b"" if response is None else response.SerializeToString()
            record = self._record(service, partition, sequence, message, cause, subject, protocol,
                                  self._positions_of(service, partition, positions) if last else None)
            protocol.chain = before = chain.chain_value(before, Event(record))
            record = self._record(service, partition, sequence, message, cause, subject, protocol,
                                  self._positions_of(service, partition, positions) if last else None)
            self._append(record.topic, partition, record.key, record.headers, record.value)
            ids.append(f"{service}.{partition}.{sequence}")
        if place is None:
            self._places[service, partition] = (sequence, before)
        return ids

    def place(self, service, partition=0):
        return self._places.get((service, partition), (0, 0))

    def _take(self, service, partition, cause):
        source, _, number = cause.rpartition(".")
        source = source.removesuffix(f".{partition}")
        if source.startswith("inbox."):
            self._positions[service, partition][source] = (int(number) + 1, 0)
        elif not source.startswith("timer."):
            self._positions[service, partition][f"events.{source}"] = (int(number), int(number))

    def _positions_of(self, service, partition, instead):
        positions = messages.message("runtime.v1.Positions")
        for topic, (offset, sequence) in sorted((instead or self._positions[service, partition]).items()):
            positions.inputs.add(topic=topic, offset=offset, sequence=sequence)
        return positions

    @staticmethod
    def _record(service, partition, sequence, message, cause, subject, protocol, positions):
        full_name = message.DESCRIPTOR.full_name
        _, room, _, name = full_name.split(".")
        time = datetime.datetime(2026, 11, 25, 12, tzinfo=datetime.timezone.utc)
        headers = {
            "ce_specversion": "1.0", "ce_id": f"{service}.{partition}.{sequence}",
            "ce_source": f"/throughline/{service}/{partition}", "ce_type": f"throughline.{room}.{name}.v1",
            "ce_time": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "ce_subject": subject, "ce_partitionkey": subject, "ce_dataschema": SCHEMA + full_name,
            "content-type": "application/protobuf", "ce_causationid": cause, "ce_correlationid": cause,
            "ce_sequence": f"{sequence:020}", "ce_protocol": _base64(protocol)}
        if positions is not None:
            headers["ce_positions"] = _base64(positions)
        return Record(f"events.{service}", partition, 0, subject.encode(),
                      tuple((key, value.encode()) for key, value in headers.items()), message.SerializeToString())

    def _append(self, topic, partition, key, headers, value):
        offset = self._offsets[topic, partition]
        self._offsets[topic, partition] += 1
        self.records.append(Record(topic, partition, offset, key, headers, value))
        return offset


def _base64(message):
    return base64.b64encode(message.SerializeToString()).decode()
