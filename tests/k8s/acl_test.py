"""The programs on a Kafka that lets each do what its user of k8s/examples/kafka may do, and nothing else."""
import datetime
import json
import os
import pathlib
import subprocess
import sys
import unittest
import urllib.request

import confluent_kafka.admin
import yaml
from confluent_kafka.admin import AclBinding, AclOperation, AclPermissionType, NewTopic, ResourcePatternType, ResourceType

from manifests import K8S, PROGRAMS, ROOT, SERVICES

sys.path.insert(0, str(ROOT / "tests" / "system"))
import program  # noqa: E402
from parts import Broker, Redis, Replica, free_port, wait_until  # noqa: E402

BINARIES = pathlib.Path(os.environ["THROUGHLINE_BINARIES"])
LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
OPERATIONS = {"Read": AclOperation.READ, "Write": AclOperation.WRITE, "Delete": AclOperation.DELETE,
              "Describe": AclOperation.DESCRIBE, "DescribeConfigs": AclOperation.DESCRIBE_CONFIGS}
TYPES = {"topic": ResourceType.TOPIC, "group": ResourceType.GROUP}


def of(path):
    return {one["metadata"]["name"]: one["spec"] for one in yaml.safe_load_all((K8S / "examples/kafka" / path).read_text())}


class Acls(program.Case):
    def setUp(self):
        super().setUp()
        self.address, self.inside = (f"127.0.0.1:{free_port()}" for _ in range(2))
        self.broker = Broker(self.folder / "kafka")
        self.broker.folder.mkdir()
        (self.broker.folder / "more.properties").write_text(self.listeners())
        self.broker.start()
        self.addCleanup(self.broker.stop)
        self.redis = Redis(self.folder / "redis")
        self.redis.start()
        self.addCleanup(self.redis.stop)
        self.admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": self.inside})
        self.make_topics()
        self.allow()
        self.replicas = {service: self.start(service) for service in SERVICES}
        self.wait_ready()
        self.connect = ",".join(f"{service}={one.listen}" for service, one in self.replicas.items())

    def wait_ready(self):
        """A broker may learn of rights a moment after they were given: who was refused tries again."""
        def are_ready():
            for one in self.replicas.values():
                one.revive()
            return all(one.is_ready() for one in self.replicas.values())
        wait_until(are_ready, "services")

    def listeners(self):
        """One on which everybody is known by a password; whoever comes by the other is the administrator."""
        broker, controller = self.inside, f"127.0.0.1:{free_port()}"
        users = " ".join(f'user_throughline-{name}="{name}"' for name in PROGRAMS)
        return f"""
listeners=BROKER://{broker},CONTROLLER://{controller},SECURED://{self.address}
advertised.listeners=BROKER://{broker},SECURED://{self.address}
controller.quorum.voters=1@{controller}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.secured.plain.sasl.jaas.config={LOGIN} required {users};
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
"""

    def make_topics(self):
        topics = [NewTopic(name, one["partitions"], 1, config={key: str(value) for key, value in one["config"].items()})
                  for name, one in of("topics.yaml").items()]
        for made in self.admin.create_topics(topics).values():
            made.result(60)

    def allow(self):
        bindings = [AclBinding(TYPES[acl["resource"]["type"]], acl["resource"]["name"], ResourcePatternType.LITERAL,
                               f"User:{user}", "*", OPERATIONS[operation], AclPermissionType.ALLOW)
                    for user, one in of("users.yaml").items() for acl in one["authorization"]["acls"]
                    for operation in acl["operations"]]
        for made in self.admin.create_acls(bindings).values():
            made.result(60)

    def kafka(self, name):
        words = ["--kafka", self.address]
        for setting in ("security.protocol=SASL_PLAINTEXT", "sasl.mechanism=PLAIN", f"sasl.username=throughline-{name}",
                        f"sasl.password={name}"):
            words += ["--kafka-setting", setting]
        return words

    def start(self, service):
        keys = {"evidence": ["--pseudonyms-key", "pseudonyms.key", "--audit-key", "audit.key"],
                "notifications": ["--deliveries-key", "deliveries.key"]}.get(service, [])
        keys = [str(self.folder / word) if word.endswith(".key") else word for word in keys]
        replica = Replica(service, "0", self.folder, [str(BINARIES / f"throughline-{service}"), *self.kafka(service),
                                                      "--redis", self.redis.address, "--open-access", *keys])
        replica.start()
        self.addCleanup(lambda: replica.running() and replica.kill())
        return replica

    def ask(self, *words):
        return program.run(*words, "--district", "lakeside", "--connect", self.connect).stdout

    def start_gateway(self):
        at = f"127.0.0.1:{free_port()}"
        log = open(self.folder / "gateway.log", "ab")
        self.addCleanup(log.close)
        gateway = subprocess.Popen([BINARIES / "throughline-gateway", "--http", at, "--connect", self.connect, "--open-access",
                                    *self.kafka("gateway")], stdout=log, stderr=log)
        self.addCleanup(gateway.wait)
        self.addCleanup(gateway.kill)

        def is_up():
            try:
                with urllib.request.urlopen(f"http://{at}/healthz", timeout=5) as answer:
                    return answer.status == 200
            except OSError:
                return False
        wait_until(is_up, f"the gateway, see {self.folder}/gateway.log")
        return at

    def off_track(self):
        alerts = json.loads(self.ask("show", "alerts", "--json"))
        return next((one for one in alerts["alerts"] if "OFF_TRACK" in json.dumps(one)), None)

    def test_what_a_program_may_do_is_enough_for_all_that_it_does(self):
        self.lakeside_files()
        self.ask("import", self.folder / "lakeside/bundle", "--time-zone", "America/Chicago")
        monday = datetime.date.today() - datetime.timedelta(days=datetime.date.today().weekday())
        self.ask("schedule", "--school", "north", "--team", "grade-3", "--indicator", "close-reading", "--start",
                 monday - datetime.timedelta(days=7))
        at = self.start_gateway()
        push = urllib.request.Request(
            f"http://{at}/ims/oneroster/gradebook/v1p2/lineItems/today/results", (self.folder / "lakeside/today.json").read_bytes(),
            {"Throughline-District": "lakeside", "Content-Type": "application/json"})
        with urllib.request.urlopen(push, timeout=60) as answer:
            self.assertLess(answer.status, 300)
        alert = wait_until(self.off_track, "the alert")
        # The chain of causes goes back to the command, in the inbox of another service.
        self.assertIn("ResultsRecorded", self.ask("show", "alerts", "--explain", alert["alert"], "--school", "north", "--json"))
        self.ask("show", "alerts", "--as-of", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
        cycle = json.loads(self.ask("show", "cycles", "--json"))["cycles"][0]["cycle"]
        self.ask("show", "history", "--of", "cycle", "--school", "north", "--id", cycle)
        with urllib.request.urlopen(f"http://{at}/v1/events:watch?district=lakeside", timeout=60) as stream:
            self.assertTrue(stream.readline())
        # Whoever is erased has keys that are deleted.
        student = next(row.split(",")[0] for row in (self.folder / "lakeside/bundle/users.csv").read_text().splitlines()[1:]
                       if "student" in row)
        self.ask("erase", "students", "--student", student.strip('"'), "--reason", "asked for by their parents", "--yes")
        for service, replica in self.replicas.items():
            replica.terminate()
            replica.start()
        self.wait_ready()
        self.assertEqual(self.off_track()["alert"], alert["alert"])
        for log in self.folder.glob("*.log"):
            # Before it served the broker may not have known its rights yet.
            self.assertNotRegex(log.read_text().partition(" serves at ")[2], r"(?i)authoriz", log)

    def test_a_program_that_takes_the_place_of_another_is_refused(self):
        self.replicas["plans"].terminate()
        refused = subprocess.run([BINARIES / "throughline-plans", *self.kafka("cycles"), "--redis", self.redis.address,
                                  "--open-access", "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=120)
        self.assertEqual(refused.returncode, 1)
        self.assertRegex(refused.stderr, r"(?i)authoriz")


if __name__ == "__main__":
    unittest.main()
