"""Receivers of traces that are not ours: Jaeger and OpenTelemetry's collector, compiled by deploy/kubernetes-tools, on
loopback."""
import json
import re
import subprocess
import urllib.parse
import urllib.request

from parts import ROOT, PartFailed, free_port, wait_until

PROGRAMS = ROOT / "build/kubernetes/bin"


class Receiver:
    """At `grpc_address` and `http_address`, as --traces takes them."""

    def __init__(self, folder, name):
        self.log = folder / f"{name}.log"
        self._program = PROGRAMS / name
        self._grpc, self._http = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        self.grpc_address, self.http_address = f"grpc://{self._grpc}", f"http://{self._http}/v1/traces"
        self._process = None

    def _start(self, *arguments, asks, environment=None):
        if not self._program.is_file():
            raise PartFailed(f"There is no {self._program}; deploy/kubernetes-tools {self._program.name} compiles it.")
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen([self._program, *arguments], stdout=log, stderr=log, env=environment)

        def is_ready():
            if self._process.poll() is not None:
                raise PartFailed(f"{self._program.name} ended; see {self.log}: {self.log.read_text()[-2000:]}")
            try:
                with urllib.request.urlopen(asks, timeout=5) as answer:
                    return answer.status == 200
            except OSError:
                return False
        wait_until(is_ready, f"{self._program.name}, see {self.log}")

    def close(self):
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)


class Jaeger(Receiver):
    """All of Jaeger in one process, with its storage in memory."""

    def __init__(self, folder):
        super().__init__(folder, "jaeger")
        self._queries = f"127.0.0.1:{free_port()}"

    def start(self):
        places = {"collector.otlp.grpc.host-port": self._grpc, "collector.otlp.http.host-port": self._http,
                  "query.http-server.host-port": self._queries}
        for other in ("query.grpc-server", "collector.grpc-server", "collector.http-server", "admin.http"):
            places[f"{other}.host-port"] = f"127.0.0.1:{free_port()}"
        self._start(*(f"--{name}={place}" for name, place in places.items()), "--log-level=warn",
                    asks=f"http://{self._queries}/api/services")

    def _ask(self, path, **query):
        with urllib.request.urlopen(f"http://{self._queries}/api/{path}?{urllib.parse.urlencode(query)}", timeout=30) as answer:
            said = json.load(answer)
        assert not said.get("errors"), said
        return said["data"] or []

    def services(self):
        return set(self._ask("services"))

    def traces_with(self, service, operation):
        """Each as a list of its spans."""
        return [[Seen(span, trace["processes"]) for span in trace["spans"]]
                for trace in self._ask("traces", service=service, operation=operation, limit=1000)]


class Seen:
    """A span, as Jaeger gives it out."""

    def __init__(self, span, processes):
        self.id = span["spanID"]
        self.trace = span["traceID"]
        self.name = span["operationName"]
        self.service = processes[span["processID"]]["serviceName"]
        self.tags = {tag["key"]: tag["value"] for tag in span["tags"]}
        self.kind = self.tags.get("span.kind", "internal")
        self.warnings = span["warnings"] or []
        # Links to other traces are references, too, but of another type.
        self.parents = [one["spanID"] for one in span["references"] if one["refType"] == "CHILD_OF"]

    def __repr__(self):
        return f"{self.service}: {self.kind} {self.name}"


class OtelCollector(Receiver):
    def __init__(self, folder):
        super().__init__(folder, "otelcol")
        self._folder = folder

    def start(self):
        port = free_port()
        self._metrics = f"http://127.0.0.1:{port}/metrics"
        configuration = self._folder / "otelcol.yaml"
        configuration.write_text(json.dumps({  # which is YAML
            "receivers": {"otlp": {"protocols": {"grpc": {"endpoint": self._grpc}, "http": {"endpoint": self._http}}}},
            "exporters": {"debug": {"verbosity": "detailed"}},
            "service": {
                "pipelines": {"traces": {"receivers": ["otlp"], "exporters": ["debug"]}},
                "telemetry": {"metrics": {"level": "normal", "readers": [
                    {"pull": {"exporter": {"prometheus": {"host": "127.0.0.1", "port": port}}}}]}}}}))
        self._start(f"--config=file:{configuration}", asks=self._metrics)

    def count(self, name, **labels):
        """What a counter of its own stands at; 0 while it has counted nothing."""
        return counted(self._metrics, f"otelcol_{name}", **labels)

    def names_of(self, trace):
        """Of the spans that it printed of a trace."""
        return set(re.findall(rf"Trace ID +: {trace}\n(?: +[^\n]*\n)*? +Name +: ([^\n]+)\n", self.log.read_text()))


def counted(url, name, **labels):
    """The sum of a counter's samples at an endpoint for Prometheus, whether or not its name says that it is one."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        text = answer.read().decode()
    found = 0.0
    for its, value in re.findall(rf"^{name}(?:_total)?(?:\{{(.*)\}})? (\S+)$", text, re.M):
        if labels.items() <= dict(re.findall(r'(\w+)="([^"]*)"', its)).items():
            found += float(value)
    return found
