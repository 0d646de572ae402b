"""What would bring the gateway down, or take something out of it, tried on the real program."""
import json
import os
import pathlib
import resource
import signal
import socket
import stat
import unittest

import district_gateway
from district_gateway import GRADEBOOK
from parts import wait_until

PLACES = 20  # for connections, of which every attack below opens more
TRIES = 3 * PLACES
LEAVES_WITHIN_S = 20


class Attacks(district_gateway.Case):
    # No proxy is trusted, so that this machine has no more places than another.
    OPTIONS = ["--connections-per-address", PLACES, "--trusted-proxies", "192.0.2.1"]

    def send(self, text):
        """What is answered to a request in so many bytes, until the connection ends."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(text.encode())
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        return answer.decode()

    def assert_it_serves_and_leaves(self):
        self.assertEqual(self.ask("GET", "/healthz")[0], 200)
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(LEAVES_WITHIN_S), 0)

    def test_answers_whose_head_is_too_large_give_their_connections_back(self):
        filter_ = "title~'" + "!" * 14_500 + "'"
        for _ in range(TRIES):
            answer = self.send(f"GET {GRADEBOOK}/lineItems?limit=1&filter={filter_} HTTP/1.1\r\nHost: {self.http}\r\n"
                               "Throughline-District: lakeside\r\n\r\n")
            self.assertEqual(answer.split()[1], "414")
        self.assert_it_serves_and_leaves()

    def test_requests_that_are_cut_off_give_their_connections_back(self):
        whole = (f"PUT {GRADEBOOK}/results/r HTTP/1.1\r\nHost: {self.http}\r\nThroughline-District: lakeside\r\n"
                 "Content-Type: application/json\r\nContent-Length: 400\r\n\r\n{\"result\":")
        for end in range(0, len(whole), max(1, len(whole) // TRIES)):
            self.send(whole[:end])
        self.assert_it_serves_and_leaves()

    def test_what_two_could_understand_in_two_ways_is_refused(self):
        post = f"POST /v1/results:ingest HTTP/1.1\r\nHost: {self.http}\r\nContent-Type: application/json\r\n"
        for lines, status in (("Host: elsewhere\r\nContent-Length: 0\r\n", "400"),
                              ("Content-Length: 2\r\nContent-Length: 3\r\n", "400"),
                              ("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "400"),
                              ("Transfer-Encoding: gzip\r\n", "501")):
            with self.subTest(lines):
                self.assertEqual(self.send(f"{post}{lines}\r\n{{}}").split()[1], status)

    def test_pages_of_other_sites_can_neither_push_nor_read(self):
        body = '{"source": "sis", "results": [{"sourceId": "r", "student": "s"}]}'
        for headers, status in (({"Origin": "https://elsewhere.example"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403),
                                ({"Content-Type": "text/plain"}, 415)):
            with self.subTest(headers):
                self.assertEqual(self.ask("POST", "/v1/results:ingest", body, headers)[0], status)
        self.assertEqual(self.ask("GET", "/v1/alerts", headers={"Origin": "https://elsewhere.example"})[0], 403)

    def test_what_it_keeps_is_for_its_owner_alone(self):
        for file in pathlib.Path(self.data).iterdir():
            with self.subTest(file.name):
                self.assertEqual(stat.S_IMODE(os.stat(file).st_mode) & 0o077, 0)
        self.assertEqual(stat.S_IMODE(os.stat(self.data).st_mode), 0o700)

    def limit_files_to(self, size):
        resource.prlimit(self.server.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def health(self):
        """Asked on a connection of its own, which is closed: places are few."""
        answer = self.send(f"GET /healthz HTTP/1.1\r\nHost: {self.http}\r\nConnection: close\r\n\r\n")
        return int(answer.split()[1]), answer.partition("\r\n\r\n")[2]

    def push(self, number):
        body = {"source": "sis", "results": [{"sourceId": f"r-{number}-{i}", "student": f"s-{i}"} for i in range(100)]}
        return self.ask("POST", "/v1/results:ingest", body)[0]

    def test_a_disk_that_is_full_loses_nothing_and_is_told(self):
        self.assertEqual(self.push(0), 200)
        self.limit_files_to(1)  # no file may grow
        self.assertEqual(self.push(1), 503)
        status, why = self.health()
        self.assertEqual(status, 503)
        self.assertIn("cannot be written", why)
        self.assertNotIn(str(self.data), why)
        self.limit_files_to(resource.RLIM_INFINITY)
        wait_until(lambda: self.health()[0] == 200, "healthy again")
        self.assertEqual(self.push(1), 200)
        self.assertEqual(len(json.loads(self.ask("GET", "/v1/quarantinedResults?pageSize=1000")[2])["results"]), 200)
        self.assert_it_serves_and_leaves()


if __name__ == "__main__":
    unittest.main()
