"""Waits until nothing moves any more, which nothing but the topics can say for sure.

A change of the district's name comes round to every partition of every service. Each notes it in an
event that says how far it had read. When a round has brought nothing but these notes, and every
partition had read all that was there before the round, then there is nothing left to follow.
"""
import collections

from checker.event import Event, Malformed
from checker.topics import Reader
from parts import wait_until

FOLLOWERS = ("evidence", "cycles", "notifications")
OF_THE_ROUND = {"throughline.plans.v1.DistrictChanged", "throughline.plans.v1.DistrictAdopted",
                "throughline.plans.v1.DistrictNoted"}
ROUNDS_S = 180


class Watcher:
    def __init__(self, deployment, caller, district):
        self._deployment = deployment
        self._caller = caller
        self._district = district
        self._reader = Reader(deployment.broker.address)
        self._last = collections.defaultdict(int)  # (topic, partition): last sequence
        self._noted = {}  # (service, partition): the event that noted the latest version
        self._others = 0  # events of no round

    def wait(self):
        try:
            self._read()
            wait_until(self._round, "nothing moves", ROUNDS_S)
        finally:
            self._reader.close()

    def _read(self):
        for record in self._reader.catch_up():
            try:
                event = Event(record) if record.topic.startswith("events.") else None
            except Malformed:
                continue
            if event is None:
                continue
            key = (record.topic, record.partition)
            self._last[key] = max(self._last[key], event.sequence)
            if event.full_name not in OF_THE_ROUND:
                self._others += 1
            elif event.is_a("plans.v1.DistrictNoted"):
                before = self._noted.get((event.service, event.partition))
                if before is None or before.sequence < event.sequence:
                    self._noted[event.service, event.partition] = event

    def _round(self):
        self._read()
        ends, others = dict(self._last), self._others
        inboxes = {key: end for key, end in self._reader.positions.items() if key[0].startswith("inbox.")}
        version = self._new_version()
        partitions = {partition for _, partition in self._reader.partitions}

        def is_round():
            self._deployment.revive()
            self._read()
            return all((service, partition) in self._noted and
                       self._noted[service, partition].message.district.version >= version
                       for service in FOLLOWERS for partition in partitions)
        wait_until(is_round, f"version {version} of the district in every partition", ROUNDS_S)
        return self._others == others and all(
            self._has_read(event, ends, inboxes) for event in self._noted.values())

    def _new_version(self):
        known = self._caller.read("plans.GetDistrict", district=self._district).district
        changed = self._caller.call(
            "plans.UpdateDistrict", request_id=f"round {known.version}", district=self._district,
            name=f"Round {known.version}")
        return changed.district.version

    @staticmethod
    def _has_read(event, ends, inboxes):
        read = {one.topic: one for one in event.positions.inputs}
        for (topic, partition), sequence in ends.items():
            if partition == event.partition and topic in read and read[topic].sequence < sequence:
                return False
        inbox = f"inbox.{event.service}"
        end = inboxes.get((inbox, event.partition), 0)
        return end == 0 or (inbox in read and read[inbox].offset >= end)
