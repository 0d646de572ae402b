"""Network policies as rules of the node's filter. Each edge of a policy has a counter of its own, so
that a test can say which edges were used; what was refused is kept as (source, destination, port)."""
import ipaddress

EVERYWHERE = "0.0.0.0/0"


def rules(policies, pods, namespaces):
    """What nft reads. Counters that are there keep their counts."""
    labels = {one["metadata"]["name"]: one["metadata"].get("labels", {}) for one in namespaces}
    placed = [pod for pod in pods if pod.get("status", {}).get("podIP")
              and pod["status"].get("phase") not in ("Succeeded", "Failed")]
    counters, chains, jumps = [], [], []
    for pod in placed:
        address = pod["status"]["podIP"]
        for direction, side, other in (("Ingress", "daddr", "saddr"), ("Egress", "saddr", "daddr")):
            selecting = [one for one in policies if selects(one, pod) and direction in types(one)]
            if not selecting:
                continue
            chain = f"{direction.lower()}_{address.replace('.', '_')}"
            lines = []
            for policy in selecting:
                for name, match in edges(policy, direction, placed, labels):
                    counters.append(name)
                    lines += [f"ip {other} {{ {', '.join(places)} }} {ports}counter name {name} return"
                              for places, ports in match if places]
            chains.append((chain, [*lines, "add @refused { ip saddr . ip daddr . th dport }", "drop"]))
            jumps.append(f"ip {side} {address} jump {chain}")
    return written(sorted(set(counters)), chains, jumps)


def written(counters, chains, jumps):
    lines = ["add table ip policies", "flush table ip policies",
             "add set ip policies refused { type ipv4_addr . ipv4_addr . inet_service; flags dynamic; size 65535; }",
             "add chain ip policies forward { type filter hook forward priority filter; }"]
    lines += [f"add counter ip policies {name}" for name in counters]
    lines += [f"add chain ip policies {chain}" for chain, _ in chains]
    lines.append("add rule ip policies forward ct state established,related accept")
    lines += [f"add rule ip policies forward {jump}" for jump in jumps]
    lines += [f"add rule ip policies {chain} {line}" for chain, of in chains for line in of]
    return "\n".join(lines) + "\n"


def types(policy):
    return policy["spec"].get("policyTypes") or ["Ingress"]


def selects(policy, pod):
    return policy["metadata"]["namespace"] == pod["metadata"]["namespace"] and matches(
        policy["spec"].get("podSelector", {}), pod["metadata"].get("labels", {}))


def edge_name(policy, direction, number, port):
    meta = policy["metadata"]
    words = [meta["namespace"], meta["name"], direction.lower(), str(number), *([str(port)] if port else [])]
    return "_".join(words).replace("-", "_").replace(".", "_")


def edges(policy, direction, pods, labels):
    """(counter, [(addresses, ports)]) of each rule and port of the policy."""
    for number, rule in enumerate(policy["spec"].get(direction.lower()) or []):
        peers = rule.get("from" if direction == "Ingress" else "to")
        reached = [pod for pod in pods if is_peer(peers, pod, policy, labels)] if peers else []
        for port in rule.get("ports") or [None]:
            match = [(blocks(peers), words) for words in ports_of_blocks(pods, port, direction, policy)]
            # A port that has a name is another one in every pod; of ingress, in the pod itself.
            of_pods = pods_by_port(reached, pods, port, direction, policy)
            match += [(sorted(addresses), words) for words, addresses in of_pods.items()]
            yield edge_name(policy, direction, number, None if port is None else port.get("port")), match


def ports_of_blocks(pods, port, direction, policy):
    """[ports] of the peers that are none of the cluster's pods by name. Only of pods a port has a name."""
    name = (port or {}).get("port")
    if not isinstance(name, str):
        return [port_match(port)]
    return [] if direction == "Egress" else ports_named(pods, port, policy)


def ports_named(pods, port, policy):
    """[ports] that have that name in the pods that the policy is of."""
    protocol = port.get("protocol", "TCP").lower()
    numbers = {number for pod in pods if selects(policy, pod) for number in named_ports(pod, port["port"])}
    return [f"{protocol} dport {number} " for number in sorted(numbers)]


def pods_by_port(reached, pods, port, direction, policy):
    """{ports: addresses} of the peers that are pods."""
    name = (port or {}).get("port")
    if not isinstance(name, str):
        return {port_match(port): [pod["status"]["podIP"] for pod in reached]}
    if direction == "Ingress":
        return {words: [pod["status"]["podIP"] for pod in reached] for words in ports_named(pods, port, policy)}
    protocol = port.get("protocol", "TCP").lower()
    found = {}
    for pod in reached:
        for number in named_ports(pod, name):
            found.setdefault(f"{protocol} dport {number} ", []).append(pod["status"]["podIP"])
    return found


def named_ports(pod, name):
    return [one["containerPort"] for container in pod["spec"]["containers"] for one in container.get("ports", [])
            if one.get("name") == name]


def port_match(port):
    if port is None:
        return ""
    protocol = port.get("protocol", "TCP").lower()
    if "port" not in port:
        return f"meta l4proto {protocol} "
    last = f"-{port['endPort']}" if "endPort" in port else ""
    return f"{protocol} dport {port['port']}{last} "


def blocks(peers):
    """Addresses of peers that are none of the cluster's pods by name; all there are without peers."""
    if not peers:
        return [EVERYWHERE]
    found = []
    for peer in peers:
        if "ipBlock" in peer:
            kept = [ipaddress.ip_network(peer["ipBlock"]["cidr"])]
            if kept[0].version != 4:
                continue  # pods have no other addresses here
            for out in map(ipaddress.ip_network, peer["ipBlock"].get("except", [])):
                kept = [part for one in kept for part in
                        (one.address_exclude(out) if out.subnet_of(one) else [one])]
            found += map(str, kept)
    return found


def is_peer(peers, pod, policy, labels):
    for peer in peers:
        if "ipBlock" in peer:
            continue
        namespace = pod["metadata"]["namespace"]
        if "namespaceSelector" in peer:
            in_namespace = matches(peer["namespaceSelector"], labels.get(namespace, {}))
        else:
            in_namespace = namespace == policy["metadata"]["namespace"]
        if in_namespace and matches(peer.get("podSelector", {}), pod["metadata"].get("labels", {})):
            return True
    return False


def matches(selector, labels):
    """Of matchLabels and matchExpressions; an empty selector selects all."""
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    for one in selector.get("matchExpressions") or []:
        has = one["key"] in labels
        held = {"In": has and labels.get(one["key"]) in one.get("values", []),
                "NotIn": not has or labels.get(one["key"]) not in one.get("values", []),
                "Exists": has, "DoesNotExist": not has}[one["operator"]]
        if not held:
            return False
    return True
