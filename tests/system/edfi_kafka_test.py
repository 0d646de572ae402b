"""Documents of an Ed-Fi instance, put on a real Kafka by a producer that is not ours and read by the real program."""
import copy
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import time
import unittest
import urllib.error
import urllib.request
import uuid

import confluent_kafka
import confluent_kafka.admin

import program
from parts import PartFailed, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT / "services/gateway/edfi/testdata"
BROKER = pathlib.Path(os.environ["THROUGHLINE_KAFKA_ADDRESS_FILE"])
NOBODYS = "127.0.0.1:1"
SECRET = "a secret of the district office, long enough"
STOP_S = 10


def document(name):
    return json.loads((DOCUMENTS / f"{name}.json").read_text())


def contract(id, version, resource, body):
    """The state of a document as the proposed contract has it."""
    return document("dms_state") | {"documentUuid": id, "contentVersion": version, "resourceName": resource,
                                    "document": body | {"id": id}}


def older(id, changed, body):
    """The same as Debezium's rows had it."""
    return document("dms_older") | {"documentuuid": id, "lastmodifiedat": changed, "edfidoc": body | {"id": id}}


def result_of(student, score="2400"):
    body = copy.deepcopy(document("student_assessment"))
    body["studentReference"]["studentUniqueId"] = student
    body["scoreResults"][2]["result"] = score  # on a scale of 2100 to 2800
    del body["studentObjectiveAssessments"]
    return body


class Server:
    """`throughline serve` over one directory; may be stopped and started again."""

    def __init__(self, case, *options):
        self.case = case
        self.options = options
        self.log = case.folder / "log"
        self.start()
        case.addCleanup(lambda: (self.process.kill(), self.process.wait(), self.process.stdout.close()))

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [program.THROUGHLINE, "serve", "--data", str(self.case.data), "--listen", "127.0.0.1:0", "--metrics",
                 "127.0.0.1:0", *map(str, self.options)], stdout=subprocess.PIPE, stderr=log, text=True)
        said = self.process.stdout.readline()
        self.url = re.search(r"http://127\.0\.0\.1:\d+", said).group()
        self.metrics = re.findall(r"http://\S+|127\S+/metrics", self.log.read_text())[-1]

    def stop(self):
        before = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.case.assertEqual(self.process.wait(60), 0)
        self.case.assertLess(time.monotonic() - before, STOP_S)
        self.process.stdout.close()

    def metric(self, name):
        with urllib.request.urlopen(f"http://{self.metrics}", timeout=10) as page:
            return int(float(re.search(rf"^{name} (\S+)$", page.read().decode(), re.M).group(1)))


class EdFiKafka(program.Case):
    def setUp(self):
        super().setUp()
        self.topic = f"edfi.dms.instance.{uuid.uuid4().hex}.documents.v1"
        self.producer = confluent_kafka.Producer({"bootstrap.servers": BROKER.read_text().strip()})
        self.token = None

    def make_topic(self):
        admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": BROKER.read_text().strip()})
        topic = confluent_kafka.admin.NewTopic(self.topic, 2, 1, config={"cleanup.policy": "compact"})
        admin.create_topics([topic])[self.topic].result(30)

    def put(self, key, value):
        text = value if value is None or isinstance(value, bytes) else json.dumps(value).encode()
        self.producer.produce(self.topic, text, key.encode())
        self.assertEqual(self.producer.flush(30), 0)

    def options(self, broker=None, district="lakeside"):
        return ["--edfi-kafka", broker or BROKER.read_text().strip(), "--edfi-topic", self.topic, "--edfi-group",
                self.topic, "--edfi-district", district]

    def clients(self):
        file = self.folder / "clients.json"
        file.write_text(json.dumps([{"client_id": "office", "district": "lakeside", "role": "district_administrator",
                                     "secret_sha256": hashlib.sha256(SECRET.encode()).hexdigest()}]))
        return ["--clients", file]

    def log_in(self, server):
        body = f"grant_type=client_credentials&client_id=office&client_secret={SECRET.replace(' ', '+')}".encode()
        with urllib.request.urlopen(f"{server.url}/oauth/token", body, timeout=30) as answer:
            self.token = json.load(answer)["access_token"]

    def ask(self, server, verb, path, body=None):
        headers = {"Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {"Throughline-District": "lakeside"}
        request = urllib.request.Request(server.url + path, None if body is None else json.dumps(body).encode(), headers,
                                         method=verb)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def set_up_the_district(self, server):
        self.ask(server, "POST", "/v1/districts", {"district": {
            "district": "lakeside", "name": "Lakeside", "timeZone": "America/Chicago",
            "calendar": {"terms": [{"first": "2020-08-15", "last": "2021-05-30"}]}}})
        self.ask(server, "PUT", "/v1/schools/north", {"school": {"name": "North"}})
        self.ask(server, "POST", "/v1/schools/north/teams:upsert",
                 {"teams": [{"team": "grade-3", "name": "Grade 3", "active": True}]})
        self.ask(server, "POST", "/v1/schools/north/roster:update", {
            "classes": [{"classId": "3-north", "title": "3", "team": "grade-3"}],
            "students": [{"student": student, "classIds": ["3-north"]} for student in ("6048999", "6049000", "6049001")]})

    def counts(self, server):
        return {name: int(value) for name, value in self.ask(server, "GET", "/v1/resultCounts").items()}

    def has(self, server, **wanted):
        def holds():
            counts = self.counts(server)
            return all(counts[name] == value for name, value in wanted.items())
        try:
            wait_until(holds, str(wanted))
        except PartFailed as missing:
            raise AssertionError(f"{missing}, but {self.counts(server)}; {self.ask(server, 'GET', '/v1/quarantinedResults')} {server.log.read_text()[-3000:]}") from None

    def all_read(self, server, count):
        """Waits until the server has read this many records since it started, and committed its place behind
        them: a result is counted by its service before that."""
        wait_until(lambda: server.metric("throughline_edfi_records_total") >= count, f"{count} records")
        wait_until(lambda: server.metric("throughline_edfi_records_waiting") == 0, "no record waits")
        self.assertEqual(server.metric("throughline_edfi_records_total"), count)

    def test_documents_are_recorded_changed_and_taken_back_with_the_gateways_own_token(self):
        self.make_topic()
        server = Server(self, *self.options(), *self.clients())
        self.log_in(server)
        first, second, third = (str(uuid.uuid4()) for _ in range(3))
        exam = str(uuid.uuid4())
        # They wait until there is a district that they are of.
        self.put(exam, contract(exam, 1, "Assessment", document("assessment")))
        wait_until(lambda: "DISTRICT_UNKNOWN" in server.log.read_text(), "the district is missed")
        self.assertEqual(server.metric("throughline_edfi_records_total"), 0)
        self.set_up_the_district(server)
        wait_until(lambda: self.ask(server, "GET", "/v1/assessments").get("assessments"), "the assessment")

        # Both shapes, and between them what is none: it is left behind, and blocks nothing.
        self.put(first, contract(first, 5, "StudentAssessment", result_of("6048999")))
        self.put(first, b"\x00\xff{")
        self.put(second, contract(third, 5, "StudentAssessment", result_of("6049000")))  # of another key
        self.put("4711", older(second, 1751815845123456, result_of("6049000")))
        self.put(third, contract(third, 5, "StudentAssessment", {"administrationDate": 7}))
        self.put(third, contract(third, 6, "StudentAssessment", result_of("6049001")))
        fourth = str(uuid.uuid4())
        self.put(fourth, contract(fourth, 5, "StudentAssessment", result_of("6049001", "9999")))
        self.has(server, accepted=3, quarantined=1)
        self.all_read(server, 8)
        self.assertIn(server.metric("throughline_edfi_left_behind_total"), (2, 3))  # the newest of one batch counts
        self.assertEqual(server.metric("throughline_edfi_reading"), 1)
        self.assertNotIn("6048999", server.log.read_text())

        # A newer state corrects, an older one does nothing, and a tombstone takes back.
        self.put(first, contract(first, 7, "StudentAssessment", result_of("6048999", "2440")))
        self.has(server, corrected=1)
        self.put(first, contract(first, 6, "StudentAssessment", result_of("6048999", "2450")))
        self.put(third, None)
        self.put(fourth, None)
        self.has(server, corrected=2, quarantined=0)
        self.all_read(server, 12)
        before = self.counts(server)

        # A restart goes on where it was.
        server.stop()
        server.start()
        self.log_in(server)
        self.put(first, contract(first, 8, "StudentAssessment", result_of("6048999", "2460")))
        self.has(server, corrected=3)
        self.all_read(server, 1)  # and nothing twice
        after = self.counts(server)
        self.assertEqual([after[name] for name in ("accepted", "duplicate", "quarantined")],
                         [before[name] for name in ("accepted", "duplicate", "quarantined")], after)
        server.stop()

    def test_a_broker_that_is_away_or_has_no_such_topic_yet_is_waited_for(self):
        server = Server(self, *self.options(NOBODYS))
        wait_until(lambda: "nothing comes from" in server.log.read_text(), "a word in the log")
        self.assertEqual(server.metric("throughline_edfi_reading"), 0)
        self.set_up_the_district(server)
        self.assertEqual(self.counts(server)["accepted"], 0)
        server.stop()

        server.options = self.options()
        server.start()
        wait_until(lambda: "Unknown topic" in server.log.read_text(), "a word about the topic")
        self.make_topic()
        id = str(uuid.uuid4())
        self.put(id, contract(id, 1, "Assessment", document("assessment")))
        self.all_read(server, 1)
        server.stop()

    def test_a_wrong_option_stops_the_start_with_a_sentence(self):
        for options, sentence in (
                (["--edfi-kafka", NOBODYS], "--edfi-topic is missing"),
                (["--edfi-topic", "t"], "--edfi-kafka is missing"),
                (self.options(NOBODYS, "no id"), "--edfi-district has to be"),
                ([*self.options(NOBODYS), "--edfi-kafka-setting", "group.id=x"], "cannot change group.id"),
                ([*self.options(NOBODYS), "--edfi-kafka-setting", "no.such=x"], "no.such"),
                ([*self.options(NOBODYS), "--edfi-kafka-setting", "security.protocol=x"], "security.protocol"),
                ([*self.options(NOBODYS), "--edfi-token", "/no/such/file"], "--edfi-token is a file that")):
            with self.subTest(sentence):
                done = subprocess.run([program.THROUGHLINE, "serve", "--data", self.data, "--listen", "127.0.0.1:0",
                                       *map(str, options)], capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(sentence, done.stderr.splitlines()[-1])


if __name__ == "__main__":
    unittest.main()
