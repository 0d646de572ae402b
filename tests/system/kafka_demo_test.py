"""The demo on Kafka and Redis, each service in a process of its own: it comes to the same summary as
on the embedded journal."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import parts

ON_KAFKA = parts.ROOT / "deploy" / "demo" / "on_kafka.py"


def without_timings(file):
    summary = json.loads(file.read_text())
    summary.pop("latency_ms")
    summary.pop("results_per_second")
    return summary


class KafkaDemo(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        self.addCleanup(shutil.rmtree, self.folder, True)

    def run_demo(self, *command):
        done = subprocess.run([*map(str, command)], cwd=parts.ROOT, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])

    def test_it_comes_to_the_same_summary_as_on_the_embedded_journal(self):
        embedded, on_kafka = self.folder / "embedded.json", self.folder / "kafka.json"
        throughline = parts.binaries_folder() / "throughline"
        self.run_demo(throughline, "demo", "--once", "--data", self.folder / "embedded", "--json", embedded)
        # Of two results of one day the order is by their ids, which are hashed with this key.
        (self.folder / "kafka").mkdir()
        shutil.copy(self.folder / "embedded/pseudonyms.key", self.folder / "kafka")
        kafka = [sys.executable, ON_KAFKA, "--once", "--data", self.folder / "kafka", "--json", on_kafka]
        self.run_demo(*kafka)
        self.assertEqual(without_timings(on_kafka), without_timings(embedded))
        # Once more on what it left: everything starts again where it was, and nothing is added.
        on_kafka.unlink()
        self.run_demo(*kafka)
        self.assertEqual(without_timings(on_kafka), without_timings(embedded))


if __name__ == "__main__":
    unittest.main()
