"""The chart with real programs in its pods, on a real Kafka and Redis, while a district works through the
gateway: pods are replaced, moved, added, taken away and killed, and nothing is lost or doubled."""
import isolated

isolated.enter()

import os
import signal
import subprocess
import sys
import threading
import time
import unittest

import chart as charts
import load as loads
import quiet
from chart import CLIENT, DISTRICT, NAMESPACE, RELEASE, ROLE, SERVICES
from cluster import NODES
from installed_chart import PATIENCE_S, InstalledChart
from parts import wait_until
from checker import acknowledged, check
from checker.topics import KEY_RING, Reader, last_of

SEED = 1
ISSUER = "throughline-gateway"
LONGEST_SILENCE_S = 20  # of the whole district, on a machine that builds beside it


class UnderLoad(InstalledChart):
    @classmethod
    def prepare(cls):
        super().prepare()
        known_as = f"ROLE_{ROLE.upper()} {len(CLIENT)} {CLIENT} {ISSUER}"
        cls.load = loads.Load(cls.caller, SEED, cls.folder, known_as=known_as)

    def wait_for_progress(self, what):
        wait_until(self.load.progress(), f"calls answered {what}", PATIENCE_S)

    def step(self, what, change):
        """A change of the deployment, under load: in the end all is ready and calls are answered. Says
        for how long no result was acknowledged."""
        with self.subTest(what):
            silence = Silence(self.load)
            begun = time.monotonic()
            change()
            self.wait_rolled_out()
            seconds = time.monotonic() - begun
            self.wait_for_progress(f"after {what}")
            longest = silence.stop()
            print(f"{what}: {seconds:.1f} s; longest without an acknowledged result: {longest:.1f} s; "
                  f"{self.load.acknowledged.results:,} results", file=sys.stderr, flush=True)
            self.assertLess(longest, LONGEST_SILENCE_S)

    def test_nothing_is_lost_or_doubled_while_pods_come_and_go(self):
        self.wait_for_progress("at first")
        self.step("a rolling upgrade", self.upgrade)
        for node in NODES:
            self.step(f"the drain of {node}", lambda: self.drain(node))
        for replicas in (1, 3, 2):
            self.step(f"{replicas} replicas of each service", lambda: self.scale(replicas))
        for program in charts.PROGRAMS:
            self.step(f"a pod of {program} deleted without grace", lambda: self.delete(program))
        self.assertEqual(self.restarted(), set(), "what nobody killed has ended by itself")
        self.assertEqual(self.cluster.badly_ended(NAMESPACE), [])
        for program in charts.PROGRAMS:
            self.step(f"kill -9 of a process of {program}", lambda: self.kill(program))
        self.finish_and_check()

    def restarted(self):
        return {pod["metadata"]["name"] for pod in self.pods()
                if any(one["restartCount"] for one in pod["status"].get("containerStatuses", []))}

    def upgrade(self):
        before = {pod["metadata"]["uid"] for pod in self.pods()}
        self.chart.install(charts.merged(self.VALUES, {"image": {"tag": "next"}}))
        self.wait_rolled_out()
        self.assertFalse(before & {pod["metadata"]["uid"] for pod in self.pods()})

    def drain(self, node):
        self.cluster.plane.kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data",
                                   f"--pod-selector=app.kubernetes.io/instance={RELEASE}",
                                   "--timeout=180s")
        self.cluster.plane.kubectl("uncordon", node)

    def scale(self, replicas):
        self.chart.install(charts.merged(self.VALUES, {
            "image": {"tag": "next"}, "services": {service: {"replicas": replicas} for service in SERVICES}}))

    def delete(self, program):
        pod = self.pods(program)[0]
        self.cluster.api.delete(f"/api/v1/namespaces/{NAMESPACE}/pods/{pod['metadata']['name']}", {"gracePeriodSeconds": 0})
        wait_until(lambda: pod["metadata"]["uid"] not in {one["metadata"]["uid"] for one in self.pods()}, "it is gone")

    def kill(self, program):
        pod = self.pods(program)[0]
        listed = subprocess.run(["ip", "netns", "pids", f"p{pod['metadata']['uid'][:8]}"], capture_output=True, text=True)
        for pid in listed.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        wait_until(lambda: pod["metadata"]["name"] in self.restarted(), "it has started again")

    def finish_and_check(self):
        """The load ends, nothing moves any more, and the topics have no violation in them."""
        self.load.finish()
        quiet.Watcher(Quiet(self.cluster), self.caller, DISTRICT).wait()
        address = self.cluster.kafka_address()
        reader = Reader(address)
        self.addCleanup(reader.close)
        key = self.folder / "pseudonyms.key"
        key.write_bytes(self.secrets.file("throughline-pseudonyms", "pseudonyms.key"))
        told = acknowledged.read(self.load.path, key, last_of(address, KEY_RING))
        tally = check.check(reader.catch_up(), told, False)
        print("\n".join(tally.lines()), f"\n{self.caller.retries} attempts made again", file=sys.stderr)
        self.assertEqual(tally.violations, [])
        self.assertGreater(tally.counts["results acknowledged"], 0)


class Quiet:
    """What quiet.Watcher asks of a deployment: pods that end are started again by their node."""

    def __init__(self, cluster):
        self.broker = self
        self.address = cluster.kafka_address()

    def revive(self):
        return []


class Silence:
    """For how long at most no result was acknowledged, until `stop`."""

    def __init__(self, load):
        self._load = load
        self._ended = threading.Event()
        self._longest = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self):
        last, since = self._load.acknowledged.results, time.monotonic()
        while not self._ended.wait(0.05):
            results = self._load.acknowledged.results
            if results != last:
                last, since = results, time.monotonic()
            self._longest = max(self._longest, time.monotonic() - since)

    def stop(self):
        self._ended.set()
        self._thread.join()
        return self._longest


if __name__ == "__main__":
    unittest.main()
