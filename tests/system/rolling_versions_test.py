"""An upgrade from programs of before, on one Kafka and Redis, while a district works: replicas of both versions
side by side, and at the end only new ones. THROUGHLINE_OLDER_PROGRAMS is the folder of the older ones, which
deploy/older-programs makes of a revision."""
import os
import pathlib
import unittest

from faults import EXIT_S
import kafka_test
from parts import SERVICES, binaries_folder


class RollingVersions(kafka_test.KafkaTest):
    @staticmethod
    def first_programs():
        return pathlib.Path(os.environ["THROUGHLINE_OLDER_PROGRAMS"])

    def test_an_upgrade_replica_by_replica_loses_and_repeats_nothing(self):
        for service in SERVICES:
            self.deployment.add(service)
        self.deployment.wait_ready()
        self.rig.wait_for_progress("with two older replicas of each service")
        self.deployment.binaries = binaries_folder()
        for _ in range(2):
            for service in SERVICES:
                with self.subTest(service):
                    self.replace_one(service)
        self.finish_and_check()

    def test_an_upgrade_of_the_last_service_first_does_so_too(self):
        """Whoever reads is new before who writes, and the other way round."""
        self.deployment.binaries = binaries_folder()
        for service in reversed(SERVICES):
            with self.subTest(service):
                self.replace_one(service)
        self.finish_and_check()

    def replace_one(self, service):
        """The oldest replica ends when a new one is ready; both work for a while."""
        old = self.deployment.replicas_of(service)[0]
        new = self.deployment.add(service)
        self.deployment.wait_ready([new])
        self.rig.wait_for_progress(f"with {new} beside {old}")
        self.assertLess(self.deployment.remove(old), EXIT_S)
        self.rig.wait_for_progress(f"with {new} in place of {old}")


if __name__ == "__main__":
    unittest.main()
