"""A client of the Kubernetes API: requests, watches, and conditions to wait for. Nothing but the
standard library, so that what it sends is what the test says."""
import http.client
import json
import ssl
import threading
import urllib.parse

MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
TIMEOUT_S = 30


class Refused(Exception):
    """The API server said no: `status` (409, 429 ...), `reason` (AlreadyExists ...)."""

    def __init__(self, status, said):
        super().__init__(f"{status} {said.get('reason')}: {said.get('message')}")
        self.status = status
        self.reason = said.get("reason")
        self.message = said.get("message", "")


class Api:
    """Thread-safe: each thread has a connection of its own."""

    def __init__(self, address, authority, token):
        self._address = address
        self._tls = ssl.create_default_context(cafile=str(authority))
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._own = threading.local()

    def get(self, path, **query):
        return self.request("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def find(self, path):
        """None when there is no such thing."""
        try:
            return self.get(path)
        except Refused as refused:
            if refused.status != 404:
                raise
            return None

    def list(self, path, **query):
        return self.get(path, **query)["items"]

    def create(self, path, body):
        return self.request("POST", path, body)

    def patch(self, path, body, kind=MERGE):
        return self.request("PATCH", path, body, kind)

    def delete(self, path, body=None):
        return self.request("DELETE", path, body)

    def request(self, method, path, body=None, kind="application/json"):
        sent = None if body is None else json.dumps(body)
        for attempt in (1, 2):
            try:
                connection = self._connection()
                connection.request(method, path, sent, self._headers | {"Content-Type": kind})
                response = connection.getresponse()
                answer = response.read()
                break
            except (http.client.HTTPException, ConnectionError):
                # A connection that was kept may have been closed meanwhile; a new one was not.
                self._own.connection = None
                if attempt == 2:
                    raise
        said = json.loads(answer) if answer[:1] == b"{" else {"message": answer.decode(errors="replace")}
        if response.status >= 300:
            raise Refused(response.status, said)
        return said

    def _connection(self):
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = self._open(TIMEOUT_S)
        return connection

    def _open(self, timeout_s):
        host, port = self._address.rsplit(":", 1)
        return http.client.HTTPSConnection(host, int(port), timeout=timeout_s, context=self._tls)

    def watch(self, path, since, seconds=300, **query):
        """(type, object) for each change after `since`, until the server ends it."""
        asked = {"watch": "true", "resourceVersion": since, "allowWatchBookmarks": "true",
                 "timeoutSeconds": seconds, **query}
        connection = self._open(seconds + TIMEOUT_S)
        try:
            connection.request("GET", f"{path}?{urllib.parse.urlencode(asked)}", headers=self._headers)
            response = connection.getresponse()
            if response.status != 200:
                raise Refused(response.status, json.loads(response.read()))
            for line in response:
                change = json.loads(line)
                yield change["type"], change["object"]
        finally:
            connection.close()


class Mirror(threading.Thread):
    """Keeps what a list holds, as it changes, and calls `changed(object, gone)` for each change, in
    order, on this thread. It lists anew whenever a watch ends."""

    def __init__(self, api, path, changed=None, **query):
        super().__init__(name=f"mirror of {path}", daemon=True)
        self._api = api
        self._path = path
        self._query = query
        self._changed = changed or (lambda _, gone: None)
        self._lock = threading.Lock()
        self._held = {}
        self._ended = threading.Event()

    def items(self):
        with self._lock:
            return list(self._held.values())

    def stop(self):
        self._ended.set()

    def run(self):
        while not self._ended.is_set():
            try:
                self._follow()
            except (Refused, OSError, http.client.HTTPException, ValueError):
                self._ended.wait(0.2)

    def _follow(self):
        listed = self._api.get(self._path, **self._query)
        now = {one["metadata"]["uid"]: one for one in listed["items"]}
        for uid, one in self._snapshot().items():
            if uid not in now:
                self._put(one, gone=True)
        for one in now.values():
            self._put(one, gone=False)
        for kind, one in self._api.watch(self._path, listed["metadata"]["resourceVersion"], **self._query):
            if self._ended.is_set() or kind == "ERROR":
                return
            if kind != "BOOKMARK":
                self._put(one, gone=kind == "DELETED")

    def _snapshot(self):
        with self._lock:
            return dict(self._held)

    def _put(self, one, gone):
        uid = one["metadata"]["uid"]
        with self._lock:
            if gone:
                self._held.pop(uid, None)
            else:
                self._held[uid] = one
        self._changed(one, gone)
