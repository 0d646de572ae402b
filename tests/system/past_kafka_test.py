"""The past on Kafka: the same as on the embedded journal (past_test.py)."""
import json
import unittest

import past_test
from parts import Broker, Redis


def on_kafka(case):
    """Parts of a log and a store of the test's own; the options with which they are served."""
    broker = Broker(case.folder / "kafka")
    broker.folder.mkdir()
    broker.start()
    case.addCleanup(broker.stop)
    redis = Redis(case.folder / "redis")
    redis.start()
    case.addCleanup(redis.stop)
    return broker, ["--kafka", broker.address, "--redis", redis.address, "--open-access", "--pseudonyms-key",
                    case.folder / "pseudonyms.key", "--deliveries-key", case.folder / "deliveries.key"]


class AsOfOnKafka(past_test.AsOf):
    def serve(self, *options):
        _, kept = on_kafka(self)
        super().serve(*kept, *options)

    def test_the_api_takes_a_moment_and_a_directory_has_its_past_too(self):
        self.skipTest("of a directory")


class WhatIfOnKafka(past_test.WhatIf):
    broker = None

    def serve(self, *options):
        kept = []
        if self.data == self.folder / "on-kafka":
            self.broker, kept = on_kafka(self)
        super().serve(*kept, *options)

    def log_of(self, data):
        return ["--kafka", self.broker.address] if data == self.folder / "on-kafka" else super().log_of(data)

    def alerts_of_the_past(self, data):
        if data == self.folder / "on-kafka":
            return None  # they are compared by what whatif says
        return super().alerts_of_the_past(data)

    def test_it_gives_the_alerts_of_a_run_with_that_policy(self):
        self.live_under({}, self.folder / "embedded")
        self.live_under({}, self.folder / "on-kafka")
        embedded, kafka = (json.loads(self.what_if({"falseAlarmRate": 0.5}, self.folder / log, "--json").stdout)
                           for log in ("embedded", "on-kafka"))
        self.assertGreater(embedded["come"], 0)
        # Of teams, as they are looked at with each push; of schools when a second has passed.
        fates = lambda answer: sorted((one["fate"], *self.key(one)) for one in answer["alerts"] if one.get("team"))
        self.assertEqual(fates(kafka), fates(embedded))

    def test_what_is_no_policy_is_refused_by_name(self):
        self.skipTest("wherever the log is")


if __name__ == "__main__":
    unittest.main()
