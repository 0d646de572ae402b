"""Probes, as the kubelet makes them: from the node, at the pod's address, over and over."""
import http.client
import socket
import ssl
import threading
import time

import grpc

READY = b"\x08\x01"  # grpc.health.v1.HealthCheckResponse{status: SERVING}


def port_of(container, port):
    """Of a number, or of a port's name."""
    if isinstance(port, int):
        return port
    return next(one["containerPort"] for one in container["ports"] if one.get("name") == port)


def ask(probe, container, address, running):
    """Whether the answer is good. `running`: the container, for commands inside it."""
    timeout_s = probe.get("timeoutSeconds", 1)
    if "httpGet" in probe:
        return _http(probe["httpGet"], container, address, timeout_s)
    if "tcpSocket" in probe:
        with socket.create_connection((address, port_of(container, probe["tcpSocket"]["port"])), timeout_s):
            return True
    if "grpc" in probe:
        return _grpc(probe["grpc"], address, timeout_s)
    if "exec" in probe:
        return running.run_inside(probe["exec"]["command"], timeout_s) == 0
    if "sleep" in probe:  # of a preStop hook
        time.sleep(probe["sleep"]["seconds"])
        return True
    raise ValueError(f"a probe of no known kind: {probe}")


def _http(asked, container, address, timeout_s):
    port = port_of(container, asked["port"])
    if asked.get("scheme") == "HTTPS":
        # As the kubelet: the certificate is not looked at.
        connection = http.client.HTTPSConnection(address, port, timeout=timeout_s,
                                                 context=ssl._create_unverified_context())
    else:
        connection = http.client.HTTPConnection(address, port, timeout=timeout_s)
    try:
        connection.request("GET", asked.get("path", "/"), headers={"User-Agent": "kube-probe/1.37"})
        return 200 <= connection.getresponse().status < 400
    finally:
        connection.close()


def _grpc(asked, address, timeout_s):
    with grpc.insecure_channel(f"{address}:{asked['port']}", options=[("grpc.enable_http_proxy", 0)]) as channel:
        service = asked.get("service", "").encode()
        request = b"\x0a" + bytes([len(service)]) + service if service else b""
        return channel.unary_unary("/grpc.health.v1.Health/Check")(request, timeout=timeout_s) == READY


class Probe(threading.Thread):
    """Asks until it is stopped. `good` is None until the thresholds say one or the other."""

    def __init__(self, probe, container, address, running):
        super().__init__(name="probe", daemon=True)
        self._probe = probe
        self._container = container
        self._address = address
        self._running = running
        self._ended = threading.Event()
        self.good = None

    def run(self):
        failures = successes = 0
        self._ended.wait(self._probe.get("initialDelaySeconds", 0))
        while not self._ended.is_set():
            try:
                answer = ask(self._probe, self._container, self._address, self._running)
            except (OSError, http.client.HTTPException, grpc.RpcError):
                answer = False
            failures, successes = (0, successes + 1) if answer else (failures + 1, 0)
            if successes >= self._probe.get("successThreshold", 1):
                self.good = True
            elif failures >= self._probe.get("failureThreshold", 3):
                self.good = False
            self._ended.wait(self._probe.get("periodSeconds", 10))

    def stop(self):
        self._ended.set()
