"""The chart and the overlays, rendered by Helm and kustomize: deploy/test-kubernetes builds both and runs this."""
import filecmp
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import kubernetes_validate
import yaml

from manifests import CHART, K8S, ROOT, SERVICES
from manifests_test import NOT_OF_KUBERNETES, VERSIONS

BIN = ROOT / "build" / "kubernetes" / "bin"
LEAST = {"kafka": {"brokers": "kafka:9092"}, "redis": {"addresses": ["redis:6379"]}, "gateway": {"clientsSecret": "clients"}}
EVERYTHING = {
    "kafka": {"brokers": "k-0:9093,k-1:9093", "ca": {"secret": "kafka-ca"}, "settings": ["client.rack=a"],
              "users": {"plans": "p", "evidence": "e", "cycles": "c", "notifications": "n", "gateway": "g"}},
    "redis": {"addresses": ["r-0:26379", "r-1:26379"], "sentinelMaster": "m", "user": "throughline", "password": {"secret": "redis"}},
    "auth": {"issuers": [{"jwks": "https://id.example/jwks", "issuer": "https://id.example"}]},
    "tls": {"certManager": {"enabled": True}},
    "traces": {"address": "grpc://collector:4317"},
    "keys": {"deliveriesBefore": {"secret": "deliveries-before"}},
    "service": {"keda": {"enabled": True}, "priorityClassName": "high", "podLabels": {"a": "b"}, "nodeSelector": {"a": "b"},
                "tolerations": [{"key": "a", "operator": "Exists"}],
                "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
                    {"matchExpressions": [{"key": "a", "operator": "Exists"}]}]}}}},
    "services": {"plans": {"options": {"longest-downtime": 100}},
                 "notifications": {"mounts": {"mail": "authority"}, "options": {"smtp-ca": "/etc/throughline/more/mail/ca.crt"}}},
    "mail": {"smtp": "smtp://mail:587", "from": "a@example.org", "user": "u", "unsubscribeUrl": "https://x.example/unsubscribe"},
    "webhooks": {"allow": ["10.1.0.0/16"]},
    "gateway": {"clientsSecret": "clients", "sourcesSecret": "sources", "publicUrl": "https://x.example", "tlsSecret": "http",
                "trustedProxies": ["10.0.0.0/8"], "autoscaling": {"enabled": True},
                "signIn": {"issuer": "https://id.example", "client": "board", "secret": "sign-in"},
                "edfi": {"kafka": "k:9092", "topic": "t", "district": "d"}},
    "ingress": {"enabled": True, "className": "nginx", "host": "x.example", "tlsSecret": "x", "annotations": {"a": "b"}},
    "networkPolicy": {"clients": [{"namespaceSelector": {"matchLabels": {"a": "b"}}}]},
    "monitoring": {"serviceMonitor": {"enabled": True}, "rules": {"enabled": True}, "dashboards": {"enabled": True}},
    "probe": {"enabled": True, "tokenSecret": "probe-token"},
    "image": {"registry": "registry.example", "digests": {"plans": "sha256:" + "0" * 64}, "pullSecrets": ["pull"]},
    "extraObjects": ["apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-more'}"],
}


class Rendering(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        self.addCleanup(shutil.rmtree, self.folder, True)

    def helm(self, *words, values=None, chart=CHART):
        file = self.folder / "values.json"
        file.write_text(json.dumps(values or LEAST))
        return subprocess.run([BIN / "helm", *words, "throughline", chart, "--values", file, "--kube-version", "1.37.0",
                               "--namespace", "district"], capture_output=True, text=True)

    def render(self, values=None, chart=CHART):
        done = self.helm("template", values=values, chart=chart)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [one for one in yaml.safe_load_all(done.stdout) if one]

    def refused(self, values):
        done = self.helm("template", values=values)
        self.assertNotEqual(done.returncode, 0, values)
        return done.stderr

    def test_helm_finds_no_fault(self):
        done = subprocess.run([BIN / "helm", "lint", "--strict", CHART, "--kube-version", "1.37.0", "--values", K8S / "base/values.yaml"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_whatever_is_on_kubernetes_takes_it(self):
        for values in (LEAST, EVERYTHING):
            rendered = self.render(values)
            for one in rendered:
                if one["kind"] not in NOT_OF_KUBERNETES:
                    for version in VERSIONS:
                        kubernetes_validate.validate(one, version, strict=True)
            names = [(one["kind"], one["metadata"]["name"]) for one in rendered]
            self.assertEqual(len(names), len(set(names)))

    def test_the_base_and_the_components_are_what_the_chart_gives(self):
        subprocess.run([K8S / "render", self.folder], check=True, env={**os.environ, "HELM": str(BIN / "helm")})
        for path in sorted(self.folder.rglob("*.yaml")):
            self.assertTrue(filecmp.cmp(path, K8S / path.relative_to(self.folder), shallow=False),
                            f"{path.relative_to(self.folder)}: run k8s/render")

    def test_a_value_that_is_misspelt_is_refused_with_its_name(self):
        for wrong, said in (({"kafak": {}}, "kafak"), ({"services": {"plans": {"replica": 2}}}, "replica"),
                            ({"gateway": {"signIn": {"isuer": "x"}}}, "isuer")):
            self.assertIn(said, self.refused({**LEAST, **wrong}))

    def test_values_that_contradict_each_other_are_refused_with_a_sentence(self):
        for wrong, said in ((({"kafka": {}}), "kafka.brokers is required"), ({"redis": {}}, "redis.addresses is required"),
                            ({"gateway": {}}, "nobody could call"),
                            ({"kafka": {"brokers": "k:1", "users": {"plans": "p"}}}, "kafka.ca.secret is required"),
                            ({"kafka": {"brokers": "k:1", "settings": ["a=b"]}, "configSecrets": {"plans": "x"}}, "do not go with it"),
                            ({"kafka": {"brokers": "k:1", "users": {"plans": "p"}, "ca": {"secret": "c"}, "passwords": {
                                "plans": {"user": "p", "secret": "p"}}}}, "exclude each other"),
                            ({"probe": {"enabled": True}}, "probe.tokenSecret and tls.enabled are required"),
                            ({"ingress": {"enabled": True}}, "ingress.host is required"),
                            ({"partitions": 6, "service": {"keda": {"enabled": True}}}, "more than there are partitions"),
                            ({"mail": {"smtp": "smtp://m:25"}}, "mail.from is required")):
            self.assertIn(said, self.refused({**LEAST, **wrong}))

    def test_what_scales_sets_the_number_of_pods_alone(self):
        for one in self.render(EVERYTHING):
            if one["kind"] in ("StatefulSet", "Deployment") and one["metadata"]["name"] != "throughline-probe":
                self.assertNotIn("replicas", one["spec"])
        for one in self.render():
            if one["kind"] in ("StatefulSet", "Deployment"):
                self.assertEqual(one["spec"]["replicas"], 2)

    def test_another_version_leaves_alone_what_cannot_change(self):
        newer = self.folder / "chart"
        shutil.copytree(CHART, newer)
        text = (newer / "Chart.yaml").read_text()
        (newer / "Chart.yaml").write_text(re.sub(r'(?m)^(version|appVersion): .*', r'\1: "9.9.9"', text))

        def fixed(chart):
            return {(one["kind"], one["metadata"]["name"]): {key: one["spec"].get(key) for key in
                    ("selector", "serviceName", "podManagementPolicy", "clusterIP")}
                    for one in self.render(chart=chart) if one["kind"] in ("StatefulSet", "Deployment", "Service")}
        self.assertEqual(fixed(newer), fixed(CHART))

    def test_pods_roll_when_their_configuration_changes_and_not_for_the_log_level(self):
        def checksums(**more):
            return {one["metadata"]["name"]: one["spec"]["template"]["metadata"]["annotations"]["checksum/config"]
                    for one in self.render({**LEAST, **more}) if one["kind"] in ("StatefulSet", "Deployment")}
        before = checksums()
        self.assertEqual(checksums(logLevel="debug"), before)
        changed = checksums(services={"cycles": {"options": {"longest-downtime": 30}}})
        self.assertEqual({name for name in before if changed[name] != before[name]}, {"throughline-cycles"})

    def test_a_configuration_in_a_secret_takes_the_place_of_the_config_map(self):
        rendered = self.render({**LEAST, "configSecrets": {"notifications": "mail-and-kafka"}})
        self.assertNotIn("throughline-notifications", [one["metadata"]["name"] for one in rendered if one["kind"] == "ConfigMap"])
        (one,) = [one for one in rendered if one["kind"] == "StatefulSet" and one["metadata"]["name"].endswith("notifications")]
        config = next(v for v in one["spec"]["template"]["spec"]["volumes"] if v["name"] == "config")
        self.assertEqual(config["secret"]["secretName"], "mail-and-kafka")

    def test_a_password_is_a_file_and_never_a_value(self):
        rendered = self.render({**LEAST, "kafka": {"brokers": "k:1", "passwords": {
            "notifications": {"user": "throughline-notifications", "secret": "kafka-password"}}}, "mail": {
                "smtp": "smtp://m:587", "from": "a@example.org", "user": "u", "password": {"secret": "smtp"}}})
        (config,) = [one["data"]["throughline.conf"] for one in rendered if one["kind"] == "ConfigMap"
                     and one["metadata"]["name"] == "throughline-notifications"]
        self.assertIn('kafka-setting="sasl.password.file=/etc/throughline/kafka-password/password"', config)
        (one,) = [one for one in rendered if one["kind"] == "StatefulSet" and one["metadata"]["name"].endswith("notifications")]
        self.assertIn("--smtp-password-file=/etc/throughline/keys/smtp-password",
                      one["spec"]["template"]["spec"]["containers"][0]["args"])
        mounted = {volume["name"]: volume for volume in one["spec"]["template"]["spec"]["volumes"]}
        self.assertEqual(mounted["kafka-password"]["secret"]["secretName"], "kafka-password")
        self.assertIn("smtp", [source["secret"]["name"] for source in mounted["keys"]["projected"]["sources"]])

    def test_the_probe_reaches_the_services_and_nothing_else_and_is_off_by_default(self):
        self.assertFalse([one for one in self.render() if "probe" in one["metadata"]["name"]])
        probe = {"app.kubernetes.io/component": "probe"}
        policies = {one["metadata"]["name"]: one["spec"] for one in self.render(EVERYTHING) if one["kind"] == "NetworkPolicy"}
        (rule,) = policies["throughline-probe"]["egress"]
        self.assertEqual(rule["ports"], [{"protocol": "TCP", "port": "grpc"}])
        reached = {peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"] for peer in rule["to"]}
        self.assertEqual(reached, set(SERVICES))
        for service in SERVICES:
            peers = [peer["podSelector"]["matchLabels"] for one in policies[f"throughline-{service}"]["ingress"] for peer in one["from"]]
            self.assertTrue(any(probe.items() <= labels.items() for labels in peers), service)
        self.assertNotIn("ingress", policies["throughline-probe"])

    def test_files_that_options_name_are_mounted(self):
        (one,) = [one for one in self.render(EVERYTHING) if one["kind"] == "StatefulSet" and one["metadata"]["name"].endswith("notifications")]
        pod = one["spec"]["template"]["spec"]
        (mount,) = [mount for mount in pod["containers"][0]["volumeMounts"] if mount["mountPath"] == "/etc/throughline/more/mail"]
        (volume,) = [volume for volume in pod["volumes"] if volume["name"] == mount["name"]]
        self.assertEqual(volume["secret"]["secretName"], "authority")

    def test_two_releases_in_one_namespace_have_nothing_in_common(self):
        def names(release):
            done = subprocess.run([BIN / "helm", "template", release, CHART, "--kube-version", "1.37.0", "--set",
                                   "kafka.brokers=k:1,redis.addresses={r:1},gateway.clientsSecret=c"],
                                  capture_output=True, text=True, check=True)
            return {(one["kind"], one["metadata"]["name"]) for one in yaml.safe_load_all(done.stdout) if one}
        self.assertFalse(names("one") & names("two"))

    def test_overlays_are_built_and_have_no_fault_that_kube_score_finds(self):
        # A limit of the processor delays alerts. Images are named by version or digest. Pods are spread by
        # topologySpreadConstraints. One pod is what the small one is for.
        ignored = ["container-image-pull-policy", "deployment-has-host-podantiaffinity", "statefulset-has-host-podantiaffinity",
                   "container-resources"]
        for overlay in ("small", "large"):
            built = subprocess.run([BIN / "kustomize", "build", K8S / "overlays" / overlay], capture_output=True, text=True)
            self.assertEqual(built.returncode, 0, built.stderr)
            more = ["deployment-replicas"] if overlay == "small" else []
            scored = subprocess.run([BIN / "kube-score", "score", "-", "--output-format", "ci",
                                     *(word for name in ignored + more for word in ("--ignore-test", name))],
                                    input=built.stdout, capture_output=True, text=True)
            faults = [line for line in scored.stdout.splitlines() if not line.startswith(("[OK]", "[SKIPPED]"))]
            self.assertEqual(faults, [], overlay)
            for one in yaml.safe_load_all(built.stdout):
                if one["kind"] not in NOT_OF_KUBERNETES:
                    kubernetes_validate.validate(one, VERSIONS[-1], strict=True)
                if overlay == "large" and one["kind"] in ("StatefulSet", "Deployment"):
                    self.assertNotIn("replicas", one["spec"])
                self.assertIn(one["metadata"].get("namespace", "throughline"), ("throughline",))

    def test_examples_are_built(self):
        for path in sorted(K8S.glob("examples/*/kustomization.yaml")):
            built = subprocess.run([BIN / "kustomize", "build", path.parent], capture_output=True, text=True)
            self.assertEqual(built.returncode, 0, f"{path}: {built.stderr}")


if __name__ == "__main__":
    unittest.main()
