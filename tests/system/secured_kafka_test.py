"""A broker that wants TLS and a password, as districts have them: with both, everything works; without, a sentence."""
import subprocess
import unittest
import urllib.request

import confluent_kafka
import confluent_kafka.admin

import program
from parts import Broker, Redis, free_port, wait_until

PASSWORD = "a password of the broker"
DOCUMENTS = "edfi.dms.instance.lakeside.documents.v1"
GIVE_UP_S = 60


class SecuredKafka(program.Case):
    def setUp(self):
        super().setUp()
        self.address = f"127.0.0.1:{free_port()}"
        self.broker = Broker(self.folder / "kafka")
        self.broker.folder.mkdir()
        self.ports = [free_port() for _ in range(2)]
        self.certify()
        self.start_broker(PASSWORD)
        self.addCleanup(self.broker.stop)
        self.redis = Redis(self.folder / "redis")
        self.redis.start()
        self.addCleanup(self.redis.stop)

    def start_broker(self, password):
        (self.broker.folder / "more.properties").write_text(self.listeners(password))
        self.broker.start()

    def certify(self):
        key, certificate, both = (self.folder / name for name in ("key.pem", "certificate.pem", "both.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out",
                        certificate, "-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1"],
                       check=True, capture_output=True)
        both.write_text(key.read_text() + certificate.read_text())

    def listeners(self, password):
        """One for us, which is secured; and those of every broker of deploy/kafka."""
        broker, controller = (f"127.0.0.1:{port}" for port in self.ports)
        login = "org.apache.kafka.common.security.plain.PlainLoginModule"
        return f"""
listeners=BROKER://{broker},CONTROLLER://{controller},SECURED://{self.address}
advertised.listeners=BROKER://{broker},SECURED://{self.address}
controller.quorum.voters=1@{controller}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL
ssl.keystore.type=PEM
ssl.keystore.location={self.folder / "both.pem"}
sasl.enabled.mechanisms=PLAIN
listener.name.secured.plain.sasl.jaas.config={login} required user_district="{password}";
"""

    def settings(self, password=PASSWORD):
        return {"security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.username": "district",
                "sasl.password": password, "ssl.ca.location": str(self.folder / "certificate.pem")}

    def options(self, prefix, settings):
        options = [f"--{prefix}kafka", self.address]
        for name, value in settings.items():
            options += [f"--{prefix}kafka-setting", f"{name}={value}"]
        return options

    def log_and_store(self, settings):
        return [*self.options("", settings), "--redis", self.redis.address, "--open-access", "--partitions", 2,
                "--pseudonyms-key", self.folder / "pseudonyms.key", "--deliveries-key", self.folder / "deliveries.key"]

    def test_what_a_district_sends_is_recorded_and_documents_are_read(self):
        at = {"bootstrap.servers": self.address, **self.settings()}
        admin = confluent_kafka.admin.AdminClient(at)
        admin.create_topics([confluent_kafka.admin.NewTopic(DOCUMENTS, 1, 1)])[DOCUMENTS].result(30)
        producer = confluent_kafka.Producer(at)
        producer.produce(DOCUMENTS, b"no document", b"key")
        self.assertEqual(producer.flush(30), 0)

        metrics = f"127.0.0.1:{free_port()}"
        self.serve(*self.log_and_store(self.settings()), *self.options("edfi-", self.settings()), "--edfi-topic", DOCUMENTS,
                   "--edfi-district", "lakeside", "--metrics", metrics)
        self.begin_lakeside()
        program.run("push", self.folder / "lakeside/today.csv", "--district", "lakeside", "--connect", self.grpc)
        alerts = lambda: program.run("show", "alerts", "--district", "lakeside", "--connect", self.grpc).stdout
        wait_until(lambda: "off track" in alerts().lower().replace("_", " "), "the alert")

        def page():
            with urllib.request.urlopen(f"http://{metrics}/metrics", timeout=10) as answer:
                return answer.read().decode()
        wait_until(lambda: "\nthroughline_edfi_left_behind_total 1\n" in page(), "a document read")

    def test_a_password_that_is_replaced_in_its_file_needs_no_restart(self):
        password = self.folder / "password"
        password.write_text(PASSWORD + "\n")
        settings = {name: value for name, value in self.settings().items() if name != "sasl.password"}
        self.serve(*self.log_and_store({**settings, "sasl.password.file": str(password)}))
        self.begin_lakeside()
        self.broker.stop()
        password.write_text("another one\n")
        self.start_broker("another one")
        push = lambda: program.run("push", self.folder / "lakeside/today.csv", "--district", "lakeside", "--connect", self.grpc,
                                   check=False)
        wait_until(lambda: push().returncode == 0, "a push with the new password")
        self.assertIsNone(self.server.poll())

    def test_a_wrong_password_or_a_broker_nobody_vouches_for_stops_the_start_with_a_sentence(self):
        unknown = self.settings()
        del unknown["ssl.ca.location"]
        for settings, word in ((self.settings("a wrong one"), "Authentication failed"), (unknown, "certificate")):
            with self.subTest(word):
                done = subprocess.run([program.THROUGHLINE, "serve", "--listen", "127.0.0.1:0",
                                       *map(str, self.log_and_store(settings))], capture_output=True, text=True,
                                      timeout=GIVE_UP_S)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(word, done.stderr.splitlines()[-2])
                self.assertNotIn(PASSWORD, done.stderr)


if __name__ == "__main__":
    unittest.main()
