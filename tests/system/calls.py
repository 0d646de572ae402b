"""Calls of the services, made as a client should: again under the same request id until there is
an answer, on whichever replica answers."""
import itertools
import threading
import time

import grpc

from checker import messages
from parts import PartFailed

ATTEMPT_S = 5
GIVE_UP_S = 180
PAUSE_S = 0.1
AGAIN = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.RESOURCE_EXHAUSTED,
         grpc.StatusCode.CANCELLED}


class Refused(Exception):
    """An answer that says no, and would again."""

    def __init__(self, method, error):
        super().__init__(f"{method}: {error.code().name} {error.details()}")
        self.code = error.code()


class Caller:
    """Thread-safe."""

    def __init__(self, deployment):
        self._deployment = deployment
        self._turn = itertools.count()
        self._lock = threading.Lock()
        self.retries = 0
        self.empty_reads = 0

    def read(self, method, **fields):
        """A query about what is there for sure: that it is not found passes, for a moment after
        Redis lost everything and before it was written again. How often is counted."""
        deadline = time.monotonic() + GIVE_UP_S
        while True:
            try:
                return self.call(method, **fields)
            except Refused as refused:
                if refused.code != grpc.StatusCode.NOT_FOUND or time.monotonic() > deadline:
                    raise
            with self._lock:
                self.empty_reads += 1
            time.sleep(PAUSE_S)

    def call(self, method, **fields):
        """`evidence.IngestResults`; Refused when the answer is no. Fields make the request."""
        service, name = method.split(".")
        request = messages.message(f"{service}.v1.{name}Request", **fields)
        answer = messages.class_of(f"throughline.{service}.v1.{name}Response")
        path = f"/throughline.{service}.v1.{service.capitalize()}Service/{name}"
        deadline = time.monotonic() + GIVE_UP_S
        while True:
            replicas = self._deployment.replicas_of(service)
            replica = replicas[next(self._turn) % len(replicas)]
            call = replica.channel.unary_unary(path, request.__class__.SerializeToString, answer.FromString)
            try:
                return call(request, timeout=ATTEMPT_S)
            except grpc.RpcError as error:
                if not _is_passing(error):
                    raise Refused(method, error) from None
                if time.monotonic() > deadline:
                    raise PartFailed(f"{method} had no answer for {GIVE_UP_S} s; at last {error.code().name} "
                                     f"{error.details()}") from None
            with self._lock:
                self.retries += 1
            time.sleep(PAUSE_S)

    def settle(self, method, request_id, until=lambda: False, **fields):
        """The same for a call that is refused until another service's fact has come round. The
        refusal is that request's answer for good, so each attempt is a request of its own."""
        for attempt in itertools.count():
            try:
                return self.call(method, request_id=f"{request_id}.{attempt}", **fields)
            except Refused as refused:
                if refused.code not in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION):
                    raise
                if until() or attempt * PAUSE_S > GIVE_UP_S:
                    raise
            time.sleep(PAUSE_S)


def _is_passing(error):
    # gRPC says UNKNOWN of a connection that was reset in the middle of an answer.
    return error.code() in AGAIN or (
        error.code() == grpc.StatusCode.UNKNOWN and "Stream removed" in (error.details() or ""))
