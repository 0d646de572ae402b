"""The whole check, over records from wherever."""
import collections

from checker import acknowledged, chain, conditions, decisions, pooled, rules
from checker.event import Event, Malformed
from checker.tally import Tally
from checker.topics import SERVICES


def check(records, acknowledged_lines=(), poison=False, now_ms=None):
    """The tally. `poison`: records that are no events may be in events topics, and are left out.
    `now_ms`: nothing may be dated later, for nothing falls due before its time."""
    tally = Tally()
    events, ends = _read(records, poison, tally)
    if now_ms is not None:
        for event in (event for found in events.values() for event in found if event.time_ms > now_ms):
            tally.violation(f"{event} is dated {(event.time_ms - now_ms) / 3_600_000:.1f} hours into the future")
    decided = {}  # (service, partition): decisions
    for (service, partition), found in sorted(events.items()):
        decided[service, partition] = decisions.group(found, tally)
    for (service, partition), found in decided.items():
        decisions.check_inputs(service, partition, found, _ends_of(partition, events, ends), tally)
    for service in SERVICES:
        all_of_it = [d for (of, _), found in decided.items() if of == service for d in found]
        acknowledged.check_requests_once(service, all_of_it, tally)
        if service == "evidence":
            acknowledged.check_results(all_of_it, acknowledged_lines, tally)
            acknowledged.check_first_once(all_of_it, tally)
    for (service, partition), found in decided.items():
        if service == "evidence":
            conditions.check_moves(found, tally)
            rules.check(found, tally)
    pooled.check_deliveries([found for (service, _), found in decided.items() if service == "evidence"], tally)
    for partition in sorted({partition for _, partition in events}):
        for service, follower in (("cycles", conditions.Cycles()), ("notifications", conditions.Alerts())):
            conditions.check(follower, decided.get((service, partition), []),
                             events.get((follower.upstream, partition), []), tally)
    return tally


def _read(records, poison, tally):
    """Events that count by (service, partition), and where inboxes end."""
    by_partition = collections.defaultdict(list)
    for record in records:
        by_partition[record.topic, record.partition].append(record)
    events, ends = {}, {}
    for (topic, partition), found in by_partition.items():
        found.sort(key=lambda record: record.offset)
        kind, service = topic.split(".", 1)
        if kind == "inbox":
            ends[topic, partition] = found[-1].offset + 1
            tally.count("records in inboxes", len(found))
            continue
        whole = []
        for record in found:
            try:
                event = Event(record)
                event.message  # noqa: B018 - has to be readable
                whole.append(event)
            except Malformed as why:
                if poison:
                    tally.count("records in events topics that are no events")
                else:
                    tally.violation(f"{topic} {partition} offset {record.offset}: {why}")
        events[service, partition] = chain.follow(whole, tally)
        tally.count("events", len(events[service, partition]))
    return events, ends


def _ends_of(partition, events, ends):
    def end(topic):
        if topic.startswith("inbox."):
            return ends.get((topic, partition), 0)
        found = events.get((topic.removeprefix("events."), partition), [])
        return found[-1].sequence if found else 0
    return end
