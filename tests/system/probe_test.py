"""`throughline probe` against the real program: a synthetic result comes through, again and again, in a district of its
own that does not grow; and it says so when none does."""
import re
import signal
import subprocess
import unittest
import urllib.request

import program
import webhooks_test
from parts import free_port, wait_until

DISTRICT = "throughline-probe"
LAST = "throughline_probe_last_success_timestamp_seconds"


class Probe(webhooks_test.Case):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.to = ["--connect", self.server.address, "--every", "1"]

    def probe(self, *words):
        return program.run("probe", *self.to, *words, check=False)

    def begin(self, *words):
        """A probe that goes on, and where it says how it goes."""
        self.metrics = f"127.0.0.1:{free_port()}"
        probe = subprocess.Popen([program.THROUGHLINE, "probe", *self.to, "--metrics", self.metrics, *words],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(probe.wait)
        self.addCleanup(probe.kill)
        return probe

    def metric(self, name):
        try:
            with urllib.request.urlopen(f"http://{self.metrics}/metrics", timeout=10) as page:
                found = re.search(rf"^{re.escape(name)} (\S+)$", page.read().decode(), re.M)
        except OSError:
            return 0
        return float(found[1]) if found else 0

    def versions(self):
        """What its district and school have come to."""
        district = self.server.call("plans.GetDistrict", district=DISTRICT).district
        return district.version, self.server.call("evidence.GetResultCounts", district=DISTRICT)

    def test_results_come_through_and_the_district_is_made_once(self):
        first = self.probe("--rounds", "2")
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertEqual(len(re.findall(r"^Seen after \d+\.\d{3} s\.$", first.stdout, re.M)), 2)
        version, counts = self.versions()
        again = self.probe("--rounds", "1")
        self.assertEqual(again.returncode, 0, again.stderr)
        later, more = self.versions()
        self.assertEqual(later, version)
        # One result, which is corrected.
        self.assertEqual((counts.accepted, more.accepted), (1, 1))
        self.assertFalse(self.server.call("evidence.ListQuarantine", district=DISTRICT).results)

    def test_prometheus_is_told_how_long_it_takes(self):
        probe = self.begin()
        wait_until(lambda: self.metric('throughline_probe_rounds_total{end="seen"}') >= 2, "two results")
        self.assertEqual(self.metric("throughline_probe_success"), 1)
        self.assertGreater(self.metric("throughline_probe_seconds_sum"), 0)
        self.assertGreaterEqual(self.metric("throughline_probe_seconds_count"), 2)
        with urllib.request.urlopen(f"http://{self.metrics}/metrics", timeout=10) as page:
            self.assertNotIn(DISTRICT, page.read().decode())
        probe.send_signal(signal.SIGTERM)
        self.assertEqual(probe.wait(10), 0)

    def test_it_says_so_when_nothing_comes_through_and_goes_on_when_it_does(self):
        self.begin("--patience", "2")
        wait_until(lambda: self.metric("throughline_probe_success") == 1, "a result")
        self.server.hold()
        wait_until(lambda: self.metric("throughline_probe_success") == 0, "none")
        missed = self.metric(LAST)
        self.server.go_on()
        wait_until(lambda: self.metric("throughline_probe_success") == 1, "a result again")
        self.assertGreater(self.metric(LAST), missed)

    def test_a_district_that_it_may_not_make_is_a_sentence(self):
        done = self.probe("--rounds", "1", "--district", "no id")
        self.assertEqual(done.returncode, 1)
        self.assertIn("ID_INVALID", done.stderr)


if __name__ == "__main__":
    unittest.main()
