"""What probes are told of the programs: whether they live, and whether they may be sent calls. On a real Kafka and
Redis, which are held up so that a replica stands where the test wants it."""
import contextlib
import http.client
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import grpc

from parts import PartFailed, READY, SERVICES, Broker, Redis, Replica, binaries_folder, free_port, wait_until

NOT_SERVING = b"\x08\x02"
UNKNOWN_DISTRICT = b"\x0a\x07nowhere"  # GetDistrictRequest{district: "nowhere"}
READY_S = 240  # of a service on a machine that has much else to do
SOON_S = 5  # a process that has nothing in hand has exited by then
DRAIN_S = 4
PARTITIONS = 4


def ask(address, path):
    """Status and text; 0 while nothing answers there."""
    try:
        with contextlib.closing(http.client.HTTPConnection(address, timeout=5)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
    except OSError:
        return 0, ""


def field(text):
    """A message whose first field is this text."""
    return bytes([10, len(text)]) + text.encode()


class Probed(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        self.addCleanup(shutil.rmtree, self.folder, True)

    def kafka_and_redis(self):
        self.broker = Broker(self.folder / "kafka")
        self.broker.start()
        self.addCleanup(self.broker.stop)
        self.redis = Redis(self.folder / "redis")
        self.redis.start()
        self.addCleanup(self.redis.stop)

    def replica(self, name, *more, service="plans", partitions=PARTITIONS, at=None):
        arguments = [binaries_folder() / f"throughline-{service}", "--kafka", self.broker.address, "--redis",
                     self.redis.address, "--open-access", "--partitions", str(partitions), *more]
        if service == "plans":
            arguments += ["--audit-key", str(self.folder / "audit.key")]
        replica = Replica(service, name, self.folder, list(map(str, arguments)))
        if at is not None:
            replica.listen_at(at)
        self.addCleanup(lambda: replica.running() and replica.kill())
        self.addCleanup(replica.send, signal.SIGCONT)
        replica.start()
        return replica

    def health(self, replica, service=""):
        return replica.channel.unary_unary("/grpc.health.v1.Health/Check")(field(service) if service else b"", timeout=5)

    def wait_until_ready(self, address):
        last = [None]

        def is_ready():
            last[0] = ask(address, "/readyz")
            return last[0] == (200, "ok\n")
        try:
            wait_until(is_ready, "ready", READY_S)
        except PartFailed as failed:
            raise PartFailed(f"{failed}, but {last[0]}") from None


class Replicas(Probed):
    def setUp(self):
        super().setUp()
        self.kafka_and_redis()

    def is_answered(self, replica):
        """Whether a call comes to a rule of the service, which knows no such district."""
        try:
            replica.channel.unary_unary("/throughline.plans.v1.PlansService/GetDistrict")(UNKNOWN_DISTRICT, timeout=10)
        except grpc.RpcError as refused:
            self.assertEqual(refused.code(), grpc.StatusCode.NOT_FOUND, refused)
        return True

    def test_a_replica_is_ready_once_it_is_in_its_group_and_has_taken_its_partitions_over(self):
        first = self.replica("first")
        self.wait_until_ready(first.metrics)
        # Who has the partitions says nothing any more: the group waits until its session has ended.
        first.send(signal.SIGSTOP)
        second = self.replica("second")
        wait_until(lambda: ask(second.metrics, "/readyz")[0], "an answer")
        status, why = ask(second.metrics, "/readyz")
        self.assertEqual((status, why), (503, "plans: it is not known which partitions are this replica's; it is not in "
                                              "its group.\n"))
        self.assertEqual(self.health(second), NOT_SERVING)
        self.assertEqual(self.health(second, "throughline.plans.v1.PlansService"), NOT_SERVING)
        self.assertEqual(ask(second.metrics, "/livez"), (200, "ok\n"))
        # It is given the partitions, and cannot take them over.
        self.redis.pause()
        wait_until(lambda: "taken over" in ask(second.metrics, "/readyz")[1], "the partitions, not taken over")
        self.assertRegex(ask(second.metrics, "/readyz")[1], r"^plans: \d of its 4 partitions are not taken over\.\n$")
        self.assertEqual(ask(second.metrics, "/livez"), (200, "ok\n"), "Redis has no part in it")
        self.redis.resume()
        self.wait_until_ready(second.metrics)
        wait_until(lambda: self.health(second) == READY, "healthy for gRPC, too")
        self.assertEqual(self.health(second, "throughline.plans.v1.PlansService"), READY)
        self.is_answered(second)

        # The first one comes back, which moves partitions: that is no reason to send the second no calls.
        first.send(signal.SIGCONT)
        quiet_until = time.monotonic() + 12
        while time.monotonic() < quiet_until:
            self.assertEqual(ask(second.metrics, "/readyz"), (200, "ok\n"))
            time.sleep(0.1)
        self.wait_until_ready(first.metrics)

    def test_a_replica_for_which_there_is_no_partition_is_ready(self):
        replicas = [self.replica(name, partitions=1) for name in ("first", "second")]
        for replica in replicas:
            self.wait_until_ready(replica.metrics)
            self.is_answered(replica)

    def test_a_replica_that_is_told_to_stop_is_not_ready_and_answers_until_it_is_drained(self):
        replica = self.replica("only", "--drain", DRAIN_S)
        self.wait_until_ready(replica.metrics)
        begun = time.monotonic()
        replica.send(signal.SIGTERM)
        wait_until(lambda: ask(replica.metrics, "/readyz") == (503, "The process is stopping.\n"), "not ready", SOON_S)
        self.assertEqual(self.health(replica), NOT_SERVING)
        self.assertEqual(self.health(replica, "throughline.plans.v1.PlansService"), NOT_SERVING)
        while time.monotonic() < begun + DRAIN_S - 1:
            self.is_answered(replica)
            self.assertEqual(ask(replica.metrics, "/livez"), (200, "ok\n"))
        self.assertEqual(replica.exit_code(), 0)
        took = time.monotonic() - begun
        self.assertGreaterEqual(took, DRAIN_S)
        self.assertLess(took, DRAIN_S + SOON_S)

    def test_a_second_signal_ends_the_draining(self):
        replica = self.replica("only", "--drain", 600)
        self.wait_until_ready(replica.metrics)
        replica.send(signal.SIGTERM)
        wait_until(lambda: ask(replica.metrics, "/readyz")[0] == 503, "draining", SOON_S)
        self.assertLess(replica.terminate(), SOON_S)


class Gateway(Probed):
    def test_a_gateway_is_ready_once_it_has_reached_every_service_and_stays_so_when_one_is_away(self):
        self.kafka_and_redis()
        listen, metrics = (f"127.0.0.1:{free_port()}" for _ in range(2))
        replicas = {service: self.replica("only", service=service, *self.keys(service)) for service in SERVICES[1:]}
        away = f"127.0.0.1:{free_port()}"
        # It has been there once: until then its topics are not, and who reads them cannot take partitions over.
        plans = self.replica("only", at=away)
        self.wait_until_ready(plans.metrics)
        plans.kill()
        places = ",".join([f"plans={away}", *(f"{name}={one.listen}" for name, one in replicas.items())])
        gateway = subprocess.Popen(
            [binaries_folder() / "throughline-gateway", "--http", listen, "--metrics", metrics, "--connect", places,
             "--open-access", "--drain", str(DRAIN_S)], stderr=subprocess.DEVNULL)
        self.addCleanup(gateway.wait)
        self.addCleanup(gateway.kill)
        for replica in replicas.values():
            self.wait_until_ready(replica.metrics)
        wait_until(lambda: ask(metrics, "/readyz") == (503, "plans has not been reached yet.\n"), "three services reached")
        self.assertEqual(ask(metrics, "/livez"), (200, "ok\n"))
        plans = self.replica("only", at=away)
        self.wait_until_ready(metrics)
        plans.kill()
        time.sleep(1)
        self.assertEqual(ask(metrics, "/readyz"), (200, "ok\n"))

        gateway.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        wait_until(lambda: ask(metrics, "/readyz") == (503, "The process is stopping.\n"), "not ready", SOON_S)
        while time.monotonic() < begun + DRAIN_S - 1:
            self.assertEqual(ask(listen, "/healthz")[0], 200)
            time.sleep(0.1)
        self.assertEqual(gateway.wait(DRAIN_S + SOON_S), 0)

    def keys(self, service):
        if service == "evidence":
            return ["--pseudonyms-key", self.folder / "pseudonyms.key"]
        return ["--deliveries-key", self.folder / "deliveries.key"] if service == "notifications" else []


class Together(Probed):
    def test_all_in_one_is_ready_and_stops_like_the_services_apart(self):
        metrics = f"127.0.0.1:{free_port()}"
        server = subprocess.Popen(
            [binaries_folder() / "throughline", "serve", "--data", self.folder / "data", "--listen", "127.0.0.1:0",
             "--metrics", metrics, "--drain", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.wait_until_ready(metrics)
        self.assertEqual(ask(metrics, "/livez"), (200, "ok\n"))
        self.assertEqual(ask(metrics, "/nothing"), (404, "There is /metrics, /livez and /readyz.\n"))
        server.send_signal(signal.SIGTERM)
        wait_until(lambda: ask(metrics, "/readyz") == (503, "The process is stopping.\n"), "not ready", SOON_S)
        self.assertEqual(server.wait(SOON_S), 0)


if __name__ == "__main__":
    unittest.main()
