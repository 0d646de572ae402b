"""The manifests of k8s/: what Kubernetes says of them, and what we promise of them."""
import os
import pathlib
import re
import subprocess
import unittest

import jsonschema
import kubernetes_validate

import manifests
from manifests import CHART, K8S, PROGRAMS, ROOT, SERVICES

VERSIONS = ("1.35", "1.36", "1.37")
# Of others; their control planes check them.
NOT_OF_KUBERNETES = {"ScaledObject", "ServiceMonitor", "PrometheusRule", "Certificate", "Issuer", "ClusterIssuer", "Kafka",
                     "KafkaNodePool", "KafkaTopic", "KafkaUser"}


class Schemas(unittest.TestCase):
    def test_kubernetes_takes_every_object_and_knows_every_field(self):
        for path in [*manifests.RENDERED, K8S / "base/namespace.yaml", *manifests.EXAMPLES]:
            for one in manifests.objects(path):
                if one["kind"] in NOT_OF_KUBERNETES:
                    continue
                for version in VERSIONS:
                    with self.subTest(path=path.name, name=one["metadata"]["name"], version=version):
                        kubernetes_validate.validate(one, version, strict=True)

    def test_a_field_that_is_misspelt_is_refused(self):
        wrong = {**manifests.of_kind("Service")[0], "specs": {}}
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)

    def test_values_meet_their_schema(self):
        check = jsonschema.Draft202012Validator(manifests.schema())
        check.check_schema(check.schema)
        for values in manifests.values(CHART / "values.yaml", K8S / "base/values.yaml", K8S / "base/values-of-components.yaml"):
            self.assertEqual([error.message for error in check.iter_errors(values)], [])

    def test_a_value_that_is_misspelt_is_refused_wherever_it_is(self):
        check = jsonschema.Draft202012Validator(manifests.schema())
        for wrong in ({"kafak": {}}, {"kafka": {"broker": "k:1"}}, {"services": {"plans": {"replica": 1}}},
                      {"services": {"plan": {}}}, {"gateway": {"signIn": {"isuer": ""}}},
                      {"networkPolicy": {"kafka": {"port": [1]}}}, {"image": {"digests": {"plans": "latest"}}},
                      {"service": {"tolerations": [{"keys": "x"}]}}, {"logLevel": "warn"}):
            self.assertTrue(list(check.iter_errors(wrong)), wrong)

    def test_a_password_is_refused_where_it_would_be_in_a_config_map(self):
        check = jsonschema.Draft202012Validator(manifests.schema())
        for wrong in ({"kafka": {"settings": ["sasl.password=secret"]}}, {"gateway": {"options": {"sign-in-secret": "x"}}},
                      {"services": {"notifications": {"options": {"smtp-password": "x"}}}}):
            self.assertTrue(list(check.iter_errors(wrong)), wrong)

    def test_the_schema_leaves_nothing_open(self):
        def walk(node, path):
            if isinstance(node, dict):
                if node.get("type") == "object" and "$comment" not in node and not path.endswith("Selector") \
                        and "Affinity" not in path:
                    self.assertIs(node.get("additionalProperties"), False, path)
                for key, value in node.items():
                    walk(value, f"{path}/{key}")
            elif isinstance(node, list):
                for i, value in enumerate(node):
                    walk(value, f"{path}/{i}")
        walk(manifests.schema(), "")

    def test_schema_and_values_have_the_same_keys(self):
        schema = manifests.schema()

        def check(node, values, path):
            while "$ref" in node:
                node = schema["$defs"][node["$ref"].rpartition("/")[2]]
            if not isinstance(values, dict) or "properties" not in node:
                return
            optional = {"global", "digests", "users", "passwords", "mounts", "secrets", "configSecrets", "affinity", "limits", "requests"}
            if path.rpartition("/")[2] in optional - {"global"}:
                return
            self.assertEqual(set(node["properties"]) - optional, set(values) - optional, path)
            for key, value in values.items():
                check(node["properties"][key], value, f"{path}/{key}")
        check(schema, manifests.values(CHART / "values.yaml")[0], "")

    def test_every_value_is_explained(self):
        """By a comment above it, above those with which it stands together, or above what it is part of."""
        explained = set()  # indents
        for line in (CHART / "values.yaml").read_text().splitlines():
            indent = len(line) - len(line.lstrip())
            if not line.strip():
                explained = set()
            elif line.strip().startswith("#"):
                explained = {one for one in explained if one < indent} | {indent}
            else:
                self.assertTrue(explained & {indent, indent - 2, indent - 4}, line)


class Pods(unittest.TestCase):
    def test_there_is_one_workload_for_each_program(self):
        self.assertEqual(set(manifests.workloads()), set(PROGRAMS))
        for program in SERVICES:
            workload = manifests.workloads()[program]
            self.assertEqual(workload["kind"], "StatefulSet")
            self.assertNotIn("volumeClaimTemplates", workload["spec"])
            self.assertEqual(workload["spec"]["podManagementPolicy"], "Parallel")
            self.assertIn("--replica=$(POD_NAME)", manifests.container(workload)["args"])

    def test_pods_are_restricted(self):
        for program, workload in manifests.workloads().items():
            with self.subTest(program):
                pod, container = workload["spec"]["template"]["spec"], manifests.container(workload)
                self.assertIs(pod["automountServiceAccountToken"], False)
                self.assertEqual(pod["serviceAccountName"], f"throughline-{program}")
                self.assertEqual((pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"]), (True, 10001))
                self.assertEqual(pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
                context = container["securityContext"]
                self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
                self.assertIs(context["allowPrivilegeEscalation"], False)
                self.assertIs(context["readOnlyRootFilesystem"], True)
                for key in ("hostNetwork", "hostPID", "hostIPC"):
                    self.assertNotIn(key, pod)
                kinds = {kind for volume in pod["volumes"] for kind in volume if kind != "name"}
                self.assertLessEqual(kinds, {"configMap", "secret", "projected", "emptyDir"})

    def test_no_secret_is_an_argument_or_a_variable(self):
        for program, workload in manifests.workloads().items():
            container = manifests.container(workload)
            self.assertNotIn("envFrom", container)
            for variable in container.get("env", []):
                self.assertEqual(set(variable.get("valueFrom", {})), {"fieldRef"}, program)
            self.assertNotRegex(" ".join(container["args"]), r"--\S*(password|secret)=")

    def test_secrets_are_read_by_the_group_alone(self):
        for program, workload in manifests.workloads().items():
            for volume in workload["spec"]["template"]["spec"]["volumes"]:
                for kind in ("secret", "projected"):
                    if kind in volume:
                        self.assertEqual(volume[kind]["defaultMode"], 0o440, f"{program}: {volume['name']}")

    def test_a_key_of_the_installation_is_mounted_in_the_one_program_that_needs_it(self):
        mounted = {}
        for program, workload in manifests.workloads().items():
            for volume in workload["spec"]["template"]["spec"]["volumes"]:
                for source in volume.get("projected", {}).get("sources", []):
                    mounted.setdefault(source["secret"]["name"], []).append(program)
        self.assertEqual(mounted, {"throughline-pseudonyms": ["evidence"], "throughline-audit": ["evidence"],
                                   "throughline-deliveries": ["notifications"], "throughline-tokens": ["gateway"]})

    def test_probes_ask_the_address_of_the_metrics(self):
        for program, workload in manifests.workloads().items():
            container = manifests.container(workload)
            paths = {kind: container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")}
            self.assertEqual(paths, {"startup": {"path": "/livez", "port": "metrics"},
                                     "liveness": {"path": "/livez", "port": "metrics"},
                                     "readiness": {"path": "/readyz", "port": "metrics"}}, program)
            self.assertIn({"name": "metrics", "containerPort": 9090}, container["ports"])

    def test_a_pod_has_time_to_drain_and_to_stop(self):
        for workload in manifests.workloads().values():
            drain = next(int(a.partition("=")[2]) for a in manifests.container(workload)["args"] if a.startswith("--drain="))
            self.assertGreaterEqual(workload["spec"]["template"]["spec"]["terminationGracePeriodSeconds"], drain + 10)

    def test_programs_take_the_options_that_they_are_given(self):
        folder = pathlib.Path(os.environ["THROUGHLINE_BINARIES"])
        configs = {one["metadata"]["name"]: one["data"]["throughline.conf"] for one in manifests.of_kind("ConfigMap")}
        for program, workload in manifests.workloads().items():
            shown = subprocess.run([folder / f"throughline-{program}", "--help"], capture_output=True, text=True, check=True)
            taken = set(re.findall(r"--([a-z-]+)", shown.stdout))
            given = {re.match(r"--([a-z-]+)", a)[1] for a in manifests.container(workload)["args"]}
            given |= {line.partition("=")[0] for line in configs[f"throughline-{program}"].splitlines() if line.strip()}
            self.assertEqual(given - taken, set(), program)


class Cluster(unittest.TestCase):
    def test_selectors_have_nothing_that_changes(self):
        never = {"app.kubernetes.io/version", "helm.sh/chart", "app.kubernetes.io/managed-by"}
        for program, workload in manifests.workloads().items():
            labels = workload["spec"]["selector"]["matchLabels"]
            self.assertEqual(set(labels) & never, set())
            self.assertEqual(labels["app.kubernetes.io/component"], program)
            self.assertLessEqual(set(labels), set(workload["spec"]["template"]["metadata"]["labels"]))
            self.assertEqual(set(workload["spec"]["template"]["metadata"]["labels"]) & never, set())

    def test_there_is_nothing_that_runs_once(self):
        for path in [*manifests.RENDERED, *CHART.glob("templates/*")]:
            self.assertNotRegex(path.read_text(), r"kind: (Job|CronJob|CustomResourceDefinition)|helm.sh/hook", path)

    def test_every_program_can_be_drained_one_pod_at_a_time(self):
        budgets = {one["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"]: one["spec"]
                   for one in manifests.of_kind("PodDisruptionBudget")}
        self.assertEqual(set(budgets), set(PROGRAMS))
        for budget in budgets.values():
            self.assertEqual(budget["maxUnavailable"], 1)

    def test_what_scales_sets_the_number_of_pods_alone(self):
        scaled = manifests.objects(K8S / "components/autoscaling/autoscaling.yaml")
        targets = [one["spec"]["scaleTargetRef"]["name"] for one in scaled]
        self.assertEqual(sorted(targets), sorted(f"throughline-{program}" for program in PROGRAMS))
        self.assertEqual({one["kind"] for one in scaled}, {"HorizontalPodAutoscaler", "ScaledObject"})

    def test_the_chart_is_of_the_version_of_the_programs(self):
        version = re.search(r"project\(throughline VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
        chart = manifests.values(CHART / "Chart.yaml")[0]
        self.assertEqual((chart["version"], chart["appVersion"]), (version, version))

    def test_shell_scripts_have_no_faults_that_shellcheck_finds(self):
        try:
            subprocess.run(["shellcheck", "--severity=warning", K8S / "render", *K8S.glob("examples/redis/start-*"),
                            *(ROOT / "deploy" / name for name in ("image", "debian", "test-kubernetes"))], check=True)
        except FileNotFoundError:
            self.skipTest("shellcheck is not installed")


if __name__ == "__main__":
    unittest.main()
