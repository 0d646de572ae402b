"""The services apart, on a real Kafka and Redis: told to end under load, restarted one by one, and
given records that are no events. What is in the topics afterwards is for the checker to judge."""
import base64
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import confluent_kafka

import load as loads
import quiet
from calls import Caller
from checker import acknowledged, check, messages
from checker.event import SCHEMA, Event, Malformed
from checker.topics import KEY_RING, Reader, last_of
from faults import EXIT_S, Rig, metric
from parts import SERVICES, Deployment, binaries_folder, wait_until

SEED = 1
FOLLOWERS = {"plans": ("evidence", "cycles", "notifications"), "evidence": ("cycles",),
             "cycles": ("evidence", "notifications"), "notifications": ()}
PARTITION = 3


class KafkaTest(unittest.TestCase):
    @staticmethod
    def first_programs():
        """The folder of the programs that begin."""
        return binaries_folder()

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.deployment = Deployment(self.folder, self.first_programs())
        self.addCleanup(self.deployment.close)
        self.deployment.start()
        self.load = loads.Load(Caller(self.deployment), SEED, self.folder)
        self.rig = Rig(self.deployment, self.load, None)
        self.rig.wait_for_progress("at first")

    def acknowledged(self):
        ring = last_of(self.deployment.broker.address, KEY_RING)
        return acknowledged.read(self.load.path, self.deployment.pseudonyms_key, ring)

    def finish_and_check(self, poison=False):
        """The load ends, nothing moves any more, and the topics have no violation in them."""
        wait_until(lambda: self.load.acknowledged.results > 0, "a result acknowledged")
        self.load.finish()
        quiet.Watcher(self.deployment, self.load.caller, loads.DISTRICT).wait()
        reader = Reader(self.deployment.broker.address)
        self.addCleanup(reader.close)
        self.records = reader.catch_up()
        tally = check.check(self.records, self.acknowledged(), poison)
        print("\n".join(tally.lines()), file=sys.stderr)
        self.assertEqual(tally.violations, [])
        self.assertGreater(tally.counts["results acknowledged"], 0)


class Ending(KafkaTest):
    def test_a_service_told_to_end_does_so_in_seconds_and_nothing_is_lost(self):
        for service in SERVICES:
            with self.subTest(service):
                replica = self.rig.only_replica(service)
                self.assertLess(replica.terminate(), EXIT_S)
                replica.start()
                self.rig.wait_for_progress(f"after {replica} ended and came back")
        self.finish_and_check()

    def test_a_rolling_restart_of_all_services_loses_and_repeats_nothing(self):
        for service in SERVICES:
            with self.subTest(service):
                old = self.rig.only_replica(service)
                new = self.deployment.add(service)
                self.deployment.wait_ready([new])
                self.assertLess(self.deployment.remove(old), EXIT_S)
                self.rig.wait_for_progress(f"with {new} in place of {old}")
        self.finish_and_check()

    def test_events_are_cloud_events_to_others(self):
        self.finish_and_check()
        printed = subprocess.run(
            ["kcat", "-C", "-b", self.deployment.broker.address, "-t", "events.evidence", "-o", "beginning", "-e", "-q",
             "-f", "%p|%o|%h\n"], capture_output=True, text=True, check=True).stdout.splitlines()
        places = set()
        for line in printed:
            partition, offset, headers = line.split("|", 2)
            places.add((int(partition), int(offset)))
            for wanted in ("ce_specversion=1.0", "ce_id=evidence.", "ce_source=/throughline/evidence/",
                           "ce_type=throughline.", "ce_time=20", "content-type=application/protobuf"):
                self.assertIn(wanted, headers)
        # More may have come meanwhile: a percentile is computed a while after the results it is of.
        read = {(record.partition, record.offset) for record in self.records if record.topic == "events.evidence"}
        self.assertLessEqual(read, places)


class Poison(KafkaTest):
    """Records that are no events, put into every topic."""

    def test_is_set_aside_and_visible_and_those_behind_it_flow(self):
        put = self.put_everywhere()
        self.rig.wait_for_progress("with poison in every topic")
        for service in SERVICES:
            replica = self.rig.only_replica(service)
            wanted = sum(service in followers for followers in put.values())
            wait_until(lambda: metric(replica, "throughline_set_aside_total") >= wanted,
                       f"{wanted} records set aside by {replica}")
        self.finish_and_check(poison=True)
        aside = set()
        for event in self.events():
            if event.is_a("runtime.v1.InputSetAside"):
                aside.add((event.message.topic, event.partition, event.message.offset, event.service))
        for (topic, offset), followers in put.items():
            for service in followers:
                self.assertIn((topic, PARTITION, offset, service), aside)

    def events(self):
        for record in self.records:
            if record.topic.startswith("events."):
                try:
                    yield Event(record)
                except Malformed:
                    continue

    def put_everywhere(self):
        """{(topic, offset): services that have to set it aside}"""
        producer = confluent_kafka.Producer({"bootstrap.servers": self.deployment.broker.address})
        put = {}

        def note(followers):
            def delivered(error, message):
                self.assertIsNone(error)
                put[message.topic(), message.offset()] = followers
            return delivered

        for service in SERVICES:
            for value, headers in POISON.values():
                producer.produce(f"inbox.{service}", value, partition=PARTITION, headers=headers,
                                 on_delivery=note((service,)))
            for name, (value, headers) in POISON.items():
                # What looks like an event has no number that would be next: it is dropped, unread.
                followers = FOLLOWERS[service] if name == "garbage" else ()
                producer.produce(f"events.{service}", value, partition=PARTITION, headers=headers,
                                 on_delivery=note(followers))
        self.assertEqual(producer.flush(30), 0)
        return put


def looks_like(full_name):
    """Headers as this system writes them, around whatever."""
    _, room, _, name = full_name.split(".")
    envelope = messages.message("runtime.v1.Envelope", request_id=f"poison {name}").SerializeToString()
    return {"ce_specversion": "1.0", "ce_id": "poison", "ce_source": "/elsewhere", "content-type": "application/protobuf",
            "ce_type": f"throughline.{room}.{name}.v1", "ce_time": "2026-11-25T12:00:00.000Z",
            "ce_dataschema": SCHEMA + full_name, "ce_protocol": base64.b64encode(envelope).decode()}


# Field 4, of length 2^30, and then nothing.
GIGABYTE = b"\x22\x80\x80\x80\x80\x04"
POISON = {
    "garbage": (bytes(range(256)), {}),
    "unknown type": (b"\x0a\x01d", looks_like("throughline.evidence.v1.NobodyKnows")),
    "a gigabyte": (GIGABYTE, looks_like("throughline.evidence.v1.ResultsRecorded")),
}


if __name__ == "__main__":
    unittest.main()
