"""The manifests of k8s/, read once."""
import functools
import json
import pathlib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
K8S = ROOT / "k8s"
CHART = K8S / "chart"
RULES = CHART / "rules" / "throughline.yaml"
RENDERED = [K8S / "base" / "throughline.yaml", *sorted(K8S.glob("components/*/[!k]*.yaml"))]
EXAMPLES = sorted(path for path in K8S.glob("examples/*/*.yaml") if path.name not in ("kustomization.yaml", "values.yaml"))
PROGRAMS = ("plans", "evidence", "cycles", "notifications", "gateway")
SERVICES = PROGRAMS[:-1]


def objects(path):
    return [one for one in yaml.safe_load_all(path.read_text()) if one]


@functools.cache
def base():
    return objects(K8S / "base" / "throughline.yaml") + objects(K8S / "base" / "namespace.yaml")


def of_kind(*kinds):
    return [one for one in base() if one["kind"] in kinds]


def workloads():
    """By program its StatefulSet or Deployment."""
    return {one["metadata"]["labels"]["app.kubernetes.io/component"]: one for one in of_kind("StatefulSet", "Deployment")}


def container(workload):
    (one,) = workload["spec"]["template"]["spec"]["containers"]
    return one


def schema():
    return json.loads((CHART / "values.schema.json").read_text())


def values(*paths):
    return [yaml.safe_load(path.read_text()) for path in paths]
