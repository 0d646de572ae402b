"""The chart under test: its values in several sizes, the secrets that it needs, and what helm makes of it."""
import base64
import json
import subprocess
import tempfile

import yaml

from cluster import DATA, ROOT
from control_plane import TOOLS

CRDS = TOOLS.parent / "crds"  # of operators whose resources the chart and the examples use
CHART = ROOT / "k8s" / "chart"
KUBERNETES = (TOOLS / "kubectl.version").read_text().strip() if (TOOLS / "kubectl.version").exists() else ""
VERSION = yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"]
NAMESPACE = "throughline"
RELEASE = "throughline"
SERVICES = ("plans", "evidence", "cycles", "notifications")
PROGRAMS = (*SERVICES, "gateway")
CLIENT = "sis"
ROLE = "district_administrator"
DISTRICT = "chaos"  # that tests/system/load.py founds

# What every installation has to say, and the cluster of these tests has.
NEEDED = {
    "kafka": {"brokers": f"kafka.{DATA}.svc:9092"},
    "redis": {"addresses": [f"redis.{DATA}.svc:6379"]},
    "gateway": {"clientsSecret": "throughline-clients"},
}
SMALL = {"services": {service: {"replicas": 1} for service in SERVICES}, "gateway": {"replicas": 1}}
LARGE = {
    "service": {"priorityClassName": "system-cluster-critical"},
    "services": {service: {"replicas": 4} for service in SERVICES},
    "gateway": {"autoscaling": {"enabled": True, "min": 3, "max": 12}},
}
EVERYTHING = {
    "image": {"registry": "registry.example.org/district", "pullSecrets": ["registry"],
              "digests": {"plans": "sha256:" + "0" * 64}},
    "kafka": {"ca": {"secret": "kafka-ca"}, "users": {program: f"kafka-{program}" for program in PROGRAMS}},
    "redis": {"sentinelMaster": "main", "user": "throughline", "password": {"secret": "redis"}},
    "auth": {"issuers": [{"jwks": "https://issuer.example/jwks", "issuer": "https://issuer.example"}]},
    "tls": {"certManager": {"enabled": True}},
    "traces": {"address": "grpc://collector.monitoring.svc:4317", "ratio": 0.5},
    "service": {"keda": {"enabled": True}, "podLabels": {"team": "data"}, "podAnnotations": {"note": "one"}},
    "mail": {"smtp": "smtp://mail.example:25", "user": "district", "from": "no-reply@district.example",
             "unsubscribeUrl": "https://data.district.example/unsubscribe"},
    "webhooks": {"allow": ["10.1.0.0/16"]},
    "gateway": {
        "publicUrl": "https://data.district.example", "trustedProxies": ["10.2.0.0/16"], "sourcesSecret": "sources",
        "signIn": {"issuer": "https://login.district.example", "client": "throughline", "secret": "sign-in"},
        "edfi": {"kafka": "kafka.edfi.svc:9092", "topic": "documents", "district": DISTRICT},
        "autoscaling": {"enabled": True}, "tlsSecret": "gateway-https"},
    "ingress": {"enabled": True, "className": "nginx", "host": "data.district.example", "tlsSecret": "data-https"},
    "networkPolicy": {
        "kafka": {"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": DATA}}}]},
        "clients": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}],
        "operators": [{"podSelector": {"matchLabels": {"app": "tools"}}}]},
    "monitoring": {"serviceMonitor": {"enabled": True}, "rules": {"enabled": True}, "dashboards": {"enabled": True}},
}
SIZES = {"default": {}, "small": SMALL, "large": LARGE, "everything on": EVERYTHING}


def merged(*layers):
    """Of nested values, the later ones count."""
    result = {}
    for layer in layers:
        for key, value in layer.items():
            both = isinstance(value, dict) and isinstance(result.get(key), dict)
            result[key] = merged(result[key], value) if both else value
    return result


def namespace():
    """One in which no pod runs that is not of the strictest standard there is."""
    labels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn", "audit")}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}


class Chart:
    """In a cluster. Each call gives all values anew."""

    def __init__(self, cluster, folder=CHART):
        self._cluster = cluster
        self.folder = folder

    def render(self, values):
        # A helm that was compiled from its module does not know for which version it renders.
        return self._helm("template", values, "--kube-version", KUBERNETES)

    def objects(self, values):
        return [one for one in yaml.safe_load_all(self.render(values)) if one]

    def install(self, values):
        """Or upgrade, with what a district's delivery does: on the server, and no hooks to wait for."""
        return self._helm("upgrade", values, "--install")

    def _helm(self, verb, values, *more):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(merged(NEEDED, values), file)
            file.flush()
            return self._cluster.plane.helm(verb, RELEASE, self.folder, "--namespace", NAMESPACE, "--values", file.name,
                                            *more)


class Secrets:
    """Those of `k8s/make-secrets`, as a district makes them before the first start."""

    def __init__(self):
        made = subprocess.run([ROOT / "k8s" / "make-secrets", "--release", RELEASE, "--client", f"{CLIENT}={DISTRICT}"],
                              check=True, capture_output=True, text=True)
        self.objects = json.loads(made.stdout)["items"]
        self.client_secret = made.stderr.strip().rpartition(" ")[2]
        for one in self.objects:
            one["metadata"]["namespace"] = NAMESPACE
        # The load founds its district, which takes more than pushing results to it.
        of_client = json.loads(self.file("throughline-clients", "clients.json"))
        of_client[0]["role"] = ROLE
        self._find("throughline-clients")["data"]["clients.json"] = base64.b64encode(
            json.dumps(of_client).encode()).decode()

    def file(self, name, key):
        return base64.b64decode(self._find(name)["data"][key])

    def _find(self, name):
        return next(one for one in self.objects if one["metadata"]["name"] == name)
