"""What the control plane does with the chart: roll-outs, upgrades, evictions, scaling. Nodes are simulated."""
import isolated

isolated.enter()

import datetime
import json
import pathlib
import shutil
import sys
import tempfile
import unittest

import yaml

import chart as charts
from api import Refused
from chart import NAMESPACE, RELEASE, SERVICES, Chart
from control_plane import ControlPlane
from parts import PartFailed, free_port, wait_until
from simulated_nodes import SimulatedNodes
from cluster import is_ready

HERE = pathlib.Path(__file__).resolve().parent
NODES = ("node-a", "node-b", "node-c")
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
APPS = f"/apis/apps/v1/namespaces/{NAMESPACE}"
GATEWAY = f"{APPS}/deployments/{RELEASE}-gateway"


def stateful_set(service):
    return f"{APPS}/statefulsets/{RELEASE}-{service}"


class Disruption(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        cls.addClassCleanup(shutil.rmtree, folder, True)
        cls.folder = folder
        cls.plane = ControlPlane(folder / "plane")
        cls.addClassCleanup(cls.plane.close)
        cls.plane.start()
        SimulatedNodes(cls.plane, NODES).start()
        cls.plane.kubectl("apply", "--server-side", "-f", charts.CRDS)
        cls.plane.api.create("/api/v1/namespaces", charts.namespace())

    def setUp(self):
        self.api = self.plane.api
        self.chart = Chart(self)  # which asks for `plane` alone
        self.install({})
        self.addCleanup(self.plane.kubectl, "delete", "namespace", NAMESPACE)
        self.addCleanup(self.plane.helm, "uninstall", RELEASE, "--namespace", NAMESPACE)

    def install(self, values, chart=None):
        if self.api.find(f"/api/v1/namespaces/{NAMESPACE}") is None:
            self.api.create("/api/v1/namespaces", charts.namespace())
        (chart or self.chart).install(values)
        self.wait_rolled_out()

    def wait_rolled_out(self):
        def rolled_out():
            every = [*self.api.list(f"{APPS}/statefulsets"), *self.api.list(f"{APPS}/deployments")]
            return all(one["status"].get("observedGeneration", 0) >= one["metadata"]["generation"]
                       and one["status"].get("readyReplicas", 0) == one["spec"]["replicas"]
                       and one["status"].get("updatedReplicas", 0) == one["spec"]["replicas"] for one in every)
        try:
            wait_until(rolled_out, "rolled out", 60)
        except PartFailed as late:
            said = self.plane.kubectl("get", "pods,events", "--namespace", NAMESPACE, "--output", "wide")
            raise AssertionError(f"{late}\n{said}") from None

    def pods(self, component=None):
        labels = f"app.kubernetes.io/instance={RELEASE}"
        if component:
            labels += f",app.kubernetes.io/component={component}"
        return self.api.list(PODS, labelSelector=labels)

    def evict(self, pod):
        name = pod["metadata"]["name"]
        return self.api.create(f"{PODS}/{name}/eviction", {
            "apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": NAMESPACE}})


class RollOuts(Disruption):
    def test_every_pod_is_admitted_and_spread_over_the_nodes(self):
        """The namespace enforces the strictest standard: a pod that is admitted meets it."""
        for program in charts.PROGRAMS:
            pods = self.pods(program)
            self.assertEqual(len(pods), 2, program)
            self.assertEqual(len({pod["spec"]["nodeName"] for pod in pods}), 2, f"{program} is on one node")

    def test_an_older_chart_of_another_version_is_upgraded_in_place(self):
        """What may never change of an object, such as its selector, holds nothing that a version changes."""
        for version in ("0.0.1", "99.0.0"):
            older = self.folder / f"chart-{version}"
            shutil.copytree(self.chart.folder, older)
            about = yaml.safe_load((older / "Chart.yaml").read_text())
            (older / "Chart.yaml").write_text(yaml.safe_dump({**about, "version": version, "appVersion": version}))
            before = {pod["metadata"]["uid"] for pod in self.pods()}
            self.install({"service": {"podLabels": {"of": version}}, "gateway": {"podLabels": {"of": version}}},
                         Chart(self, older))
            self.assertFalse(before & {pod["metadata"]["uid"] for pod in self.pods()}, "pods of before are left")
            self.assertTrue(all(version in pod["spec"]["containers"][0]["image"] for pod in self.pods()))
        self.install({})

    def test_at_most_one_pod_of_a_service_is_away_while_it_rolls_out(self):
        self.chart.install({"service": {"podAnnotations": {"note": "another"}},
                            "gateway": {"podAnnotations": {"note": "another"}}})
        fewest = dict.fromkeys(charts.PROGRAMS, 2)

        def rolled_out():
            for program in charts.PROGRAMS:
                pods = self.pods(program)
                fewest[program] = min(fewest[program], sum(map(is_ready, pods)))
            return all(pod["metadata"]["annotations"].get("note") == "another" for pod in self.pods()) and all(
                map(is_ready, self.pods()))
        wait_until(rolled_out, "rolled out", 60)
        self.assertEqual({program: count for program, count in fewest.items() if count < 1}, {})

    def test_a_version_that_never_gets_ready_stops_at_the_first_pod(self):
        """Simulated pods are ready at once, so it is one that no node may run."""
        self.chart.install({"service": {"nodeSelector": {"disk": "none"}}})
        for service in SERVICES:
            wait_until(lambda: sorted(map(is_ready, self.pods(service))) == [False, True], f"{service} waits for its new pod")
        self.chart.install({})
        # A pod that waits has to go by hand: a StatefulSet replaces none that was never ready.
        for pod in self.pods():
            if not is_ready(pod):
                self.api.delete(f"{PODS}/{pod['metadata']['name']}")
        self.wait_rolled_out()


class Evictions(Disruption):
    def test_every_node_is_drained_one_after_the_other(self):
        for node in NODES:
            self.plane.kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s")
            self.wait_rolled_out()
            self.assertFalse([pod for pod in self.pods() if pod["spec"].get("nodeName") == node], node)
            self.plane.kubectl("uncordon", node)

    def test_a_second_pod_of_a_program_is_not_evicted_before_the_first_is_back(self):
        for node in NODES:
            self.plane.kubectl("cordon", node)
        for program in charts.PROGRAMS:
            with self.subTest(program):
                first, second = self.pods(program)
                self.evict(first)
                # The budget counts what is ready; it is told of the eviction before it is asked again.
                with self.assertRaises(Refused) as refused:
                    self.evict(second)
                self.assertEqual(refused.exception.status, 429)
                self.assertIn("disruption budget", refused.exception.message)
        for node in NODES:
            self.plane.kubectl("uncordon", node)
        self.wait_rolled_out()
        wait_until(lambda: all(one["status"].get("disruptionsAllowed") == 1 for one in self.api.list(
            f"/apis/policy/v1/namespaces/{NAMESPACE}/poddisruptionbudgets")), "budgets allow one again")
        for program in charts.PROGRAMS:
            self.evict(self.pods(program)[1])
        self.wait_rolled_out()

    def test_a_service_with_one_pod_can_be_drained(self):
        self.install(charts.SMALL)
        for pod in self.pods():
            self.evict(pod)
        self.wait_rolled_out()


class Scaling(Disruption):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metrics = cls.folder / "metrics.json"
        here = cls.plane.folder
        port = free_port()
        cls.say(external={}, cpu=0, pods=[])
        cls.plane.run("metrics-stub", sys.executable, HERE / "metrics_stub.py", port, here / "server.crt",
                      here / "server.key", cls.metrics)
        cls.plane.api.create("/api/v1/namespaces/kube-system/services", {
            "metadata": {"name": "metrics"}, "spec": {"type": "ExternalName", "externalName": "localhost",
                                                      "ports": [{"port": port}]}})
        for group in ("external.metrics.k8s.io", "metrics.k8s.io"):
            cls.plane.api.create("/apis/apiregistration.k8s.io/v1/apiservices", {
                "metadata": {"name": f"v1beta1.{group}"}, "spec": {
                    "group": group, "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
                    "insecureSkipTLSVerify": True,
                    "service": {"name": "metrics", "namespace": "kube-system", "port": port}}})

    @classmethod
    def say(cls, external, cpu, pods):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        aside = cls.metrics.with_suffix(".new")
        aside.write_text(json.dumps({"now": now, "external": external, "cpu": cpu, "pods": pods}))
        aside.replace(cls.metrics)

    def replicas(self, path):
        return self.api.get(path)["spec"]["replicas"]

    def wait_replicas(self, path, wanted, say):
        def scaled():
            say()
            return self.replicas(path) == wanted
        wait_until(scaled, f"{path} has {wanted} replicas, not {self.replicas(path)}", 60)

    def autoscaler_of(self, scaled):
        """What KEDA makes of a ScaledObject: the same target and limits, and its trigger as a metric."""
        spec = scaled["spec"]
        trigger = spec["triggers"][0]
        target = spec["scaleTargetRef"]
        return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
                "metadata": {"name": f"keda-hpa-{target['name']}"}, "spec": {
                    "scaleTargetRef": target, "minReplicas": spec["minReplicaCount"],
                    "maxReplicas": spec["maxReplicaCount"],
                    "behavior": {"scaleDown": {"stabilizationWindowSeconds": 2,
                                               "policies": [{"type": "Pods", "value": 1, "periodSeconds": 1}]}},
                    "metrics": [{"type": "External", "external": {
                        "metric": {"name": f"s0-prometheus-{target['name']}"},
                        "target": {"type": trigger["metricType"], "averageValue": trigger["metadata"]["threshold"]}}}]}}

    def test_a_service_that_falls_behind_gets_more_pods_and_gives_them_back(self):
        values = {"service": {"keda": {"enabled": True}}}
        self.install(values)
        scaled = self.api.get(f"/apis/keda.sh/v1alpha1/namespaces/{NAMESPACE}/scaledobjects/{RELEASE}-evidence")
        path, metric = stateful_set("evidence"), f"s0-prometheus-{RELEASE}-evidence"
        scaler = self.autoscaler_of(scaled)
        self.api.create(f"/apis/autoscaling/v2/namespaces/{NAMESPACE}/horizontalpodautoscalers", scaler)

        def behind(seconds_by_pod):
            """The metric is the seconds behind times the pods there are, as the chart's query has it."""
            return lambda: self.say({metric: seconds_by_pod * self.replicas(path)}, 0, [])
        threshold = float(scaled["spec"]["triggers"][0]["metadata"]["threshold"])
        self.wait_replicas(path, 2, behind(0))
        # It takes at most four pods to keep up.
        self.wait_replicas(path, 4, lambda: self.say({metric: 4 * threshold}, 0, []))
        self.wait_rolled_out()
        self.chart.install({**values, "logLevel": "debug"})
        self.assertEqual(self.replicas(path), 4, "an upgrade took away what the autoscaler had given")
        self.wait_replicas(path, 2, behind(0))
        self.wait_rolled_out()

    def test_the_gateway_gets_more_pods_by_its_use_of_processors_and_gives_them_back(self):
        self.install({"gateway": {"autoscaling": {"enabled": True, "min": 2, "max": 5}}})
        name = f"/apis/autoscaling/v2/namespaces/{NAMESPACE}/horizontalpodautoscalers/{RELEASE}-gateway"
        # Ten minutes of patience before a pod goes are right where people stream, and long in a test.
        self.api.patch(name, {"spec": {"behavior": {"scaleDown": {
            "stabilizationWindowSeconds": 2, "policies": [{"type": "Pods", "value": 1, "periodSeconds": 1}]}}}})

        def use(millicores):
            return lambda: self.say({}, millicores, [
                (pod["metadata"]["name"], pod["spec"]["containers"][0]["name"]) for pod in self.pods("gateway")])
        self.wait_replicas(GATEWAY, 2, use(10))
        self.wait_replicas(GATEWAY, 5, use(900))
        self.wait_replicas(GATEWAY, 2, use(10))


if __name__ == "__main__":
    unittest.main()
