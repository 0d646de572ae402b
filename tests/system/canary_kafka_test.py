"""The canaries on Kafka and Redis: the same as on the embedded journal (canary_test.py), in every byte of every topic and of what
Redis was told."""
import unittest

import canaries
import canary_test
import past_kafka_test
from checker.event import SCHEMA
from every_record import every_record


class OnKafka(canary_test.WithCredentials):
    def log_and_store(self):
        self.broker, options = past_kafka_test.on_kafka(self)
        return [option for option in options if option != "--open-access"] + ["--jwt-audience", "https://throughline.example"]

    def kept(self):
        said = [(f"{record.topic()}/{record.partition()}/{record.offset()}",
                 b"\n".join([record.key() or b"", record.value() or b"", *(value for _, value in record.headers() or [])]))
                for record in every_record(self.broker.address)]
        self.assertGreater(len(said), 100)
        yield from said
        # As it was told, word for word: nothing was there before.
        files = list((self.folder / "redis/appendonlydir").glob("*.aof"))
        self.assertTrue(any(file.stat().st_size > 10_000 for file in files))
        yield from ((file, file.read_bytes()) for file in files)

    def recorded(self, tables):
        for record in every_record(self.broker.address):
            schema = dict(record.headers() or []).get("ce_dataschema", b"").decode()
            if schema.startswith(SCHEMA):
                name = schema.removeprefix(SCHEMA)
                yield f"record {name}", canaries.parsed(name, record.value())


if __name__ == "__main__":
    unittest.main()
