"""Calls of the services through the gateway, as JSON over HTTP and with a credential, made as a client
should: again under the same request id until there is an answer."""
import base64
import http.client
import json
import re
import threading
import time
import urllib.parse

import grpc
from google.protobuf import descriptor_pool, json_format

from calls import AGAIN, ATTEMPT_S, GIVE_UP_S, PAUSE_S, Caller, Refused
from checker import messages  # which puts the classes of proto/ where the next line finds them
from google.api import annotations_pb2
from parts import PartFailed


class Answered:
    """An error that came as JSON, with the words of one that came over gRPC."""

    def __init__(self, status, body):
        try:
            said = json.loads(body)["error"]
        except (ValueError, KeyError, TypeError):
            said = {"status": "UNAVAILABLE" if status >= 500 else "UNKNOWN", "message": body.decode(errors="replace")}
        self._code = getattr(grpc.StatusCode, said["status"], grpc.StatusCode.UNKNOWN)
        self._details = f"{status} {said['message']} {said.get('details', '')}"

    def code(self):
        return self._code

    def details(self):
        return self._details


class GatewayCaller(Caller):
    """Thread-safe; each thread keeps a connection. `address`: host:port of the gateway, which gives the
    client its tokens."""

    def __init__(self, address, client, secret):
        super().__init__(None)
        self._address = address
        self._basic = "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()
        self._own = threading.local()
        self._token = None

    def call(self, method, **fields):
        service, name = method.split(".")
        request = messages.message(f"{service}.v1.{name}Request", **fields)
        answer = messages.class_of(f"throughline.{service}.v1.{name}Response")
        verb, target, body = route_of(service, name, request)
        deadline = time.monotonic() + GIVE_UP_S
        while True:
            status, content = self._ask(verb, target, body)
            if status == 200:
                return json_format.Parse(content, answer(), ignore_unknown_fields=True)
            error = Answered(status, content)
            if error.code() not in AGAIN:
                raise Refused(method, error) from None
            if time.monotonic() > deadline:
                raise PartFailed(f"{method} had no answer for {GIVE_UP_S} s; at last {error.details()}")
            with self._lock:
                self.retries += 1
            time.sleep(PAUSE_S)

    def _ask(self, verb, target, body):
        """(status, content); 503 when there was no answer, and another connection the next time."""
        token = self._token or self._ask_for_token()
        if token is None:
            return 503, b"no token"
        status, content = self._send(verb, target, body, {"Authorization": f"Bearer {token}",
                                                          "Content-Type": "application/json"})
        if status == 401:  # it is over
            self._token = None
            return 503, content
        return status, content

    def _ask_for_token(self):
        status, content = self._send("POST", "/oauth/token", "grant_type=client_credentials", {
            "Authorization": self._basic, "Content-Type": "application/x-www-form-urlencoded"})
        if status == 200:
            self._token = json.loads(content)["access_token"]
        elif status != 503:
            raise PartFailed(f"no token: {status} {content.decode(errors='replace')}")
        return self._token

    def _send(self, verb, target, body, headers):
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = http.client.HTTPConnection(self._address, timeout=ATTEMPT_S)
        try:
            connection.request(verb, target, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as failure:
            connection.close()
            self._own.connection = None
            return 503, str(failure).encode()
        if response.status >= 500:
            connection.close()  # the next one may reach another gateway
            self._own.connection = None
        return response.status, content


def route_of(service, name, request):
    """(verb, target, body) as the proto says it."""
    of = descriptor_pool.Default().FindServiceByName(f"throughline.{service}.v1.{service.capitalize()}Service")
    http_rule = of.methods_by_name[name].GetOptions().Extensions[annotations_pb2.http]
    verb = http_rule.WhichOneof("pattern")
    fields = json_format.MessageToDict(request, preserving_proto_field_name=True)

    def put(match):
        words = match.group(1).split(".")
        inside = fields
        for word in words[:-1]:
            inside = inside[word]
        return urllib.parse.quote(str(inside.pop(words[-1])), safe="")

    target = re.sub(r"\{([^}]*)\}", put, getattr(http_rule, verb))
    if verb == "get":
        plain = {key: json.dumps(value) if isinstance(value, bool) else value for key, value in fields.items()}
        return "GET", f"{target}?{urllib.parse.urlencode(plain)}", None
    return verb.upper(), target, json.dumps(fields)
