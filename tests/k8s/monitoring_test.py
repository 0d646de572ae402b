"""Alerts and dashboards: of metrics that there are, tested, and each with what to do."""
import json
import pathlib
import re
import subprocess
import unittest

import yaml

from manifests import CHART, K8S, ROOT, RULES

PROMTOOL = ROOT / "build" / "promtool" / "promtool"
METRICS = ROOT / "services" / "platform" / "metrics" / "README.md"
TESTS = sorted((pathlib.Path(__file__).parent / "rules").glob("*_test.yaml"))
# What the operator gives every target of a ServiceMonitor, besides what Prometheus does.
OF_A_TARGET = {"namespace", "service", "pod", "container", "endpoint", "job", "instance"}
WORD = re.compile(r"\b(?:throughline|process)_[a-z0-9_]+")


def rules():
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def alerts():
    return [rule for rule in rules() if "alert" in rule]


def documented():
    """Of the table: by name, the labels. Of a histogram there are three series."""
    found = {}
    for name, kind, labels in re.findall(r"(?m)^\| `(\w+)` \| (\w+) \|([^|]*)\|", METRICS.read_text()):
        named = set(re.findall(r"`(\w+)`", labels))
        found[name] = named
        if kind == "histogram":
            found |= {f"{name}_count": named, f"{name}_sum": named, f"{name}_bucket": named | {"le"}}
    return found


def queries():
    """Every query there is, and where it stands."""
    for rule in rules():
        yield rule.get("alert") or rule["record"], rule["expr"]
    for path in sorted(CHART.glob("dashboards/*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                yield f"{path.name}: {panel['title']}", target["expr"]
    for one in yaml.safe_load_all((K8S / "components/autoscaling/autoscaling.yaml").read_text()):
        for trigger in one["spec"].get("triggers", []):
            yield one["metadata"]["name"], trigger["metadata"]["query"]


class Monitoring(unittest.TestCase):
    def test_promtool_takes_the_rules(self):
        subprocess.run([PROMTOOL, "check", "rules", "--lint-fatal", RULES], check=True, stdout=subprocess.DEVNULL)

    def test_alerts_fire_when_they_should_and_not_otherwise(self):
        done = subprocess.run([PROMTOOL, "test", "rules", *TESTS], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_alert_is_tested_to_fire_and_not_to(self):
        fires, is_silent = set(), set()
        for path in TESTS:
            for test in yaml.safe_load(path.read_text())["tests"]:
                for one in test["alert_rule_test"]:
                    for expected in one["exp_alerts"]:
                        fires.add((one["alertname"], expected["exp_labels"].get("window")))
                    if not one["exp_alerts"]:
                        is_silent.add(one["alertname"])
        self.assertEqual(fires, {(rule["alert"], rule["labels"].get("window")) for rule in alerts()})
        self.assertEqual(is_silent, {rule["alert"] for rule in alerts()})

    def test_every_query_is_of_metrics_and_labels_that_there_are(self):
        known = documented()
        self.assertIn("throughline_seconds_behind", known)
        for where, query in queries():
            for name in WORD.findall(query.replace("throughline:", "record:")):
                self.assertIn(name, known, where)
            for name, chosen in re.findall(r"\b((?:throughline|process)_\w+)\{([^}]*)\}", query):
                # Those that Prometheus adds are not the programs'.
                labels = set(re.findall(r"(\w+)(?==|!)", re.sub(r'"[^"]*"', '""', chosen))) - {"namespace", "pod", "instance"}
                self.assertLessEqual(labels, known[name], where)

    def test_every_query_groups_by_labels_that_there_are(self):
        known = documented()
        for where, query in queries():
            names = [name for name in WORD.findall(query.replace("throughline:", "record:"))]
            labels = set().union({"namespace", "pod", "instance"}, *(known[name] for name in names))
            for grouped in re.findall(r"\b(?:by|on) \(([^)]*)\)", query):
                self.assertLessEqual({one.strip() for one in grouped.split(",")}, labels, where)

    def test_every_recorded_series_that_is_asked_for_is_recorded(self):
        recorded = {rule["record"] for rule in rules() if "record" in rule}
        for where, query in queries():
            self.assertLessEqual(set(re.findall(r"throughline:\w+:\w+", query)), recorded, where)

    def test_every_alert_has_its_section_in_the_runbook(self):
        headings = re.findall(r"(?m)^## (.+)$", (K8S / "runbook.md").read_text())
        anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
        for rule in alerts():
            before, _, anchor = rule["annotations"]["runbook_url"].partition("#")
            self.assertEqual(before, "RUNBOOK")
            self.assertIn(anchor, anchors, rule["alert"])
            self.assertIn(rule["labels"]["severity"], {"page", "ticket"})
            self.assertLessEqual({"summary", "description"}, set(rule["annotations"]))

    def test_the_cluster_is_given_what_was_tested(self):
        rendered = [one for one in yaml.safe_load_all((K8S / "components/monitoring/monitoring.yaml").read_text()) if one]
        (rule,) = [one for one in rendered if one["kind"] == "PrometheusRule"]
        wanted = yaml.safe_load(RULES.read_text().replace("RUNBOOK", "k8s/runbook.md"))
        self.assertEqual(rule["spec"], wanted)
        boards = {name: json.loads(text) for one in rendered if one["kind"] == "ConfigMap" for name, text in one["data"].items()}
        self.assertEqual(boards, {f"throughline-{path.name}": json.loads(path.read_text())
                                  for path in CHART.glob("dashboards/*.json")})

    def test_no_label_of_a_target_takes_the_place_of_one_of_the_metrics(self):
        rendered = [one for one in yaml.safe_load_all((K8S / "components/monitoring/monitoring.yaml").read_text()) if one]
        (monitor,) = [one for one in rendered if one["kind"] == "ServiceMonitor"]
        (endpoint,) = monitor["spec"]["endpoints"]
        dropped = {one["regex"] for one in endpoint["relabelings"] if one["action"] == "labeldrop"}
        self.assertFalse((OF_A_TARGET - dropped) & set().union(*documented().values()))

    def test_dashboards_overlap_nowhere_and_every_panel_says_its_unit(self):
        for path in CHART.glob("dashboards/*.json"):
            board = json.loads(path.read_text())
            taken = set()
            for panel in board["panels"]:
                place = panel["gridPos"]
                cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
                self.assertFalse(cells & taken, f"{path.name}: {panel['title']}")
                self.assertLessEqual(place["x"] + place["w"], 24)
                taken |= cells
                self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])
            self.assertEqual(len({panel["id"] for panel in board["panels"]}), len(board["panels"]))


if __name__ == "__main__":
    unittest.main()
