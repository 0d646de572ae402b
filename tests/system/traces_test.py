"""Traces of the real program, as a collector that is not ours takes them: one push is one trace, from the request to
the webhook, whichever way it is exported."""
import unittest

import traced_district
import webhooks_test
from parts import wait_until
from traced_district import HOOK, SENDER, TRACE

INGEST = "throughline.evidence.v1.EvidenceService/IngestResults"
SERVER, CLIENT, PRODUCER, CONSUMER = 2, 3, 4, 5


def attributes(span):
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


class Traces(traced_district.Case):
    def chain(self, spans, last):
        """Names from a span up to the one that has no parent among them, and the id of that parent."""
        by_id = {span.span_id: span for span in spans}
        names = []
        while last is not None:
            names.append(last.name)
            parent, last = last.parent_span_id, by_id.get(last.parent_span_id)
        return names, parent.hex()

    def assert_whole(self):
        """From the webhook up to who pushed, through every service, and nothing of another trace."""
        def webhook():
            return next((span for span in self.collector.of(TRACE) if span.name == "POST" and span.kind == CLIENT), None)
        last = wait_until(webhook, "the span of the webhook")
        names, parent = self.chain(self.collector.of(TRACE), last)
        self.assertEqual(parent, SENDER)
        self.assertEqual(names[-4:], ["send inbox.evidence", INGEST, INGEST, "POST /v1/**"])
        hops = [name for name in names if name.startswith(("process", "send events"))]
        for before, after in (("process inbox.evidence", "send events.evidence"),
                              ("send events.evidence", "process events.evidence"),
                              ("process events.evidence", "send events.cycles"),
                              ("send events.cycles", "process events.cycles"),
                              ("process events.cycles", "send events.notifications")):
            self.assertGreater(hops.index(before), hops.index(after), hops)
        request, = self.hooks.of(HOOK)
        self.assertEqual(request[1]["traceparent"], f"00-{TRACE}-{last.span_id.hex()}-01")

    def test_one_push_is_one_trace_over_grpc(self):
        self.begin(self.collector.grpc_address, "--trace-ratio", "0")
        students = self.push()
        self.assert_whole()
        spans = {(span.name, span.kind): attributes(span) for span in self.collector.of(TRACE)}
        self.assertEqual(spans[INGEST, SERVER]["rpc.grpc.status_code"], 0)
        self.assertEqual(spans["POST /v1/**", SERVER]["http.response.status_code"], 200)
        took = spans["process inbox.evidence", CONSUMER]
        self.assertEqual((took["messaging.system"], took["messaging.destination.name"]), ("sqlite", "inbox.evidence"))
        self.assertEqual(spans["send events.evidence", PRODUCER]["messaging.operation.type"], "send")
        # Nobody, nowhere, and nothing that anybody wrote or keeps secret.
        text = self.collector.text()
        for word in [*students, webhooks_test.DISTRICT, "north", "a-secret-of-the-receiver", "close-reading"]:
            self.assertNotIn(word, text)

    def test_one_push_is_one_trace_over_http(self):
        self.begin(self.collector.http_address, "--trace-ratio", "0")
        self.push()
        self.assert_whole()

    def test_of_what_is_not_sampled_the_alert_is_exported_up_to_the_webhook(self):
        self.begin(self.collector.grpc_address, "--trace-ratio", "0", "--trace-slow", "0")
        self.push(flags="00")
        self.hooks.wait_for(HOOK, 1)
        wait_until(lambda: any(span.name == "POST" for span in self.collector.of(TRACE)), "the webhook's span")
        names = {span.name for span in self.collector.of(TRACE)}
        self.assertIn("process events.cycles", names)
        self.assertNotIn("process inbox.evidence", names)
        self.assertNotIn("POST /v1/**", names)

    def test_what_fails_is_exported_whatever_the_ratio(self):
        self.begin(self.collector.grpc_address, "--trace-ratio", "0", "--trace-slow", "0")
        self.hooks.plans[HOOK] = [(500, {})]
        self.server.call("notifications.SendTestDelivery", **self.about())
        failed = wait_until(lambda: next((span for span in self.collector.spans if span.status.code == 2), None),
                            "a span of an error")
        self.assertEqual((failed.name, attributes(failed)["error.type"]), ("POST", "rejected"))

    def test_a_collector_that_is_not_there_holds_nothing_up(self):
        self.begin("grpc://127.0.0.1:1", "--trace-ratio", "1")
        self.push()
        self.hooks.wait_for(HOOK, 1)
        self.server.stop()


if __name__ == "__main__":
    unittest.main()
