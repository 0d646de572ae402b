"""A real Prometheus, Debian's, and what it is asked over its HTTP API."""
import json
import math
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import yaml

from manifests import ROOT

PROGRAM = ROOT / "build" / "promtool" / "prometheus"
SCRAPE_S = 1


def snake(name):
    """sourceLabels, as Kubernetes writes it, in the words of Prometheus' own configuration."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def scrapes(monitor, targets):
    """What the operator makes of a ServiceMonitor: targets are {address: labels of the Service and the pod}. Its own
    relabelling comes first, and gives each target its labels; the monitor's own comes behind it."""
    endpoint, = monitor["spec"]["endpoints"]
    return {
        "job_name": "throughline", "metrics_path": endpoint["path"], "honor_labels": endpoint.get("honorLabels", False),
        "static_configs": [{"targets": [address], "labels": labels} for address, labels in targets.items()],
        "relabel_configs": [{snake(key): value for key, value in one.items()} for one in endpoint.get("relabelings", ())],
        "metric_relabel_configs": [{snake(key): value for key, value in one.items()}
                                   for one in endpoint.get("metricRelabelings", ())]}


class Prometheus:
    def __init__(self, folder, port):
        self.address = f"127.0.0.1:{port}"
        self.folder = folder
        self.log = folder / "prometheus.log"
        self._process = None

    def start(self, scrape_config, rules):
        """`rules` are those of a file, which are evaluated with every scrape."""
        self.folder.mkdir()
        for group in rules["groups"]:
            group["interval"] = f"{SCRAPE_S}s"
        (self.folder / "rules.yaml").write_text(yaml.safe_dump(rules))
        (self.folder / "prometheus.yaml").write_text(yaml.safe_dump({
            "global": {"scrape_interval": f"{SCRAPE_S}s", "evaluation_interval": f"{SCRAPE_S}s"},
            "rule_files": ["rules.yaml"], "scrape_configs": [scrape_config]}))
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, f"--config.file={self.folder}/prometheus.yaml", f"--storage.tsdb.path={self.folder}/data",
                 f"--web.listen-address={self.address}", "--log.level=warn"], stdout=log, stderr=log)

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"http://{self.address}/-/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def api(self, path, **query):
        """What it answers; AssertionError with its words when it does not take the question."""
        words = urllib.parse.urlencode(query, doseq=True)
        try:
            with urllib.request.urlopen(f"http://{self.address}/api/v1/{path}?{words}", timeout=30) as answer:
                said = json.load(answer)
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{query}: {refused.read().decode()}") from None
        assert said["status"] == "success" and not said.get("warnings"), said
        return said["data"]

    def now(self, query):
        """The series of an instant, each as (labels, value)."""
        return [(one["metric"], float(one["value"][1])) for one in self.api("query", query=query)["result"]]

    def since(self, begun, now, query):
        """The labels of series that have had a number since."""
        found = self.api("query_range", query=query, start=begun, end=now, step=SCRAPE_S)["result"]
        return [one["metric"] for one in found if any(not math.isnan(float(value)) for _, value in one["values"])]

    def close(self):
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
