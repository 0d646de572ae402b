"""A district that is served to whoever asks, without credentials, over the JSON API."""
import http.client
import itertools
import json
import urllib.parse

import program
from parts import wait_until


class Case(program.Case):
    OPTIONS = []  # of `throughline serve`

    def setUp(self):
        super().setUp()
        self.serve(*self.OPTIONS)
        self.keys = itertools.count()

    def ask(self, method, path, body=None, **query):
        """(status, answer)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.addCleanup(connection.close)
        headers = {"Throughline-District": "lakeside"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(next(self.keys))}
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        connection.request(method, target, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def must(self, *arguments, **query):
        status, answer = self.ask(*arguments, **query)
        self.assertEqual(status, 200, answer)
        return answer

    def refused(self, *arguments, **query):
        """The reason."""
        status, answer = self.ask(*arguments, **query)
        self.assertNotEqual(status, 200, answer)
        return answer["error"]["details"][0]["reason"]

    def wait_for_practices(self):
        """The library is with the cycles, which hear of a new district a moment later."""
        wait_until(lambda: self.refused("PUT", "/v1/practices/none", {"practice": {}}) != "DISTRICT_UNKNOWN",
                   "the district in cycles")
