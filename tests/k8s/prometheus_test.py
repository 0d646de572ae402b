"""What a Prometheus that reads the programs as the chart has it answers to every query there is: of dashboards, rules
and autoscalers. The services apart on a Kafka and a Redis, a gateway before them, and a district at work."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import confluent_kafka
import yaml
from confluent_kafka.admin import AdminClient, NewTopic

from manifests import CHART, K8S, ROOT, RULES
from prometheus_server import SCRAPE_S, Prometheus, scrapes

sys.path.insert(0, str(ROOT / "tests" / "system"))
import load as loads  # noqa: E402
import webhooks_test  # noqa: E402
from apart import Apart  # noqa: E402
from calls import Caller  # noqa: E402
from checker import messages  # noqa: E402
from parts import free_port, wait_until  # noqa: E402
from trace_collector import Collector  # noqa: E402

NAMESPACE = "throughline"
TOPIC = "edfi.documents"
# Queries of dashboards and autoscalers that give nothing as long as nothing is wrong, and why. Of rules, those of
# every alert do.
EMPTY = {"objectives.json: Partitions that nobody runs": "every partition is run by somebody"}
# What may well be on a machine that has other things to do.
MAY_FIRE = {"ThroughlineResultsLate": "one that is busy takes more than a second for a result"}


def monitoring(kind):
    found = yaml.safe_load_all((K8S / "components/monitoring/monitoring.yaml").read_text())
    return [one for one in found if one and one["kind"] == kind]


def panels():
    """(where, query, legend) of each."""
    for path in sorted(CHART.glob("dashboards/*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                yield f"{path.name}: {panel['title']}", target["expr"], target["legendFormat"]


def autoscalers():
    for one in yaml.safe_load_all((K8S / "components/autoscaling/autoscaling.yaml").read_text()):
        for trigger in (one or {}).get("spec", {}).get("triggers", ()):
            yield one["metadata"]["name"], trigger["metadata"]["query"]


def as_grafana_asks(query, range_s):
    """With the variables' values: of a dashboard of so many seconds, and a point for every scrape."""
    for name, value in (("$__rate_interval", f"{4 * SCRAPE_S}s"), ("$__range", f"{range_s}s"), ("$namespace", NAMESPACE)):
        query = query.replace(name, value)
    assert "$" not in query, query
    return query


def labels_of(program, port):
    """What the operator calls the one pod of a program that its headless Service has at this port."""
    service = f"throughline-{program}-headless"
    return {"namespace": NAMESPACE, "service": service, "job": service, "endpoint": port, "container": program,
            "pod": f"throughline-{program}-0"}


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        collector = Collector()
        cls.addClassCleanup(collector.close)
        cls.apart = Apart(cls.folder, ["--traces", collector.grpc_address, "--trace-ratio", "0.1"], cls.documents)
        cls.addClassCleanup(cls.apart.close)
        cls.apart.start()
        cls.begun = time.time()
        cls.prometheus = Prometheus(cls.folder / "prometheus", free_port())
        cls.addClassCleanup(cls.prometheus.close)
        cls.read_metrics()
        cls.work()

    @classmethod
    def documents(cls, broker):
        """A topic of an Ed-Fi instance with a record in it, and the arguments of who reads it."""
        admin = AdminClient({"bootstrap.servers": broker})
        admin.create_topics([NewTopic(TOPIC, 1, 1)])[TOPIC].result(60)
        producer = confluent_kafka.Producer({"bootstrap.servers": broker})
        producer.produce(TOPIC, b"no document", b"1")
        assert producer.flush(60) == 0
        return ["--edfi-kafka", broker, "--edfi-topic", TOPIC, "--edfi-district", loads.DISTRICT]

    @classmethod
    def probe(cls):
        """Where a probe says how it goes."""
        metrics = f"127.0.0.1:{free_port()}"
        probe = subprocess.Popen([os.environ["THROUGHLINE"], "probe", "--every", "1", "--metrics", metrics, "--connect",
                                  cls.apart.address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(probe.wait)
        cls.addClassCleanup(probe.kill)
        return metrics

    @classmethod
    def read_metrics(cls):
        monitor, = monitoring("ServiceMonitor")
        port = monitor["spec"]["endpoints"][0]["port"]
        targets = {address: labels_of(program, port) for program, address in {**cls.apart.metrics, "probe": cls.probe()}.items()}
        cls.prometheus.start(scrapes(monitor, targets), monitoring("PrometheusRule")[0]["spec"])
        wait_until(cls.prometheus.is_ready, f"Prometheus, see {cls.prometheus.log}")

    @classmethod
    def work(cls):
        """A district whose teams fall back, again and again, and who hears of it."""
        caller = Caller(cls.apart.deployment)
        cls.load = loads.Load(caller, 1, cls.folder, pushers=1)
        cls.addClassCleanup(cls.load.finish)
        caller.call("plans.UpdateDistrict", request_id="policy", district=loads.DISTRICT,
                    policy=messages.message("common.v1.Policy", group_wait_s=1))
        hooks = webhooks_test.Receiver()
        cls.addClassCleanup(hooks.close)
        caller.settle("notifications.UpsertSubscription", "hook", subscription=messages.message(
            "notifications.v1.Subscription", district=loads.DISTRICT, subscription="hook", subscriber="a system",
            channel="CHANNEL_WEBHOOK", webhook=messages.message("notifications.v1.Webhook", url=hooks.url("/hook"))))
        cls.gateway = http.client.HTTPConnection("127.0.0.1", cls.apart.http_port, timeout=60)
        cls.addClassCleanup(cls.gateway.close)
        watching = http.client.HTTPConnection("127.0.0.1", cls.apart.http_port, timeout=60)
        reader = cls.request(watching, "/v1/alerts:watch")
        threading.Thread(target=cls.read, args=(watching, reader), daemon=True).start()

    @staticmethod
    def request(connection, path):
        connection.request("GET", f"{path}?district={loads.DISTRICT}", headers={"Throughline-District": loads.DISTRICT})
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        return answer

    @staticmethod
    def read(connection, stream):
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            while stream.readline():
                pass

    def series(self, query):
        """The labels of the series that have a number, once there are any. The district works on meanwhile, and
        somebody looks at it."""
        def found():
            self.load.check()
            self.request(self.gateway, "/v1/alerts").read()
            return self.prometheus.since(self.begun, time.time(), query)
        return wait_until(found, query)

    def assert_no_series(self, query):
        self.assertEqual(self.prometheus.now(query), [], query)

    def test_every_panel_shows_something_and_its_legend_says_what(self):
        seen = set()
        for where, query, legend in panels():
            asked = as_grafana_asks(query, int(time.time() - self.begun) + 1)
            seen.add(where)
            with self.subTest(where, query=asked):
                if where in EMPTY:
                    self.assert_no_series(asked)
                    continue
                wanted = set(re.findall(r"\{\{(\w+)\}\}", legend))
                for labels in self.series(asked):
                    self.assertLessEqual(wanted, set(labels), legend)
        self.assertLessEqual(set(EMPTY), seen)

    def test_the_dashboards_find_the_namespaces(self):
        for path in CHART.glob("dashboards/*.json"):
            variable, = [one for one in json.loads(path.read_text())["templating"]["list"] if one["name"] == "namespace"]
            metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]["query"]).groups()
            found = wait_until(lambda: self.prometheus.api(f"label/{label}/values", **{"match[]": metric}), metric)
            self.assertEqual(found, [NAMESPACE])

    def test_every_autoscaler_has_its_number(self):
        queries = list(autoscalers())
        self.assertGreaterEqual(len(queries), 4)
        for name, query in queries:
            with self.subTest(name):
                self.series(query)
                (_, value), = self.prometheus.now(query)
                self.assertGreaterEqual(value, 0)

    def test_every_rule_is_evaluated_and_no_alert_fires(self):
        rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
        for rule in rules:
            with self.subTest(rule.get("record") or rule["alert"], window=rule.get("labels", {}).get("window")):
                if "record" in rule:
                    self.series(rule["expr"])
                    self.series(rule["record"])
                    continue
                # What it looks at is there; and there is nothing to say of it.
                for selector in set(re.findall(r"\bthroughline[\w:]+(?:\{[^}]*\})?", rule["expr"])):
                    self.series(re.sub(r'outcome!="delivered"', "", selector))
                if rule["alert"] not in MAY_FIRE:
                    self.assert_no_series(rule["expr"])
        evaluated = [rule for group in self.prometheus.api("rules")["groups"] for rule in group["rules"]]
        self.assertEqual(len(evaluated), len(rules))
        for rule in evaluated:
            self.assertEqual((rule["health"], rule.get("lastError", "")), ("ok", ""), rule["name"])
            if rule["name"] not in MAY_FIRE:
                self.assertEqual(rule.get("state", "inactive"), "inactive", rule["name"])

    def test_labels_of_the_programs_stay_theirs(self):
        self.series("throughline_events_total")
        for one in self.prometheus.api("targets")["activeTargets"]:
            self.assertEqual((one["health"], one["lastError"]), ("up", ""), one["labels"])
        moved = [name for name in self.prometheus.api("labels") if name.startswith("exported_")]
        self.assertEqual(moved, [])


if __name__ == "__main__":
    unittest.main()
