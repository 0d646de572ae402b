"""An installation that moves from a directory to Kafka, to another Kafka with another number of partitions, and back."""
import shutil
import unittest

import program
from parts import Broker, Redis
from repartition_test import Moves

KEYS = ["pseudonyms.key", "deliveries.key", "audit.key"]


class RepartitionOnKafka(Moves):
    def cluster(self, name):
        """A broker and an empty Redis of its own: how both are named to a command."""
        broker = Broker(self.folder / name)
        broker.folder.mkdir()
        broker.start()
        self.addCleanup(broker.stop)
        redis = Redis(self.folder / f"{name}-redis")
        redis.start()
        self.addCleanup(redis.stop)
        return ["--kafka", broker.address, "--redis", redis.address]

    def serve_on(self, cluster, partitions):
        keys = [part for key in KEYS for part in ("--" + key.replace(".", "-"), self.keys / key)]
        self.serve(*cluster, "--partitions", partitions, "--open-access", *keys)

    def move(self, *options):
        return program.run("repartition", *options).stdout

    def goes_on(self, districts, before, silence, tokens, request, score):
        """It is as it was, answers what it answered, and refuses positions of before; then more comes."""
        self.compare(self.settled(districts), before)
        self.assertEqual(self.silence("one"), silence)
        self.watched_on(tokens)
        self.silence(request)
        self.push(score, f"2999-01-{score - 40:02}T00:00:00Z")
        return self.settled(districts)

    def refused(self, reason, *options):
        done = program.run("repartition", *options, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(reason, done.stderr)

    def test_to_kafka_to_another_number_and_back_everything_stays_and_goes_on(self):
        self.serve()
        districts = self.begin_districts()
        silence = self.silence("one")
        before = self.settled(districts)
        self.assertTrue(before["lakeside"]["alerts"]["alerts"])
        tokens = [self.alerts_watched()[1]]
        self.stop()
        self.keys = self.folder / "keys"
        self.keys.mkdir()
        for key in KEYS:
            shutil.copy(self.data / key, self.keys / key)

        first = self.cluster("first")
        self.assertIn("--partitions 5", self.move("--data", self.data, "--to-kafka", first[1], "--partitions", 5))
        self.refused("LOG_NOT_EMPTY", "--data", self.data, "--to-kafka", first[1], "--partitions", 5)
        self.serve_on(first, 5)
        before = self.goes_on(districts, before, silence, tokens, "two", 41)
        self.stop()

        second = self.cluster("second")
        self.refused("PARTITIONS_THE_SAME", *first, "--to-kafka", second[1], "--partitions", 5)
        self.move(*first, "--to-kafka", second[1], "--partitions", 3)
        self.serve_on(second, 3)
        before = self.goes_on(districts, before, silence, tokens, "three", 42)
        # A replica that is killed takes over what the log has.
        self.server.kill()
        self.server.wait()
        self.serve_on(second, 3)
        self.compare(self.settled(districts), before)
        self.stop()

        self.data = self.folder / "back"
        self.move(*second, "--to", self.data, "--partitions", 24)
        for key in KEYS:
            shutil.copy(self.keys / key, self.data / key)
        self.assertIn("Everything is as it was written.", program.run("check", "--data", self.data).stdout)
        self.serve()
        self.goes_on(districts, before, silence, tokens, "four", 43)
        self.stop()


if __name__ == "__main__":
    unittest.main()
