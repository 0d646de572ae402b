"""`throughline doctor` on a real Kafka and Redis, with faults planted one by one: each is found, and said with what to do."""
import json
import os
import pathlib
import signal
import subprocess
import unittest
import urllib.request

import confluent_kafka.admin
from confluent_kafka.admin import AclBinding, AclOperation, AclPermissionType, ConfigResource, ResourcePatternType, ResourceType

import program
from parts import Broker, Redis, free_port, wait_until

PARTITIONS = 2
USER, PASSWORD = "district", "a password of the broker"
KEYS = ("pseudonyms.key", "deliveries.key", "audit.key")


class DoctorCase(program.Case):
    def doctor(self, *options, environment=None):
        """Exit code and findings."""
        done = subprocess.run([program.THROUGHLINE, "doctor", "--json", *map(str, options)], capture_output=True, text=True,
                              env={**os.environ, **(environment or {})}, check=False, timeout=120)
        self.assertEqual(done.stderr, "")
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def assert_fault(self, what, said, *options, environment=None):
        code, found = self.doctor(*options, environment=environment)
        faults = [one for one in found if one["standing"] == "fault"]
        self.assertEqual(code, 1, found)
        self.assertTrue(any(one["what"] == what and said in one["said"] + " " + one.get("next", "") for one in faults), faults)
        return faults

    def assert_no_fault(self, *options):
        code, found = self.doctor(*options)
        self.assertEqual([one for one in found if one["standing"] == "fault"], [])
        self.assertEqual(code, 0)
        return found


class OnKafkaAndRedis(DoctorCase):
    def setUp(self):
        super().setUp()
        self.broker = Broker(self.folder / "kafka")
        self.broker.folder.mkdir()
        self.kafka, self.secured = (f"127.0.0.1:{free_port()}" for _ in range(2))
        (self.broker.folder / "more.properties").write_text(self.listeners())
        self.broker.start()
        self.addCleanup(self.broker.stop)
        self.redis = Redis(self.folder / "redis")
        self.redis.start()
        self.addCleanup(self.redis.stop)
        self.admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": self.kafka})

    def listeners(self):
        """Beside the usual ones, of which everybody may do everything, one for a user whose rights are looked at."""
        broker, controller = self.kafka, f"127.0.0.1:{free_port()}"
        login = "org.apache.kafka.common.security.plain.PlainLoginModule"
        return f"""
listeners=BROKER://{broker},CONTROLLER://{controller},SECURED://{self.secured}
advertised.listeners=BROKER://{broker},SECURED://{self.secured}
controller.quorum.voters=1@{controller}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_PLAINTEXT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
sasl.enabled.mechanisms=PLAIN
listener.name.secured.plain.sasl.jaas.config={login} required user_{USER}="{PASSWORD}";
"""

    def options(self, kafka=None, partitions=PARTITIONS):
        keys = [word for name in KEYS for word in (f"--{name.replace('.', '-')}", self.folder / name)]
        return ["--kafka", kafka or self.kafka, "--redis", self.redis.address, "--open-access", "--partitions",
                partitions, *keys]

    def make_topics(self):
        """As a first start does."""
        metrics = f"127.0.0.1:{free_port()}"
        self.serve(*self.options(), "--metrics", metrics)

        def ready():
            try:
                return urllib.request.urlopen(f"http://{metrics}/readyz", timeout=5).status == 200
            except OSError:
                return False
        wait_until(ready, "ready")
        self.server.send_signal(signal.SIGTERM)
        self.server.wait()

    def configure(self, topic, **config):
        resource = ConfigResource(ResourceType.TOPIC, topic, {name.replace("_", "."): value for name, value in config.items()})
        self.admin.alter_configs([resource])[resource].result(30)

    def test_before_the_first_start_there_are_no_topics_and_that_is_no_fault(self):
        found = self.assert_no_fault(*self.options())
        missing = [one for one in found if one["what"] == "Kafka topic events.evidence"]
        self.assertEqual([one["standing"] for one in missing], ["warning"])
        self.assertIn("2 partitions, cleanup.policy=delete and retention.ms=-1", missing[0]["next"])
        self.assertFalse((self.folder / "pseudonyms.key").exists(), "it changes nothing")

    def test_each_fault_is_found(self):
        self.make_topics()
        found = self.assert_no_fault(*self.options())
        ok = {one["what"] for one in found if one["standing"] == "ok"}
        self.assertLessEqual({"Kafka topic events.plans", "Kafka rights", "State of evidence", "Secret for pseudonyms",
                              "Configuration"}, ok)

        with self.subTest("topics"):
            self.configure("events.plans", retention_ms="604800000")
            self.assert_fault("Kafka topic events.plans", "Set its retention.ms to -1.", *self.options())
            self.configure("events.plans", retention_ms="-1", cleanup_policy="compact")
            self.assert_fault("Kafka topic events.plans", "Set its cleanup.policy to delete.", *self.options())
            self.configure("events.plans", retention_ms="-1", max_message_bytes="8388608", cleanup_policy="delete")
            faults = self.assert_fault("Kafka topic inbox.cycles", "It has 2 partitions, not 24.", *self.options(partitions=24),
                                       "--service", "cycles")
            self.assertFalse([one for one in faults if "plans" in one["what"]], "only of the service that was asked for")

        redis = f"Redis {self.redis.address}"
        with self.subTest("Redis"):
            self.redis.ask("config", "set", "maxmemory-policy", "allkeys-lru")
            self.assert_fault(redis, "Set its maxmemory-policy to noeviction.", *self.options())
            self.redis.ask("config", "set", "maxmemory-policy", "noeviction")
            used = int(next(line for line in self.redis.ask("info", "memory").splitlines()
                            if line.startswith("used_memory:")).split(":")[1])
            self.redis.ask("config", "set", "maxmemory", str(used))
            self.assert_fault(redis, "of its maxmemory", *self.options())
            self.redis.ask("config", "set", "maxmemory", "0")
            self.redis.ask("acl", "setuser", "limited", "on", ">secret", "~tl:*", "+info", "+script|load")
            password = self.folder / "redis-password"
            password.write_text("secret\n")
            password.chmod(0o600)
            self.assert_fault(redis, "This user may not do what a service does", *self.options(), "--redis-user", "limited",
                              "--redis-password-file", password)
            password.write_text("another\n")
            self.assert_fault(redis, "WRONGPASS", *self.options(), "--redis-user", "limited", "--redis-password-file", password)

        with self.subTest("secrets"):
            key = self.folder / "pseudonyms.key"
            kept = key.read_bytes()
            key.write_bytes(b"another secret of thirty-two byte"[:32])
            self.assert_fault("Secret for pseudonyms", "", *self.options())
            key.write_bytes(kept)
            key.chmod(0o666)
            self.assert_fault("Pseudonyms' key", "Everybody on this machine may replace", *self.options())
            key.chmod(0o600)

        with self.subTest("clock and certificate"):
            self.certificate()
            tls = ["--tls-cert", self.folder / "certificate.pem", "--tls-key", self.folder / "key.pem"]
            self.assert_no_fault(*self.options(), *tls)
            later = self.clock_ahead_s(3 * 24 * 3600)
            self.assert_fault("Certificate", "expired at", *self.options(), *tls, environment=later)
            self.assert_fault(redis, "behind this machine's", *self.options(), environment=later)

        with self.subTest("what is configured"):
            closed = [word for word in self.options() if word != "--open-access"]
            self.assert_fault("Configuration", "--jwks", *closed)
            self.assert_fault("Keys of an issuer", "", *closed, "--jwks", self.folder / "none.json", "--jwt-issuer", "i")

        with self.subTest("a topic that is gone"):
            self.admin.delete_topics(["identities"])["identities"].result(30)
            self.assert_fault("Kafka topic identities", "It does not exist", *self.options())

        self.redis.kill()
        self.assert_fault(redis, "It cannot be used", *self.options())
        self.assert_fault("Kafka", "No Kafka broker can be used", *self.options(kafka="127.0.0.1:1"))

    def test_what_this_user_may_not_do_is_found_without_writing_anything(self):
        self.make_topics()
        allowed = [AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS]
        self.permit([AclBinding(ResourceType.TOPIC, "*", ResourcePatternType.LITERAL, f"User:{USER}", "*", one,
                                AclPermissionType.ALLOW) for one in allowed])
        secured = [*self.options(kafka=self.secured), "--kafka-setting", "security.protocol=SASL_PLAINTEXT", "--kafka-setting",
                   "sasl.mechanism=PLAIN", "--kafka-setting", f"sasl.username={USER}", "--kafka-setting",
                   f"sasl.password.file={self.folder / 'kafka-password'}"]
        (self.folder / "kafka-password").write_text(PASSWORD + "\n")
        before = self.ends()
        self.assert_no_fault(*secured)
        self.permit([AclBinding(ResourceType.TOPIC, topic, ResourcePatternType.LITERAL, f"User:{USER}", "*", operation,
                                AclPermissionType.DENY)
                     for topic, operation in (("events.plans", AclOperation.WRITE), ("inbox.cycles", AclOperation.READ))])
        self.assert_fault("Kafka topic events.plans", "Allow this user Write", *secured)
        self.assert_fault("Kafka topic inbox.cycles", "Allow this user Read", *secured)
        self.assertEqual(self.ends(), before, "nothing was written")

    def permit(self, bindings):
        for done in self.admin.create_acls(bindings).values():
            done.result(30)

    def ends(self):
        consumer = confluent_kafka.Consumer({"bootstrap.servers": self.kafka, "group.id": "test"})
        topics = consumer.list_topics(timeout=30).topics
        ends = {(name, p): consumer.get_watermark_offsets(confluent_kafka.TopicPartition(name, p), timeout=30)
                for name, topic in topics.items() for p in topic.partitions}
        consumer.close()
        return ends

    def certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout",
                        self.folder / "key.pem", "-out", self.folder / "certificate.pem", "-subj", "/CN=here"],
                       check=True, capture_output=True)
        (self.folder / "key.pem").chmod(0o600)

    def clock_ahead_s(self, seconds):
        """An environment in which it is so much later."""
        library, clock = self.folder / "set_clock.so", self.folder / "clock"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, pathlib.Path(__file__).with_name("set_clock.c")],
                       check=True)
        clock.write_text(f"{seconds}\n")
        return {"LD_PRELOAD": str(library), "THROUGHLINE_CLOCK": str(clock)}


class OnADirectory(DoctorCase):
    def test_a_data_directory_is_looked_at_while_it_is_served(self):
        self.serve()
        self.assert_no_fault("--data", self.data)
        key = self.data / "deliveries.key"
        kept = key.read_bytes()
        key.write_bytes(bytes(reversed(kept)))
        self.assert_fault("Secret for deliveries", "", "--data", self.data)
        key.write_bytes(kept)
        key.chmod(0o666)
        self.assert_fault("Deliveries' key", "may replace", "--data", self.data)
        key.chmod(0o600)
        self.data.chmod(0o755)
        found = self.assert_no_fault("--data", self.data)
        self.assertIn("chmod 700", " ".join(one.get("next", "") for one in found if one["what"] == "Data directory"))

    def test_where_there_are_no_data_it_says_so_and_makes_none(self):
        self.assert_fault("Data directory", "is no directory", "--data", self.data)
        self.assertFalse(self.data.exists())
        done = program.run("doctor", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("NOTHING_TO_LOOK_AT", done.stderr)


if __name__ == "__main__":
    unittest.main()
