"""The network policies: nothing but the edges that the programs have."""
import re
import unittest

import yaml

import manifests
from manifests import K8S, PROGRAMS, ROOT, SERVICES

PRIVATE = ROOT / "services/platform/http_client/address_rules.cc"


def policies():
    return {one["metadata"]["name"].removeprefix("throughline-"): one["spec"] for one in manifests.of_kind("NetworkPolicy")}


def edges(spec, way):
    """(port, whom) of every rule; whom is a program, another pod or network, or anybody."""
    found = set()
    for rule in spec.get("egress" if way == "to" else "ingress", []):
        for port in rule["ports"]:
            for peer in rule.get(way) or [None]:
                labels = (peer or {}).get("podSelector", {}).get("matchLabels", {})
                whom = labels.get("app.kubernetes.io/component") or labels.get("strimzi.io/cluster") or \
                    labels.get("app.kubernetes.io/name") or ("anybody" if peer is None else next(iter(peer)))
                found.add((port["port"], whom))
    return found


class Network(unittest.TestCase):
    def test_everything_is_denied_first(self):
        deny = policies()["deny-all"]
        self.assertEqual(set(deny), {"podSelector", "policyTypes"})
        self.assertEqual(deny["policyTypes"], ["Ingress", "Egress"])
        for program, workload in manifests.workloads().items():
            labels = workload["spec"]["template"]["metadata"]["labels"]
            for name in ("deny-all", "all", program):
                self.assertLessEqual(policies()[name]["podSelector"]["matchLabels"].items(), labels.items())

    def test_services_reach_the_log_the_store_and_the_keys_of_the_gateway_and_no_other_service(self):
        common = {(9093, "kafka"), (6379, "redis"), (26379, "redis"), ("http", "gateway")}
        for program in SERVICES:
            more = {(443, "ipBlock")} if program == "notifications" else set()
            self.assertEqual(edges(policies()[program], "to"), common | more, program)

    def test_only_the_gateway_calls_services(self):
        for program in SERVICES:
            self.assertEqual(edges(policies()[program], "from"), {("grpc", "gateway")}, program)

    def test_the_gateway_reaches_the_services_and_the_audit_trail_and_no_store(self):
        self.assertEqual(edges(policies()["gateway"], "to"), {(9093, "kafka"), *(("grpc", one) for one in SERVICES)})
        self.assertEqual(edges(policies()["gateway"], "from"), {("http", "anybody")})

    def test_every_pod_resolves_names_and_shows_its_metrics_to_prometheus(self):
        self.assertEqual(edges(policies()["all"], "to"), {(53, "namespaceSelector")})
        self.assertEqual(edges(policies()["all"], "from"), {("metrics", "namespaceSelector")})
        self.assertEqual(set(policies()), {"deny-all", "all", *PROGRAMS})

    def test_webhooks_reach_what_the_program_takes_for_public_and_nothing_else(self):
        (rule,) = [one for one in policies()["notifications"]["egress"] if any("ipBlock" in to for to in one.get("to", []))]
        blocks = {to["ipBlock"]["cidr"]: to["ipBlock"]["except"] for to in rule["to"]}
        self.assertEqual(set(blocks), {"0.0.0.0/0", re.search(r'kGlobalUnicast = "([^"]+)"', PRIVATE.read_text())[1]})
        listed = re.search(r"kNotPublic\[\] = \{(.*?)\}", PRIVATE.read_text(), re.S)[1]
        self.assertEqual(sorted(sum(blocks.values(), [])), sorted(re.findall(r'"([^"]+)"', listed)))

    def test_addresses_that_programs_are_given_are_of_services_that_there_are(self):
        ports = {one["metadata"]["name"]: {port["port"] for port in one["spec"]["ports"]} for one in manifests.of_kind("Service")}
        for program, workload in manifests.workloads().items():
            given = " ".join(manifests.container(workload)["args"])
            for name, port in re.findall(r"(throughline-[a-z-]+):(\d+)", given):
                self.assertIn(int(port), ports[name], f"{program}: {name}:{port}")


class Kafka(unittest.TestCase):
    """The example's users may do what policies let their programs reach, on topics that there are."""

    def setUp(self):
        self.topics = {one["metadata"]["name"]: one["spec"] for one in
                       yaml.safe_load_all((K8S / "examples/kafka/topics.yaml").read_text())}
        self.users = {one["metadata"]["name"]: one["spec"] for one in
                      yaml.safe_load_all((K8S / "examples/kafka/users.yaml").read_text())}

    def test_every_program_has_a_user_of_its_own(self):
        self.assertEqual(set(self.users), {f"throughline-{program}" for program in PROGRAMS})
        given = manifests.values(K8S / "base/values.yaml")[0]["kafka"]["users"]
        self.assertEqual(set(given.values()), set(self.users))

    def test_rights_are_on_topics_that_there_are_and_on_nothing_by_a_pattern(self):
        for name, user in self.users.items():
            for acl in user["authorization"]["acls"]:
                resource = acl["resource"]
                self.assertNotIn("patternType", resource)
                self.assertNotIn("All", acl["operations"])
                if resource["type"] == "topic":
                    self.assertIn(resource["name"], self.topics, name)

    def test_nobody_writes_the_events_of_another_service(self):
        for name, user in self.users.items():
            writes = {acl["resource"]["name"] for acl in user["authorization"]["acls"] if "Write" in acl["operations"]}
            program = name.removeprefix("throughline-")
            self.assertEqual({topic for topic in writes if topic.startswith(("events.", "inbox."))},
                             {f"events.{program}", f"inbox.{program}"} if program != "gateway" else set())

    def test_topics_are_as_the_programs_make_them(self):
        for name, topic in self.topics.items():
            config, partitions = topic["config"], topic["partitions"]
            self.assertEqual(partitions, 24 if name.startswith(("events.", "inbox.")) else 1, name)
            self.assertEqual(config["retention.ms"], 14 * 86400000 if name.startswith("inbox.") else -1, name)
            self.assertEqual(config["cleanup.policy"], "compact" if name.endswith("identities") else "delete", name)
            self.assertEqual(topic["replicas"], 3)


if __name__ == "__main__":
    unittest.main()
