"""One push, seen by Jaeger as one whole trace and taken entirely by OpenTelemetry's collector: from the request over
the alert to the webhook, over gRPC and over HTTP, of the program and of the services apart on a Kafka."""
import unittest

import traced_district
from apart import Apart
from foreign_receivers import Jaeger, OtelCollector, counted
from parts import free_port, wait_until
from traced_district import HOOK, TRACE

INGEST = "throughline.evidence.v1.EvidenceService/IngestResults"
ASK, CALL, ANSWER = ("server", "POST /v1/**"), ("client", INGEST), ("server", INGEST)
HOOKED = ("client", "POST")
FLOW = ("evidence", "cycles", "notifications")  # who takes what the one before it says
# What has to be in it besides.
HOPS = {ASK, CALL, ANSWER, HOOKED, ("producer", "send inbox.evidence"), ("consumer", "process inbox.evidence"),
        ("consumer", "process events.evidence"), ("consumer", "process events.cycles"),
        *(("producer", f"send events.{service}") for service in FLOW)}

# Jaeger takes a child that ends after its parent for one of another clock: what is sent is taken later. One that began
# before its parent would have to be moved the other way.
LATER_THAN_PARENT = "clock skew adjustment disabled; not applying calculated delta of -"


def what(span):
    return span.kind, span.name


def may_be_parent(parent, span):
    """Whether a span may come of that one, by the table of services/platform/tracing/README.md."""
    verb, _, topic = span.name.partition(" ")
    if what(span) in (CALL, ANSWER):
        return what(parent) == {CALL: ASK, ANSWER: CALL}[what(span)]
    if verb == "send" and topic.startswith("inbox."):
        return what(parent) in (ANSWER, HOOKED)
    if span.name == "process timers":  # which events set
        return parent.name.startswith("send events.") and parent.service == span.service
    if verb == "process" and topic.startswith("inbox.") and parent.name.startswith("send events."):
        return parent.service == span.service  # what one partition has told another of its own service
    if verb == "process":
        return what(parent) == ("producer", f"send {topic}")
    if verb in ("commit", "send"):
        return parent.kind == "consumer" and parent.service == span.service
    if what(span) == HOOKED:
        return what(parent) == ("producer", "send events.notifications")
    return False


class InJaeger(traced_district.Case):
    def setUp(self):
        super().setUp()
        self.jaeger = Jaeger(self.folder)
        self.addCleanup(self.jaeger.close)
        self.jaeger.start()

    def whole(self, of):
        """The one trace of the push, once everything is in it that has to be. `of` gives the name of the program that a
        service is in."""
        def found():
            traces = self.jaeger.traces_with(of("notifications"), "POST")
            self.assertLessEqual(len(traces), 1, "the webhook of a push is in one trace")
            return next((trace for trace in traces if HOPS <= set(map(what, trace))), None)
        return wait_until(found, "the whole trace")

    def assert_whole(self, of):
        trace = self.whole(of)
        by_id = {span.id: span for span in trace}
        self.assertEqual(len(by_id), len(trace), "every span once")
        self.assertEqual([what(span) for span in trace if not span.parents], [ASK], "it begins with the request")
        for span in trace:
            with self.subTest(span):
                self.assertEqual([one for one in span.warnings if not one.startswith(LATER_THAN_PARENT)], [])
                if not span.parents:
                    continue
                parent, = span.parents
                self.assertIn(parent, by_id, "a parent that was exported")
                self.assertTrue(may_be_parent(by_id[parent], span), f"{by_id[parent]!r} is its parent")
        self.assert_the_webhook_comes_of_the_push(trace, by_id, of)

    def assert_the_webhook_comes_of_the_push(self, trace, by_id, of):
        """Through every service, each in its program, up to the request; and the receiver was told which trace it is."""
        span, = [one for one in trace if what(one) == HOOKED]
        request, = self.hooks.wait_for(HOOK, 1)
        self.assertEqual(request[1]["traceparent"], f"00-{span.trace}-{span.id}-01")
        chain = []
        while True:
            chain.append((span.service, *what(span)))
            if not span.parents:
                break
            span = by_id[span.parents[0]]
        chain.reverse()
        wanted = [(of("gateway"), *ASK), (of("gateway"), *CALL), (of("evidence"), *ANSWER),
                  (of("evidence"), "producer", "send inbox.evidence"), (of("evidence"), "consumer", "process inbox.evidence")]
        for before, service in zip(FLOW, FLOW[1:]):
            wanted += [(of(before), "producer", f"send events.{before}"), (of(service), "consumer", f"process events.{before}")]
        self.assertEqual(chain[:len(wanted)], wanted)
        self.assertEqual(chain[-1], (of("notifications"), *HOOKED))

    def test_one_push_is_one_trace_of_the_program_over_http(self):
        self.begin(self.jaeger.http_address, "--trace-ratio", "1")
        self.push(flags=None)
        self.assert_whole(lambda _: "throughline")

    def test_one_push_is_one_trace_of_all_programs_on_kafka_over_grpc(self):
        self.server = Apart(self.folder / "apart", ["--traces", self.jaeger.grpc_address, "--trace-ratio", "1"])
        self.addCleanup(self.server.close)
        self.server.start()
        self.http_port = self.server.http_port
        self.found_district()
        self.push(flags=None)
        self.assert_whole(lambda service: f"throughline-{service}")
        self.assertLessEqual({f"throughline-{one}" for one in ("gateway", *FLOW)}, self.jaeger.services())


class InTheCollector(traced_district.Case):
    def setUp(self):
        super().setUp()
        self.otelcol = OtelCollector(self.folder)
        self.addCleanup(self.otelcol.close)
        self.otelcol.start()

    def assert_all_taken(self, address, transport):
        metrics = f"127.0.0.1:{free_port()}"
        self.begin(address, "--trace-ratio", "1", "--metrics", metrics)
        self.push()
        self.hooks.wait_for(HOOK, 1)
        names = {name for _, name in HOPS}
        wait_until(lambda: names <= self.otelcol.names_of(TRACE), "the trace of the push")

        def of_the_program(name):
            return counted(f"http://{metrics}/metrics", f"throughline_spans_{name}")

        def all_taken():
            exported = of_the_program("exported")
            return exported > len(HOPS) and exported == self.otelcol.count("receiver_accepted_spans", transport=transport)
        wait_until(all_taken, "as many spans accepted as exported")
        self.assertEqual(of_the_program("dropped"), 0)
        self.assertEqual(self.otelcol.count("receiver_refused_spans"), 0)
        self.assertEqual(self.otelcol.count("receiver_failed_spans"), 0)

    def test_it_takes_every_span_over_grpc(self):
        self.assert_all_taken(self.otelcol.grpc_address, "grpc")

    def test_it_takes_every_span_over_http(self):
        self.assert_all_taken(self.otelcol.http_address, "http")


if __name__ == "__main__":
    unittest.main()
