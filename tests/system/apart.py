"""Each service and the gateway in a process of its own, on a Kafka and a Redis: what a test can use in the place of
`throughline serve`."""
import contextlib
import http.client
import subprocess

from calls import Caller
from parts import Deployment, PartFailed, binaries_folder, free_port, wait_until

WEBHOOKS = ["--webhook-allow", "127.0.0.0/8", "--webhook-http"]


class Apart:
    """Called as the `Server` of webhooks_test is."""

    def __init__(self, folder, more=(), of_the_gateway=()):
        """`more`: arguments for all of them; `of_the_gateway`: makes those of the gateway alone, once there is a
        Kafka."""
        self.deployment = Deployment(folder, binaries_folder(), list(map(str, more)), {"notifications": WEBHOOKS})
        self._more = [str(one) for one in more]
        self._of_the_gateway = of_the_gateway
        self._gateway = None
        self.call = Caller(self.deployment).call
        self.http_port = free_port()
        self.metrics = {}  # by program, where it says them

    def start(self):
        self.deployment.start()
        self.metrics = {one.service: one.metrics for one in self.deployment.replicas}
        self.metrics["gateway"] = f"127.0.0.1:{free_port()}"
        its = self._of_the_gateway(self.deployment.broker.address) if callable(self._of_the_gateway) else self._of_the_gateway
        log = self.deployment.folder / "gateway.log"
        with open(log, "ab") as file:
            self._gateway = subprocess.Popen(
                [self.deployment.binaries / "throughline-gateway", "--http", f"127.0.0.1:{self.http_port}", "--connect",
                 self.address, "--open-access", "--metrics", self.metrics["gateway"], *self._more, *map(str, its)],
                stdout=file, stderr=file)
        wait_until(self._is_ready, f"the gateway, see {log}")

    def _is_ready(self):
        if self._gateway.poll() is not None:
            raise PartFailed(f"the gateway ended; see {self.deployment.folder}/gateway.log")
        try:
            with contextlib.closing(http.client.HTTPConnection(self.metrics["gateway"], timeout=5)) as connection:
                connection.request("GET", "/readyz")
                return connection.getresponse().status == 200
        except OSError:
            return False

    @property
    def address(self):
        """As --connect takes it."""
        return ",".join(f"{one.service}={one.listen}" for one in self.deployment.replicas)

    def close(self):
        if self._gateway is not None and self._gateway.poll() is None:
            self._gateway.kill()
            self._gateway.wait()
        self.deployment.close()
