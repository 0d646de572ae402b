"""Network policies, edge by edge, against what the programs really open: the node's filter holds the
policies, counts what each edge let through, and keeps what was refused."""
import isolated

isolated.enter()

import json
import subprocess
import sys
import unittest

import chart as charts
import load as loads
from chart import NAMESPACE, RELEASE
from cluster import DATA, host_pod
from installed_chart import InstalledChart
from parts import wait_until

SEED = 1
MONITORING = "monitoring"
OUTSIDE = "outside"
GRPC, HTTP, METRICS, KAFKA, REDIS, DNS = 7400, 7480, 9090, 9092, 6379, 53
# A connection that is let through is answered or refused at once; one that is not is never answered.
KNOCK = """import socket, sys
for place in sys.argv[1:]:
    host, port = place.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), 2).close()
        print(place, "open")
    except OSError:
        print(place, "shut")
"""


def nft(*words):
    said = subprocess.run(["nft", "-j", *words], check=True, capture_output=True, text=True).stdout
    return json.loads(said)["nftables"]


def used():
    """{edge: connections that it let through}"""
    return {one["counter"]["name"]: one["counter"]["packets"] for one in nft("list", "counters", "table", "ip", "policies")
            if "counter" in one}


def refused():
    """{(source, destination, port)} of connections that no edge let through."""
    found = next(one["set"] for one in nft("list", "set", "ip", "policies", "refused") if "set" in one)
    return {tuple(one["concat"]) for one in found.get("elem", [])}


def forget_refused():
    subprocess.run(["nft", "flush", "set", "ip", "policies", "refused"], check=True)


class Edges(InstalledChart):
    @classmethod
    def prepare(cls):
        super().prepare()
        cls.load = loads.Load(cls.caller, SEED, cls.folder)
        wait_until(cls.load.progress(), "calls answered", 120)
        cls.load.finish()
        for name in (MONITORING, OUTSIDE):
            cls.cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}},
                              host_pod("client", name, ["sleep", "infinity"]))
        cls.cluster.apply(host_pod("client", DATA, ["sleep", "infinity"], {"app": "client"}))
        cls.prometheus, cls.outsider, cls.neighbour = (
            cls.cluster.wait_ready(name, {"app": "client"})[0] for name in (MONITORING, OUTSIDE, DATA))

    def names(self):
        """{address: program or pod}, of all pods there are."""
        return {pod["status"]["podIP"]: pod["metadata"]["labels"].get("app.kubernetes.io/component",
                                                                      pod["metadata"]["name"])
                for pod in self.cluster.api.list("/api/v1/pods") if pod["status"].get("podIP")}

    @staticmethod
    def inside(pod, *words):
        return subprocess.run(["ip", "netns", "exec", f"p{pod['metadata']['uid'][:8]}", *words], capture_output=True,
                              text=True, check=True).stdout

    def knock(self, pod, places):
        """{place: open or shut} as the pod finds it."""
        said = self.inside(pod, sys.executable, "-c", KNOCK, *places)
        return dict(line.rsplit(" ", 1) for line in said.splitlines())

    def test_a_program_listens_at_the_ports_that_its_pod_names_and_at_no_others(self):
        for pod in self.pods():
            with self.subTest(pod["metadata"]["name"]):
                named = {port["containerPort"] for one in pod["spec"]["containers"] for port in one["ports"]}
                said = self.inside(pod, "ss", "-Htln")
                open_ports = {int(line.split()[3].rsplit(":", 1)[1]) for line in said.splitlines()
                              if not line.split()[3].startswith(("127.", "[::1]"))}
                self.assertEqual(open_ports, named)

    def test_what_a_program_is_connected_to_is_what_its_policy_names(self):
        """Both ways: no connection but these, and each of these is there."""
        names = self.names()
        expected = {service: {("kafka", KAFKA), ("redis", REDIS)} for service in charts.SERVICES}
        expected["gateway"] = {("kafka", KAFKA), *((service, GRPC) for service in charts.SERVICES)}
        found = {program: set() for program in charts.PROGRAMS}
        for pod in self.pods():
            for line in self.inside(pod, "ss", "-Htn", "state", "established").splitlines():
                own, peer = line.split()[2:4]
                if int(own.rsplit(":", 1)[1]) in (GRPC, HTTP, METRICS):
                    continue  # the other side's connection
                host, port = peer.rsplit(":", 1)
                found[pod["metadata"]["labels"]["app.kubernetes.io/component"]].add(
                    (self.who(host, names), int(port)))
        for program in charts.PROGRAMS:
            with self.subTest(program):
                # Keys of the gateway's tokens are read now and then, over a connection that may still be open.
                self.assertEqual(found[program] - {("gateway", HTTP)}, expected[program])

    def who(self, host, names):
        """Of a pod's address, or of a service's."""
        host = host.removeprefix("[::ffff:").rstrip("]")
        if host in names:
            return names[host]
        for service in self.cluster.api.list("/api/v1/services"):
            if service["spec"].get("clusterIP") == host:
                labels = service["metadata"].get("labels", {})
                return labels.get("app.kubernetes.io/component", service["metadata"]["name"])
        return host

    def test_nothing_that_the_programs_do_is_refused(self):
        names = self.names()
        of_ours = {pod["status"]["podIP"] for pod in self.pods()}
        self.assertEqual({(names.get(source, source), names.get(target, target), port)
                          for source, target, port in refused() if source in of_ours}, set())

    def test_every_edge_is_used(self):
        """By the programs at work, Prometheus and a client; an edge that nothing needs is one too many."""
        self.knock(self.prometheus, [f"{pod['status']['podIP']}:{METRICS}" for pod in self.pods()])
        self.knock(self.outsider, [self.gateway])
        unused = {edge for edge, packets in used().items() if packets == 0}
        # Nobody here is subscribed to a webhook on the public internet.
        self.assertEqual(unused, {f"{NAMESPACE}_{RELEASE}_notifications_egress_3_443"})

    def test_nobody_else_gets_in(self):
        forget_refused()
        services = {pod["status"]["podIP"]: pod for pod in self.pods()}
        inward = [f"{address}:{port['containerPort']}" for address, pod in services.items()
                  for one in pod["spec"]["containers"] for port in one["ports"] if port["name"] != "http"]
        for pod in (self.outsider, self.neighbour):
            self.assertEqual(self.let_in(pod, inward), [])
        metrics = [place for place in inward if place.endswith(str(METRICS))]
        self.assertEqual(set(self.knock(self.prometheus, metrics).values()), {"open"})
        others = [place for place in inward if not place.endswith(str(METRICS))]
        self.assertEqual(self.let_in(self.prometheus, others), [])
        forget_refused()

    def let_in(self, pod, places):
        """[program:port] of the places that are open to the pod."""
        names = self.names()
        opened = [place.rsplit(":", 1) for place, how in self.knock(pod, places).items() if how == "open"]
        return [f"{names[address]}:{port}" for address, port in opened]

    def test_nothing_else_gets_out(self):
        """What a program that was taken over would try: other programs, other namespaces, the node, the API."""
        forget_refused()
        tried = {"kafka.data.svc": KAFKA, "redis.data.svc": REDIS, f"{RELEASE}-evidence": GRPC,
                 f"{RELEASE}-plans": GRPC, f"{RELEASE}-gateway": HTTP}
        outsider = self.outsider["status"]["podIP"]
        of = {pod["metadata"]["labels"]["app.kubernetes.io/component"]: pod for pod in self.pods()}
        allowed = {"gateway": {"kafka.data.svc", f"{RELEASE}-evidence", f"{RELEASE}-plans"}}
        for program, pod in of.items():
            with self.subTest(program):
                places = {name: f"{self.address_of(name)}:{port}" for name, port in tried.items()}
                places["outside"] = f"{outsider}:{HTTP}"
                opened = self.knock(pod, places.values())
                # Services read the keys of the gateway's tokens from it.
                wanted = allowed.get(program, {"kafka.data.svc", "redis.data.svc", f"{RELEASE}-gateway"})
                self.assertEqual({name for name, place in places.items() if opened[place] == "open"}, wanted)
        forget_refused()

    def address_of(self, name):
        service, _, rest = name.partition(".")
        namespace = rest.partition(".")[0] or NAMESPACE
        return self.cluster.api.get(f"/api/v1/namespaces/{namespace}/services/{service}")["spec"]["clusterIP"]


if __name__ == "__main__":
    unittest.main()
