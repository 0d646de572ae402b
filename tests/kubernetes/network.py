"""The network of the nodes: every pod in a network namespace with an address of its own; the addresses of
services lead to pods that are ready; network policies hold; names resolve.

A pod is joined to the node by a pair of virtual interfaces and knows no other way, so that all that it
sends passes the node's filter. All nodes are one machine with one filter.
"""
import ipaddress
import json
import pathlib
import subprocess
import threading

import policies

PODS = ipaddress.ip_network("10.244.0.0/16")
NODE = "10.244.0.1"
GATEWAY = "169.254.1.1"  # of no network: an address at which each pod finds its own end of the pair
SERVICES = "10.96.0.0/16"
OWN_TABLE = 100
DOMAIN = "cluster.local"


def ip(*words):
    subprocess.run(["ip", *map(str, words)], check=True, capture_output=True, text=True)


def load_rules(rules):
    done = subprocess.run(["nft", "-f", "-"], input=rules, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"nft refused the rules: {done.stderr[:2000]}")


def prepare_node():
    """Once, in the network namespace that is the machine."""
    ip("address", "add", f"{NODE}/32", "dev", "lo")
    # What the node itself sends to a service needs a way before it can be led elsewhere.
    ip("route", "add", SERVICES, "dev", "lo", "src", NODE, "table", OWN_TABLE)
    ip("rule", "add", "iif", "lo", "to", SERVICES, "lookup", OWN_TABLE)
    pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text("1")


class Network:
    def __init__(self, name_server):
        """`name_server`: at which address pods ask for names; None while there is none."""
        self.node_address = NODE
        self.name_server = name_server
        self._lock = threading.Lock()
        self._free = PODS.hosts()
        next(self._free)  # the node's

    def add(self, name, pod):
        """A namespace for the pod; its address."""
        with self._lock:
            address = str(next(self._free))
        inner = ("netns", "exec", name, "ip")
        ip("netns", "add", name)
        ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("address", "add", f"{GATEWAY}/32", "dev", name)
        ip("link", "set", name, "up")
        ip(*inner, "link", "set", "lo", "up")
        ip(*inner, "address", "add", f"{address}/32", "dev", "eth0")
        ip(*inner, "link", "set", "eth0", "up")
        ip(*inner, "route", "add", GATEWAY, "dev", "eth0", "scope", "link")
        ip(*inner, "route", "add", "default", "via", GATEWAY, "dev", "eth0")
        ip("route", "add", f"{address}/32", "dev", name, "src", NODE)
        return address

    def remove(self, name):
        """The interfaces and the route go with it."""
        subprocess.run(["ip", "link", "delete", name], capture_output=True)
        subprocess.run(["ip", "netns", "delete", name], capture_output=True)

    def files(self, pod, folder, address):
        """What each container finds of names: (source, path, read only)."""
        namespace, name = (pod["metadata"][key] for key in ("namespace", "name"))
        host = pod["spec"].get("hostname", name)
        hosts, resolver = folder / "hosts", folder / "resolv.conf"
        lines = ["127.0.0.1 localhost", "::1 localhost", f"{address} {host}"]
        if "subdomain" in pod["spec"]:
            lines[-1] = f"{address} {host}.{pod['spec']['subdomain']}.{namespace}.svc.{DOMAIN} {host}"
        hosts.write_text("\n".join(lines) + "\n")
        resolver.write_text(f"search {namespace}.svc.{DOMAIN} svc.{DOMAIN} {DOMAIN}\n"
                            f"nameserver {self.name_server}\noptions ndots:5\n")
        return [(hosts, "/etc/hosts", False), (resolver, "/etc/resolv.conf", False)]


class Routing:
    """Keeps the node's rules as services, their endpoints, pods and policies are: `update` when any of
    them may have changed."""

    def __init__(self, records_path):
        self._records_path = records_path
        self._loaded = {}

    def update(self, services, slices, pods, rules, namespaces):
        ready = endpoints(slices)
        self._load("services", services_rules(services, ready))
        self._load("policies", policies.rules(rules, pods, namespaces))
        records = json.dumps(names(services, slices, ready), sort_keys=True)
        if self._loaded.get("records") != records:
            aside = self._records_path.with_suffix(".new")
            aside.write_text(records)
            aside.replace(self._records_path)
            self._loaded["records"] = records

    def _load(self, what, wanted):
        if self._loaded.get(what) != wanted:
            load_rules(wanted)
            self._loaded[what] = wanted


def endpoints(slices):
    """{(namespace, service): {port name: [(address, port)]}} of those that are ready; if none is, of
    those that end but still serve, as kube-proxy has it."""
    found = {}
    for one in slices:
        service = one["metadata"].get("labels", {}).get("kubernetes.io/service-name")
        key = (one["metadata"]["namespace"], service)
        for fallback in (False, True):
            for port in one.get("ports") or []:
                places = [(address, port["port"]) for each in one.get("endpoints") or []
                          if is_usable(each.get("conditions", {}), fallback) for address in each["addresses"]]
                of = found.setdefault(key, {}).setdefault(port.get("name", ""), ([], []))
                of[fallback].extend(places)
    return {key: {name: ready or ending for name, (ready, ending) in ports.items()} for key, ports in found.items()}


def is_usable(conditions, fallback):
    if fallback:
        return bool(conditions.get("serving") and conditions.get("terminating"))
    return conditions.get("ready", True)


def services_rules(services, ready):
    lines = ["add table ip services", "delete table ip services", "table ip services {", "chain lead {"]
    for service in services:
        address = service["spec"].get("clusterIP")
        if not address or address == "None":
            continue
        meta = service["metadata"]
        for port in service["spec"].get("ports", []):
            places = sorted(ready.get((meta["namespace"], meta["name"]), {}).get(port.get("name", ""), []))
            if not places:
                continue
            turns = ", ".join(f"{i} : {place}" for i, (place, _) in enumerate(places))
            lines.append(f"ip daddr {address} {port.get('protocol', 'TCP').lower()} dport {port['port']} "
                         f"dnat to numgen random mod {len(places)} map {{ {turns} }} : {places[0][1]}")
    lines += ["}", "chain pods { type nat hook prerouting priority -100; jump lead; }",
              "chain node { type nat hook output priority -100; jump lead; }",
              # A service without endpoints: said at once.
              f"chain nowhere {{ type filter hook output priority 0; ip daddr {SERVICES} reject; }}", "}"]
    return "\n".join(lines) + "\n"


def names(services, slices, ready):
    """{name: [addresses]} as the cluster's name server answers."""
    found = {}
    for service in services:
        meta, spec = service["metadata"], service["spec"]
        name = f"{meta['name']}.{meta['namespace']}.svc.{DOMAIN}"
        if spec.get("clusterIP") not in (None, "", "None"):
            found[name] = [spec["clusterIP"]]
            continue
        ports = ready.get((meta["namespace"], meta["name"]), {})
        found[name] = sorted({address for places in ports.values() for address, _ in places})
    for one in slices:
        service = one["metadata"].get("labels", {}).get("kubernetes.io/service-name")
        for each in one.get("endpoints") or []:
            if "hostname" in each and is_usable(each.get("conditions", {}), False):
                found[f"{each['hostname']}.{service}.{one['metadata']['namespace']}.svc.{DOMAIN}"] = each["addresses"]
    return found
