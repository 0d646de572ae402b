"""One byte that a disk has changed, before a district is served from it and while it is: what is answered is right, or
refused."""
import contextlib
import http.client
import random
import re
import shutil
import signal
import subprocess
import unittest

import program
from parts import PartFailed, wait_until
from program import small_district, write_bundle

TRIALS = 12
PATIENCE_S = 3  # for what is being put right
QUESTIONS = ["/v1/districts/d1", "/v1/schools", "/v1/assessments", "/v1/lineItems", "/v1/alerts", "/v1/quarantinedResults",
             "/v1/resultCounts", "/v1/assessments/quiz-1/variance"]


class DamagedDisk(program.Case):
    def serve_from(self, data):
        """The gateway's address, or None when it refuses to start, with a sentence."""
        with open(self.folder / "said", "w") as said:
            self.server = subprocess.Popen([program.THROUGHLINE, "serve", "--data", data, "--listen", "127.0.0.1:0"],
                                           stdout=subprocess.PIPE, stderr=said, text=True)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        ready = re.search(r"at (127\S+), .* https?://(127\S+)\.", self.server.stdout.readline())
        if ready:
            self.grpc, address = ready.groups()
            return address
        self.assertEqual(self.server.wait(30), 1)
        self.assertIn("throughline check", (self.folder / "said").read_text())
        return None

    def ask(self, address, question):
        connection = http.client.HTTPConnection(address, timeout=30)
        try:
            connection.request("GET", question, headers={"Throughline-District": "d1"})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def answer(self, address, question):
        """What is answered in the end: for a moment it may be being put right."""
        answers = []

        def is_given():
            answers.append(self.ask(address, question))
            return answers[-1][0] == 200
        with contextlib.suppress(PartFailed):
            wait_until(is_given, question, PATIENCE_S)
        return answers[-1]

    def end(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(30)

    def test_a_changed_byte_is_no_wrong_answer(self):
        write_bundle(self.folder / "b", small_district())
        program.run("import", self.folder / "b", "--district", "d1", "--data", self.data)
        address = self.serve_from(self.data)
        program.show_variance(72, "quiz-1", "--district", "d1", "--connect", self.grpc)
        right = {question: self.ask(address, question) for question in QUESTIONS}
        self.assertEqual({status for status, _ in right.values()}, {200}, right)
        self.end()

        chance = random.Random(13)
        for trial in range(TRIALS):
            data = self.folder / f"trial-{trial}"
            shutil.copytree(self.data, data)
            at = chance.randrange((data / "journal.db").stat().st_size)
            with self.subTest(trial=trial, byte=at):
                if trial % 2 == 0:
                    self.flip(data, at)
                address = self.serve_from(data)
                if address is None:
                    continue
                if trial % 2 == 1:
                    self.flip(data, at)
                for question in QUESTIONS:
                    status, body = self.answer(address, question)
                    if status == 200:
                        self.assertEqual(body, right[question][1])
                    else:
                        self.assertGreaterEqual(status, 500, body)
                self.end()

    @staticmethod
    def flip(data, at):
        with open(data / "journal.db", "r+b") as file:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1]))


if __name__ == "__main__":
    unittest.main()
