"""What the real program says at /metrics: every metric that the list has, with the labels that it has there, and no
name of anybody; by Prometheus' own conventions where its promtool is installed."""
import http.client
import re
import shutil
import subprocess
import unittest
import urllib.request

import traced_district
import webhooks_test
from parts import free_port, wait_until
from program import ROOT

README = ROOT / "services/platform/metrics/README.md"
ROW = re.compile(r"\| `(\w+)` \| (counter|gauge|histogram) \| (.*?)\| \w* ?\| .* \|")
# Of an Ed-Fi instance's topic, which this district has not, and of `throughline probe`; the library's, of its own
# endpoint.
NOT_HERE = re.compile(r"throughline_(?:edfi|probe)_")
OF_THE_LIBRARY = re.compile(r"exposer_")


def listed():
    """{name: (type, labels)} of the list."""
    rows = filter(None, map(ROW.fullmatch, README.read_text().splitlines()))
    return {row[1]: (row[2], set(re.findall(r"`(\w+)`", row[3]))) for row in rows}


class Exposed:
    """What an endpoint said: types and samples by name."""

    def __init__(self, text):
        self.text = text
        self.types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
        self.samples = []  # (name, labels, value)
        for name, labels, value in re.findall(r"^(\w+)(?:\{(.*)\})? (\S+)$", text, re.M):
            self.samples.append((name, dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels)), float(value)))

    def of(self, name, **labels):
        return [value for its, said, value in self.samples if its == name and labels.items() <= said.items()]


class Metrics(traced_district.Case):
    def begin_measured(self):
        self.metrics = f"127.0.0.1:{free_port()}"
        self.begin(self.collector.grpc_address, "--trace-ratio", "0", "--metrics", self.metrics)
        # Who is told of alerts as they come.
        reader = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=60)
        self.addCleanup(reader.close)
        reader.request("GET", f"/v1/alerts:watch?district={webhooks_test.DISTRICT}")
        self.assertEqual(reader.getresponse().status, 200)
        self.push()
        self.hooks.wait_for(traced_district.HOOK, 1)

    def scrape(self):
        with urllib.request.urlopen(f"http://{self.metrics}/metrics", timeout=30) as answer:
            return Exposed(answer.read().decode())

    def once(self, name, **labels):
        """What is exposed once this has been counted."""
        def counted():
            exposed = self.scrape()
            return exposed if sum(exposed.of(name, **labels)) > 0 else None
        return wait_until(counted, f"{name} {labels}")

    def test_every_metric_that_is_listed_is_exposed_as_it_is_listed(self):
        self.begin_measured()
        self.once("throughline_deliveries_total", outcome="delivered")
        self.once("throughline_received_to_streamed_seconds_count", origin="evidence")
        exposed = self.once("throughline_spans_exported_total")
        wanted = {name: its for name, its in listed().items() if not NOT_HERE.match(name)}
        self.assertGreater(len(wanted), 40)
        for name, (kind, labels) in wanted.items():
            with self.subTest(name):
                self.assertEqual(exposed.types.get(name), kind)
                suffix = "_bucket" if kind == "histogram" else ""
                more = {"le"} if kind == "histogram" else set()
                for its, said, _ in exposed.samples:
                    if its == name + suffix:
                        self.assertEqual(set(said), labels | more)
        unlisted = [name for name in exposed.types if name not in wanted and not OF_THE_LIBRARY.match(name)]
        self.assertEqual(unlisted, [])
        for word in (webhooks_test.DISTRICT, "north", "grade-3", "student-", "close-reading"):
            self.assertNotIn(word, exposed.text)

    def test_what_is_measured_is_what_happened(self):
        self.begin_measured()
        exposed = self.once("throughline_deliveries_total", outcome="delivered")
        self.assertEqual(sum(exposed.of("throughline_gaps_total")), 0)
        self.assertEqual(len(exposed.of("throughline_seconds_behind", service="evidence")), 24)
        self.assertEqual(exposed.of("throughline_partitions_owned", service="cycles"), [24])
        self.assertEqual(exposed.of("throughline_http_requests_total", group="api", status="2xx"), [1])
        self.assertEqual(exposed.of("throughline_grpc_calls_total", rpc_service="EvidenceService", kind="write",
                                    code="INVALID_ARGUMENT"), [])
        # Results became alerts, in three hops of a moment each.
        raised = exposed.of("throughline_received_to_published_seconds_count", service="notifications", origin="evidence")
        self.assertGreaterEqual(sum(raised), 1)
        delivered = exposed.of("throughline_received_to_delivered_seconds_count")
        self.assertEqual(delivered, [1])
        self.assertGreater(exposed.of("throughline_received_to_delivered_seconds_sum")[0], 1)  # the group's wait
        wait_until(lambda: max(self.scrape().of("throughline_seconds_behind")) == 0, "all is handled")

    def test_what_is_in_quarantine_is_counted(self):
        self.begin_measured()
        held = self.server.call("evidence.ListQuarantine", district=webhooks_test.DISTRICT).results
        self.assertEqual(len(held), 1, "the files have one")
        self.assertEqual(self.scrape().of("throughline_quarantined_results"), [1])

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed")
    def test_prometheus_finds_nothing_wrong_with_them(self):
        self.begin_measured()
        text = self.once("throughline_deliveries_total", outcome="delivered").text
        ours = "\n".join(line for line in text.splitlines() if "exposer_" not in line) + "\n"
        done = subprocess.run(["promtool", "check", "metrics"], input=ours, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
