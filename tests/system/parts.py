"""The real parts of a deployment as child processes: a Kafka broker, a Redis, and replicas of the
services, each of which can be killed, held up and started again under the same address."""
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import time

os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")  # every child is another program
import grpc  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
KAFKA = ROOT / "deploy" / "kafka" / "kafka"
SERVICES = ("plans", "evidence", "cycles", "notifications")
READY = b"\x08\x01"  # grpc.health.v1.HealthCheckResponse{status: SERVING}
PATIENCE_S = 90
BACK_OFF_S = 0.5  # between two starts of one that ends by itself
KEPT_SNAPSHOTS = 5


class PartFailed(Exception):
    """A part did not do what is needed to go on; the text says which and where its log is."""


def wait_until(condition, what, patience_s=PATIENCE_S):
    """Polls; what it returns, once that is true."""
    deadline = time.monotonic() + patience_s
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise PartFailed(f"{what}: not within {patience_s} s")
        time.sleep(0.05)


def free_port():
    """Below the ports that the kernel hands out, so that it stays free while its owner is down."""
    while True:
        with socket.socket() as attempt:
            try:
                attempt.bind(("127.0.0.1", random.SystemRandom().randrange(10000, 20000)))
                return attempt.getsockname()[1]
            except OSError:
                continue


class Broker:
    def __init__(self, folder):
        self.folder = folder
        self.address = ""

    def _kafka(self, verb):
        done = subprocess.run([KAFKA, verb, self.folder], capture_output=True, text=True)
        if done.returncode != 0:
            raise PartFailed(done.stderr.strip())
        return done.stdout.strip()

    def start(self):
        self.address = self._kafka("start")

    def stop(self):
        self._kafka("stop")

    def kill(self):
        self._kafka("kill")


class Redis:
    """With its append-only file, and snapshots of it kept aside."""

    def __init__(self, folder):
        self.folder = folder
        self.snapshots = []
        self.port = free_port()
        self._process = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def ask(self, *words):
        done = subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True)
        return done.stdout.strip()

    def get(self, *words):
        """What it answers, as the bytes that it is."""
        return self._ask_in_bytes(words).removesuffix(b"\n")

    def put(self, *words, last):
        """A command that ends with these bytes."""
        self._ask_in_bytes(("-x", *words), last)

    def _ask_in_bytes(self, words, last=None):
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], input=last, capture_output=True,
                              check=True).stdout

    def start(self, append_only=True):
        with open(self.folder / "log", "ab") as log:
            self._process = subprocess.Popen(
                ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder),
                 "--save", "", "--appendonly", "yes" if append_only else "no", "--appendfsync", "everysec",
                 "--maxmemory-policy", "noeviction"], stdout=log, stderr=log)
        wait_until(lambda: self.ask("ping") == "PONG", f"Redis, see {self.folder}/log")

    def kill(self):
        self._process.kill()
        self._process.wait()

    def pause(self):
        """It answers nobody until it is resumed."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def snapshot(self):
        """Keeps a copy of what it holds now."""
        if self.ask("save") != "OK":
            raise PartFailed("Redis did not save")
        kept = self.folder / f"snapshot-{len(self.snapshots)}.rdb"
        shutil.move(self.folder / "dump.rdb", kept)
        self.snapshots.append(kept)
        if len(self.snapshots) > KEPT_SNAPSHOTS:
            self.snapshots[-1 - KEPT_SNAPSHOTS].unlink(missing_ok=True)

    def roll_back(self, snapshot):
        """Dies, and comes back with what it held then."""
        self.kill()
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)
        shutil.copy(snapshot, self.folder / "dump.rdb")
        # With the append-only file on, Redis would not look at the snapshot.
        self.start(append_only=False)
        self.ask("config", "set", "appendonly", "yes")
        wait_until(lambda: "aof_rewrite_in_progress:0" in self.ask("info", "persistence"), "Redis's new file")

    def stop(self):
        if self._process is not None and self._process.poll() is None:
            self.kill()


class Replica:
    """One process of a service. Its ports stay the same whenever it is started again."""

    def __init__(self, service, name, folder, arguments):
        self.service = service
        self.name = name
        self.listen = f"127.0.0.1:{free_port()}"
        self.metrics = f"127.0.0.1:{free_port()}"
        self.log = folder / f"{service}-{name}.log"
        self.wanted = False  # whether it ought to run
        self._clock = folder / f"{service}-{name}.clock"
        self._arguments = [*arguments, "--listen", self.listen, "--metrics", self.metrics, "--replica",
                           f"{service}-{name}"]
        self._process = None
        self._started = 0.0
        self.channel = grpc.insecure_channel(self.listen, options=[
            ("grpc.max_reconnect_backoff_ms", 500), ("grpc.initial_reconnect_backoff_ms", 50),
            ("grpc.enable_http_proxy", 0)])

    def __str__(self):
        return f"{self.service}-{self.name}"

    def listen_at(self, address):
        """Where it listens when it is started the next time."""
        self._arguments[self._arguments.index(self.listen)] = address
        self.listen = address

    def start(self, environment=None):
        self.wanted = True
        self._started = time.monotonic()
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(self._arguments, stdout=log, stderr=log, env=environment)

    def start_with_clock(self):
        """Its time of day, and nothing else, can be set."""
        library = self._clock.parent / "set_clock.so"
        if not library.exists():
            subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, pathlib.Path(__file__).with_name("set_clock.c")],
                           check=True)
        self.set_clock(0)
        self.start({**os.environ, "LD_PRELOAD": str(library), "THROUGHLINE_CLOCK": str(self._clock)})

    def set_clock(self, ahead_s):
        """To so much ahead of the machine's, within a moment."""
        aside = self._clock.with_suffix(".new")
        aside.write_text(f"{ahead_s}\n")
        aside.replace(self._clock)

    def exit_code(self):
        """Of one that ends by itself."""
        self.wanted = False
        try:
            return self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise PartFailed(f"{self} did not exit; see {self.log}") from None

    def running(self):
        return self._process is not None and self._process.poll() is None

    def is_ready(self):
        check = self.channel.unary_unary("/grpc.health.v1.Health/Check")
        try:
            return check(b"", timeout=1) == READY
        except grpc.RpcError:
            return False

    def send(self, which):
        if self.running():
            self._process.send_signal(which)

    def kill(self):
        self.wanted = False
        self.send(signal.SIGKILL)
        self._process.wait()

    def terminate(self):
        """Seconds until it has exited; PartFailed when it does not, or not with success."""
        self.wanted = False
        begun = time.monotonic()
        self.send(signal.SIGTERM)
        try:
            code = self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise PartFailed(f"{self} did not exit; see {self.log}") from None
        if code != 0:
            raise PartFailed(f"{self} exited with {code} when it was told to end; see {self.log}")
        return time.monotonic() - begun

    def last_words(self):
        lines = self.log.read_text(errors="replace").splitlines()
        return lines[-1] if lines else "nothing"

    def revive(self):
        """Starts it again when it ended by itself, as Kubernetes would. Whether it had."""
        if not self.wanted or self.running() or time.monotonic() < self._started + BACK_OFF_S:
            return False
        self.start()
        return True


class Deployment:
    """All parts, and which replicas there are. Not thread-safe but for `replicas_of`."""

    def __init__(self, folder, binaries, more=(), of_its_own=None):
        """`more`: arguments for every service; `of_its_own`: more for some, by service."""
        self.folder = folder
        self.pseudonyms_key = folder / "pseudonyms.key"
        self.binaries = binaries
        self._more = more
        self._of_its_own = of_its_own or {}
        self.broker = Broker(folder / "kafka")
        self.redis = Redis(folder / "redis")
        self.replicas = []
        self.deaths = 0  # of services, by their own decision
        self._made = 0

    def start(self):
        for service in SERVICES:
            if not (self.binaries / f"throughline-{service}").is_file():
                raise PartFailed(f"There is no throughline-{service} in {self.binaries}; build it in release.")
        self.broker.start()
        self.redis.start()
        for service in SERVICES:
            self.add(service)
        self.wait_ready()

    def add(self, service):
        """Another replica, started."""
        self._made += 1
        arguments = [str(self.binaries / f"throughline-{service}"), "--kafka", self.broker.address, "--redis",
                     self.redis.address, "--open-access", *self._more, *self._of_its_own.get(service, ())]
        if service == "evidence":
            arguments += ["--pseudonyms-key", str(self.pseudonyms_key)]
        if service == "plans":
            arguments += ["--audit-key", str(self.folder / "audit.key")]
        if service == "notifications":
            arguments += ["--deliveries-key", str(self.folder / "deliveries.key")]
        replica = Replica(service, f"r{self._made}", self.folder, arguments)
        replica.start()
        self.replicas = [*self.replicas, replica]  # replaced, so that others may look at it meanwhile
        return replica

    def remove(self, replica):
        """Seconds that it took to exit; none when it had ended by itself a moment ago."""
        self.replicas = [one for one in self.replicas if one is not replica]
        if replica.running():
            return replica.terminate()
        self.deaths += 1
        return 0.0

    def replicas_of(self, service):
        return [one for one in self.replicas if one.service == service]

    def revive(self):
        """Starts what ended by itself; returns what that was."""
        revived = [one for one in self.replicas if one.revive()]
        self.deaths += len(revived)
        return revived

    def wait_ready(self, of=None):
        def ready():
            self.revive()
            return all(one.is_ready() for one in (of or self.replicas))
        try:
            wait_until(ready, "ready")
        except PartFailed as late:
            said = "; ".join(f"{one} says: {one.last_words()}" for one in of or self.replicas if not one.is_ready())
            raise PartFailed(f"{late}; {said}") from None

    def stop_services(self):
        """Seconds for the slowest of them to exit."""
        return max(self.remove(one) for one in list(self.replicas))

    def close(self):
        """Ends whatever still runs, whatever state it is in."""
        for one in self.replicas:
            one.wanted = False
            one.send(signal.SIGCONT)
            if one.running():
                one.kill()
        self.redis.stop()
        self.broker.stop()


def binaries_folder():
    return pathlib.Path(os.environ.get("THROUGHLINE_BINARIES", ROOT / "build" / "release" / "bin"))
