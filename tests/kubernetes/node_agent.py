"""The nodes of a test's cluster: what a kubelet and kube-proxy do for them, with real processes.

    node_agent.py SETTINGS       a JSON file: address, authority, token, nodes, folder, logs, images, name_server

Registers the nodes and keeps them alive; runs the pods that are scheduled to them (pod_worker.py) and
says how they are; keeps the network (network.py). Ends its pods' processes when it ends.
"""
import json
import pathlib
import signal
import sys
import threading
import time

from api import MERGE, Api, Mirror, Refused
from network import Network, Routing, prepare_node
from pod_worker import PodWorker, now
from sandbox import Images

LEASE_S = 5
CAPACITY = {"cpu": "16", "memory": "64Gi", "pods": "110", "ephemeral-storage": "100Gi"}


class Agent:
    def __init__(self, settings):
        self.api = Api(settings["address"], settings["authority"], settings["token"])
        self.nodes = settings["nodes"]
        self.folder = pathlib.Path(settings["folder"])
        self.logs = pathlib.Path(settings["logs"])
        self.images = Images(pathlib.Path(settings["images"]))
        self.network = Network(settings["name_server"])
        self._routing = Routing(self.folder / "records.json")
        self._workers = {}  # uid: PodWorker
        self._done = set()  # uids of pods that came to their end
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._ended = threading.Event()
        mirrored = {"services": "/api/v1/services", "slices": "/apis/discovery.k8s.io/v1/endpointslices",
                    "policies": "/apis/networking.k8s.io/v1/networkpolicies", "namespaces": "/api/v1/namespaces"}
        self._mirrors = {name: Mirror(self.api, path, lambda _, gone: self._changed.set())
                         for name, path in mirrored.items()}
        self._mirrors["pods"] = Mirror(self.api, "/api/v1/pods", self._pod_changed)

    def run(self):
        prepare_node()
        for name in self.nodes:
            self._register(name)
        for mirror in self._mirrors.values():
            mirror.start()
        threading.Thread(target=self._keep_alive, daemon=True).start()
        while not self._ended.is_set():
            self._changed.wait(1)
            self._changed.clear()
            held = {name: mirror.items() for name, mirror in self._mirrors.items()}
            self._routing.update(held["services"], held["slices"], held["pods"], held["policies"], held["namespaces"])
        self._stop()

    def stop(self, *_):
        self._ended.set()
        self._changed.set()

    def forget(self, worker):
        with self._lock:
            self._done.add(worker.uid)
            self._workers.pop(worker.uid, None)

    def service_variables(self, pod):
        """Variables by which a pod may find the services of its namespace, unless it declines."""
        if not pod["spec"].get("enableServiceLinks", True):
            return {}
        found = {}
        for service in self._mirrors["services"].items():
            address = service["spec"].get("clusterIP")
            if service["metadata"]["namespace"] != pod["metadata"]["namespace"] or address in (None, "", "None"):
                continue
            name = service["metadata"]["name"].upper().replace("-", "_")
            port = service["spec"]["ports"][0]["port"]
            found |= {f"{name}_SERVICE_HOST": address, f"{name}_SERVICE_PORT": str(port),
                      f"{name}_PORT": f"tcp://{address}:{port}"}
        return found

    def _pod_changed(self, pod, gone):
        self._changed.set()
        uid = pod["metadata"]["uid"]
        with self._lock:
            worker = self._workers.get(uid)
            if worker is None and not gone and uid not in self._done and pod["spec"].get("nodeName") in self.nodes:
                worker = self._workers[uid] = PodWorker(self, pod)
                worker.start()
        if worker is None:
            return
        if gone:
            worker.end(0)
        elif "deletionTimestamp" in pod["metadata"]:
            worker.end(pod["metadata"].get("deletionGracePeriodSeconds", 0))

    def _register(self, name):
        labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
                  "topology.kubernetes.io/zone": f"zone-{name[-1]}"}
        self.api.create("/api/v1/nodes", {"kind": "Node", "metadata": {"name": name, "labels": labels}})
        condition = {"type": "Ready", "status": "True", "reason": "KubeletReady", "lastHeartbeatTime": now(),
                     "lastTransitionTime": now()}
        status = {"capacity": CAPACITY, "allocatable": CAPACITY, "conditions": [condition],
                  "addresses": [{"type": "InternalIP", "address": self.network.node_address}]}
        self.api.patch(f"/api/v1/nodes/{name}/status", {"status": status}, MERGE)

    def _keep_alive(self):
        path = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
        for name in self.nodes:
            self.api.create(path, {"metadata": {"name": name}, "spec": {
                "holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": self._renewed()}})
        while not self._ended.wait(LEASE_S):
            for name in self.nodes:
                try:
                    self.api.patch(f"{path}/{name}", {"spec": {"renewTime": self._renewed()}}, MERGE)
                except (Refused, OSError):
                    pass  # the next one is soon

    @staticmethod
    def _renewed():
        return now().replace("Z", ".000000Z")

    def _stop(self):
        for mirror in self._mirrors.values():
            mirror.stop()
        with self._lock:
            workers = list(self._workers.values())
        for worker in workers:
            worker.end(0)
        deadline = time.monotonic() + 10
        for worker in workers:
            worker.join(max(0, deadline - time.monotonic()))


def main():
    agent = Agent(json.loads(pathlib.Path(sys.argv[1]).read_text()))
    signal.signal(signal.SIGTERM, agent.stop)
    agent.run()


if __name__ == "__main__":
    main()
