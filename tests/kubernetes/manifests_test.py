"""Every manifest there is, before a real API server: applied on the server, strictly, into a namespace
that enforces the strictest of the pod security standards."""
import isolated

isolated.enter()

import json
import pathlib
import shutil
import tempfile
import unittest

import chart as charts
from chart import NAMESPACE, Chart
from control_plane import ROOT, ControlPlane
from parts import PartFailed

BASE = ROOT / "k8s"


class Manifests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        cls.addClassCleanup(shutil.rmtree, folder, True)
        cls.plane = ControlPlane(folder / "plane")
        cls.addClassCleanup(cls.plane.close)
        cls.plane.start()
        cls.plane.kubectl("apply", "--server-side", "-f", charts.CRDS)
        cls.plane.api.create("/api/v1/namespaces", charts.namespace())
        cls.chart = Chart(cls)  # which asks for `plane` alone

    def apply(self, text, *more):
        """Fails on what is refused, and on what is only warned of."""
        done = self.plane.kubectl("apply", "--server-side", "--validate=strict", "--namespace", NAMESPACE, "-f", "-", *more,
                                  given=text, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("Warning", done.stderr)
        return done.stdout

    def refused(self, text):
        done = self.plane.kubectl("apply", "--server-side", "--validate=strict", "--namespace", NAMESPACE, "--dry-run=server",
                                  "-f", "-", given=text, check=False)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        return done.stderr

    def test_the_chart_is_accepted_in_every_size(self):
        for size, values in charts.SIZES.items():
            with self.subTest(size):
                objects = self.chart.objects(values)
                for kind in ("StatefulSet", "Deployment", "PodDisruptionBudget", "NetworkPolicy"):
                    self.assertIn(kind, {one["kind"] for one in objects})
                said = self.apply(self.chart.render(values))
                self.assertEqual(len(said.splitlines()), len(objects), said)

    def test_every_pod_is_admitted(self):
        """Of workloads only a warning is given: what is refused are their pods."""
        for size, values in charts.SIZES.items():
            for one in self.chart.objects(values):
                if one["kind"] not in ("StatefulSet", "Deployment"):
                    continue
                with self.subTest(f"{size}: {one['metadata']['name']}"):
                    template = one["spec"]["template"]
                    account = {"apiVersion": "v1", "kind": "ServiceAccount",
                               "metadata": {"name": template["spec"]["serviceAccountName"]}}
                    self.apply(json.dumps(account), "--force-conflicts")
                    pod = {"apiVersion": "v1", "kind": "Pod", "spec": template["spec"],
                           "metadata": {**template["metadata"], "name": one["metadata"]["name"]}}
                    self.apply(json.dumps(pod), "--dry-run=server")

    def test_a_value_that_is_misspelled_is_refused(self):
        for values in ({"servces": {}}, {"gateway": {"replcas": 3}}, {"services": {"evidence": {"replicas": "two"}}},
                       {"services": {"evidnce": {"replicas": 2}}}, {"logLevel": "loud"},
                       {"networkPolicy": {"kafka": {"port": [9092]}}}):
            with self.subTest(values), self.assertRaisesRegex(PartFailed, "schema"):
                self.chart.render(values)

    def test_a_field_that_is_misspelled_is_refused(self):
        text = self.chart.render({})
        for right, wrong in (("terminationGracePeriodSeconds", "terminationGracePeriod"), ("readinessProbe", "readynessProbe"),
                             ("maxUnavailable", "maxUnavailble"), ("policyTypes", "policyType")):
            with self.subTest(wrong):
                self.assertIn(right, text)
                self.assertIn(wrong, self.refused(text.replace(right, wrong)))

    def test_the_base_and_every_overlay_and_example_are_accepted(self):
        folders = sorted(path.parent for path in BASE.rglob("kustomization.yaml")
                         if "kind: Kustomization" in path.read_text())  # and not a component, which an overlay takes
        self.assertTrue(folders, "there is nothing for kustomize")
        for folder in folders:
            with self.subTest(str(folder.relative_to(ROOT))):
                self.apply(self.plane.kubectl("kustomize", folder), "--dry-run=server", "--force-conflicts")

    def test_what_is_applied_again_changes_nothing(self):
        text = self.chart.render(charts.LARGE)
        self.apply(text)
        before = self.versions()
        self.apply(text)
        self.assertEqual(self.versions(), before)

    def versions(self):
        api = self.plane.api
        paths = [f"/apis/apps/v1/namespaces/{NAMESPACE}/statefulsets", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments",
                 f"/apis/networking.k8s.io/v1/namespaces/{NAMESPACE}/networkpolicies", f"/api/v1/namespaces/{NAMESPACE}/services"]
        return {one["metadata"]["uid"]: one["metadata"].get("generation") for path in paths for one in api.list(path)}


if __name__ == "__main__":
    unittest.main()
