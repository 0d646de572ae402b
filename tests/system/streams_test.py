"""Server-sent events promise what etcd's watch does: ordered, unique, reliable, atomic, resumable, bookmarkable; and
that thousands may listen."""
import asyncio
import json
import resource
import threading
import unittest

import district_gateway
from district_gateway import GRADEBOOK

READERS = 5000
ROUNDS = 12


def by_chain(ids):
    """{(service, partition): [sequence, ...]} of ids "<service>.<partition>.<sequence>"."""
    chains = {}
    for service, partition, sequence in (one.split(".") for one in ids):
        chains.setdefault((service, partition), []).append(int(sequence))
    return chains


class Streams(district_gateway.Case):
    OPTIONS = ["--requests-at-once", str(2 * READERS)]

    def setUp(self):
        super().setUp()
        self.pushed = list(self.results())

    def push(self, number):
        """All of today's results with scores of their own, so that they are news."""
        batch = [result | {"score": (number + i) % 9 + 1} for i, result in enumerate(self.pushed)]
        line_item = batch[0]["lineItem"]["sourcedId"]
        status, _, body = self.ask("POST", f"{GRADEBOOK}/lineItems/{line_item}/results", {"results": batch})
        self.assertEqual(status, 201, body)

    def everything(self):
        """The ids of all events until now, and the position behind the last."""
        told = self.watch("events", **{"from": "beginning"})
        ids, last = [], self.last_event()
        for event in told:
            ids.append(json.loads(event["data"])["id"])
            if by_chain(ids).get(last[0], [0])[-1] >= last[1]:
                return ids, told.last_id

    def last_event(self):
        """The chain and the sequence of an event that comes after all before it: a push's own."""
        new = self.watch("events")
        new.position()
        self.push(self.number)
        self.number += 1
        service, partition, sequence = json.loads(new.next("throughline.evidence.v1.ResultsRecorded")["data"])["id"].split(".")
        new.close()
        return (service, partition), int(sequence)

    number = 100

    def test_whoever_comes_back_misses_nothing_and_gets_nothing_twice(self):
        pushing = threading.Thread(target=lambda: [self.push(number) for number in range(ROUNDS)])
        heard = {reader: [] for reader in range(4)}

        def listen(reader):
            """Cut off again and again, each time after a few more events."""
            last_id, events = None, 1
            while len(heard[reader]) < 40:
                stream = self.watch("events", last_id, **{"from": "beginning"})
                for _, event in zip(range(events), stream):
                    heard[reader].append(json.loads(event["data"])["id"])
                last_id = stream.last_id
                stream.close()
                events += reader

        listening = [threading.Thread(target=listen, args=(reader,)) for reader in heard]
        for thread in [pushing, *listening]:
            thread.start()
        for thread in [pushing, *listening]:
            thread.join()
        all_ids, _ = self.everything()
        self.assertEqual(len(set(all_ids)), len(all_ids))
        chains = by_chain(all_ids)
        for ids in heard.values():
            self.assertEqual(len(set(ids)), len(ids))
            for chain, sequences in by_chain(ids).items():
                self.assertEqual(sequences, chains[chain][:len(sequences)], chain)

    def test_all_readers_of_the_same_get_the_same_however_they_came_to_it(self):
        first = self.watch("events")
        begin = first.position()
        self.push(1)
        head = [json.loads(first.next("throughline.evidence.v1.ResultsRecorded")["data"])["id"]]
        readers = [first, self.watch("events", begin), self.watch("events", after=begin), self.watch("events")]
        last = readers[-1].position()
        self.push(2)
        self.push(3)
        marker = self.last_event()

        def until_marker(stream):
            ids = []
            for event in stream:
                ids.append(json.loads(event["data"])["id"])
                if marker == ((*ids[-1].split(".")[:2],), int(ids[-1].split(".")[2])):
                    return ids

        told = [until_marker(stream) for stream in readers]
        self.assertIn(head[0], told[1])
        self.assertEqual(by_chain(told[1]), by_chain(told[2]))
        self.assertEqual(by_chain(told[3]), by_chain(until_marker(self.watch("events", last))))
        for chain, sequences in by_chain(told[3]).items():
            self.assertEqual(by_chain(told[1])[chain][-len(sequences):], sequences)
        self.assertEqual(by_chain(told[1])[marker[0]][-1], marker[1])

    def test_the_position_that_a_stream_begins_with_is_a_bookmark(self):
        stream = self.watch("alerts", school="north")
        begin = stream.position()
        stream.close()
        # Nobody listens while it happens.
        self.push(1)
        raised = self.watch("alerts", begin, school="north").next("raised")
        self.assertEqual(json.loads(raised["data"])["raised"]["alert"]["condition"]["school"], "north")

    def test_thousands_listen_in_little_memory(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < READERS + 1000:
            self.skipTest(f"only {hard} files may be open here")
        resource.setrlimit(resource.RLIMIT_NOFILE, (READERS + 1000, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.watch("alerts").position()
        before = self.memory()
        told = asyncio.run(self.listen_all())
        grown = (self.peak - before) / READERS
        self.assertEqual({len(frames) for frames in told}, {1})
        self.assertEqual(len({frames[0] for frames in told}), 1)
        self.assertLess(grown, 48 << 10, f"{grown:.0f} bytes a reader")
        print(f"{READERS} readers: {grown / 1024:.1f} KiB each, of {self.peak >> 20} MiB", flush=True)

    async def listen_all(self):
        """One `raised` of every one of thousands."""
        request = b"GET /v1/alerts:watch?district=lakeside HTTP/1.1\r\nHost: localhost\r\n\r\n"
        streams = []
        for _ in range(READERS):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(request)
            streams.append((reader, writer))
        for reader, _ in streams:
            await reader.readuntil(b"\nid: ")
        self.peak = self.memory()
        await asyncio.to_thread(self.push, 1)

        async def raised(reader):
            told = (await reader.readuntil(b"\nevent: raised\n"), await reader.readuntil(b"\n\n"))
            return [told[1]]

        told = await asyncio.gather(*(raised(reader) for reader, _ in streams))
        self.peak = max(self.peak, self.memory())
        for _, writer in streams:
            writer.close()
        return told

    def memory(self):
        """Bytes that the server has in memory."""
        with open(f"/proc/{self.server.pid}/status") as status:
            return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmRSS:"))


if __name__ == "__main__":
    unittest.main()
