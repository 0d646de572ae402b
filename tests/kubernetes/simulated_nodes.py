"""Nodes that are simulated by kwok: their pods are ready at once and run nothing. For what the control
plane itself decides: roll-outs, evictions, scaling."""
from control_plane import TOOLS
from parts import free_port, wait_until

STAGES = TOOLS.parent / "kwok"


class SimulatedNodes:
    def __init__(self, plane, names):
        self._plane = plane
        self.names = names

    def start(self):
        stages = [word for stage in sorted(STAGES.glob("*.yaml")) for word in ("--config", stage)]
        self._plane.run("kwok", TOOLS / "kwok", "--kubeconfig", self._plane.kubeconfig, "--manage-all-nodes",
                        "--server-address", f"127.0.0.1:{free_port()}", "--node-lease-duration-seconds", "40", *stages)
        for name in self.names:
            self._plane.api.create("/api/v1/nodes", {"kind": "Node", "metadata": {"name": name, "labels": {
                "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
                "topology.kubernetes.io/zone": f"zone-{name[-1]}"}},
                "status": {"allocatable": {"cpu": "32", "memory": "128Gi", "pods": "110", "ephemeral-storage": "100Gi"},
                           "capacity": {"cpu": "32", "memory": "128Gi", "pods": "110", "ephemeral-storage": "100Gi"}}})
        wait_until(self._are_ready, f"simulated nodes, see {self._plane.folder}/kwok.log")

    def _are_ready(self):
        nodes = self._plane.api.list("/api/v1/nodes")
        return len(nodes) >= len(self.names) and all(
            any(one["type"] == "Ready" and one["status"] == "True" for one in node["status"].get("conditions", []))
            for node in nodes)
