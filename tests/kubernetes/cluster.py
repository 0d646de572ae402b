"""A cluster for tests: a control plane, nodes whose pods are real processes, a name server, Kafka and Redis."""
import json
import pathlib
import shutil
import sys
import tempfile
import unittest

from control_plane import ROOT, ControlPlane
from parts import wait_until

HERE = pathlib.Path(__file__).resolve().parent
NODES = ("node-a", "node-b", "node-c")
NAME_SERVER = "10.96.0.10"
DATA = "data"  # the namespace of Kafka and Redis
OUTSIDE_PORT = 9093  # at which the test itself speaks to Kafka
HOST_IMAGE = "test/machine"  # all that this machine has; for what is around the programs under test
START_KAFKA = f"""cat >/data/more.properties <<END
listeners=BROKER://0.0.0.0:9092,NODE://0.0.0.0:{OUTSIDE_PORT},CONTROLLER://127.0.0.1:9094
advertised.listeners=BROKER://kafka.{DATA}.svc:9092,NODE://$POD_IP:{OUTSIDE_PORT}
controller.quorum.voters=1@127.0.0.1:9094
listener.security.protocol.map=BROKER:PLAINTEXT,NODE:PLAINTEXT,CONTROLLER:PLAINTEXT
END
{ROOT}/deploy/kafka/kafka start /data
exec sleep infinity
"""


def environment_of_host():
    return [{"name": "HOME", "value": str(pathlib.Path.home())},
            {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}]


def host_pod(name, namespace, words, labels=None, volumes=None, probe=None):
    """A pod with the files of this machine. `volumes`: {path in the pod: volume}."""
    volumes = {"/data": {"emptyDir": {}}} if volumes is None else volumes
    container = {"name": "main", "image": HOST_IMAGE, "command": [str(word) for word in words],
                 "env": environment_of_host(), "volumeMounts": [
                     {"name": f"v{i}", "mountPath": str(path)} for i, path in enumerate(volumes)]}
    if probe is not None:
        container["readinessProbe"] = {**probe, "periodSeconds": 1}
    return {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace, "labels": labels or {"app": name}},
            "spec": {"containers": [container], "terminationGracePeriodSeconds": 0, "enableServiceLinks": False,
                     "automountServiceAccountToken": False,
                     "volumes": [{"name": f"v{i}", **volume} for i, volume in enumerate(volumes.values())]}}


def service(name, namespace, port, labels=None, address=None, protocols=("TCP",)):
    spec = {"selector": labels or {"app": name}, "ports": [
        {"name": protocol.lower(), "port": port, "protocol": protocol} for protocol in protocols]}
    if address is not None:
        spec["clusterIP"] = address
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def is_ready(pod):
    return "deletionTimestamp" not in pod["metadata"] and any(
        one["type"] == "Ready" and one["status"] == "True" for one in pod.get("status", {}).get("conditions", []))


class Cluster:
    def __init__(self, folder, images):
        """`images`: see sandbox.Images."""
        self.folder = folder
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True)
        self.plane = ControlPlane(folder / "plane")
        self.images = {HOST_IMAGE: {"root": "/", "entrypoint": []}, **images}

    @property
    def api(self):
        return self.plane.api

    def start(self):
        self.plane.start()
        self.write_images()
        agent = self.folder / "agent"
        agent.mkdir()
        settings = self.folder / "agent.json"
        settings.write_text(json.dumps({
            "address": self.plane.address, "authority": str(self.plane.folder / "ca.crt"), "token": self.plane.token,
            "nodes": NODES, "folder": str(agent), "logs": str(self.logs), "images": str(self.folder / "images.json"),
            "name_server": NAME_SERVER}))
        self._agent = self.plane.run("node-agent", sys.executable, HERE / "node_agent.py", settings)
        names = {"k8s-app": "kube-dns"}
        self.apply(
            host_pod("name-server", "kube-system",
                     [sys.executable, HERE / "name_server.py", "/records/records.json"], names,
                     {"/records": {"hostPath": {"path": str(agent)}}}),
            service("kube-dns", "kube-system", 53, names, NAME_SERVER, ("TCP", "UDP")))
        self.wait_ready("kube-system", names)

    def start_kafka_and_redis(self, redis_options=()):
        self.apply(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": DATA}},
            host_pod("kafka", DATA, ["sh", "-c", START_KAFKA], probe={"tcpSocket": {"port": 9092}}),
            service("kafka", DATA, 9092),
            host_pod("redis", DATA, ["redis-server", "--dir", "/data", "--bind", "0.0.0.0", "--protected-mode", "no",
                                     "--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction",
                                     *redis_options], probe={"tcpSocket": {"port": 6379}}),
            service("redis", DATA, 6379))
        self.wait_ready(DATA)

    def write_images(self):
        aside = self.folder / "images.new"
        aside.write_text(json.dumps(self.images))
        aside.replace(self.folder / "images.json")

    def kafka_address(self):
        """For who is on the node."""
        pod = self.api.get(f"/api/v1/namespaces/{DATA}/pods/kafka")
        return f"{pod['status']['podIP']}:{OUTSIDE_PORT}"

    def apply(self, *objects):
        """As the chart's are: on the server, strictly."""
        listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        return self.plane.kubectl("apply", "--server-side", "--validate=strict", "-f", "-", given=json.dumps(listed))

    def pods(self, namespace, labels=None):
        query = {"labelSelector": ",".join(f"{key}={value}" for key, value in labels.items())} if labels else {}
        return self.api.list(f"/api/v1/namespaces/{namespace}/pods", **query)

    def wait_ready(self, namespace, labels=None, count=None, patience_s=120):
        """The pods, once all of them (and `count` of them) are ready."""
        def ready():
            pods = self.pods(namespace, labels)
            return pods if pods and all(map(is_ready, pods)) and count in (None, len(pods)) else None
        try:
            return wait_until(ready, f"pods of {namespace} {labels or ''} ready", patience_s)
        except Exception as late:
            raise AssertionError(f"{late}\n{self.describe(namespace)}") from None

    def describe(self, namespace):
        """What stands in the way, for whoever reads a failure."""
        lines = []
        for pod in self.pods(namespace):
            states = [(one["ready"], one["restartCount"], one["state"], one.get("lastState")) for one in
                      pod["status"].get("containerStatuses", [])]
            lines.append(f"{pod['metadata']['name']}: {pod['status'].get('phase')} {states}")
        for log in [self.plane.folder / "node-agent.log", *sorted(self.logs.glob(f"{namespace}_*"))]:
            lines.append(f"--- {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-5:]))
        return "\n".join(lines)

    def badly_ended(self, namespace):
        """What the nodes say of containers that were told to end and did not, or not with success."""
        log = (self.plane.folder / "node-agent.log").read_text()
        return [line for line in log.splitlines() if f"/namespaces/{namespace}/pods/" in line]

    def close(self):
        self.plane.close()


class Case(unittest.TestCase):
    """Tests on one cluster for the whole class. `prepare` is for what stands in it from the start."""
    IMAGES = {}

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        cls.addClassCleanup(shutil.rmtree, folder, True)
        cls.cluster = Cluster(folder / "cluster", cls.IMAGES)
        cls.addClassCleanup(cls.cluster.close)
        cls.cluster.start()
        cls.prepare()

    @classmethod
    def prepare(cls):
        pass
