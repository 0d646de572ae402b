"""Decisions: the events that one input came to. Whole, once an input, and with positions that
never go back."""
import dataclasses
import re

NO_SEQUENCE = re.compile(r"(inbox|timer)\.")


@dataclasses.dataclass
class Decision:
    events: list

    @property
    def cause(self):
        return self.events[0].cause

    @property
    def last(self):
        return self.events[-1]

    def position(self, topic):
        """Dense sequence number of the last event of `topic` that was taken by then."""
        return next((one.sequence for one in self.last.positions.inputs if one.topic == topic), 0)


def group(events, tally):
    """The decisions of one partition, from the events that count."""
    decisions, open_events = [], []
    for event in events:
        open_events.append(event)
        first = open_events[0]
        if (event.index != len(open_events) - 1 or event.count != first.count or event.cause != first.cause
                or event.time_ms != first.time_ms or event.request_id != first.request_id):
            tally.violation(f"{event} is not number {len(open_events) - 1} of the decision of {first}")
            open_events = []
            continue
        whole = len(open_events) == event.count
        if (event.positions is not None) != whole or (event.outcome is not None and not whole):
            tally.violation(f"{event} has positions or an outcome, and is not the last of its decision, "
                            "or the other way round")
        if whole:
            if event.positions is not None:
                decisions.append(Decision(open_events))
            open_events = []
    if open_events:
        tally.violation(f"the decision of {open_events[0]} never became whole")
    return decisions


def check_inputs(service, partition, decisions, topics, tally):
    """Each input is decided on once; it is there, and was there before; positions only grow.

    `topics` gives for the name of a topic the last dense sequence number (events) or the end
    (inbox) of this partition.
    """
    seen = set()
    positions, sources = {}, {}
    for decision in decisions:
        cause = decision.cause
        # A timer may be set again for the same time by what the rules say; other inputs are one.
        if not cause.startswith("timer."):
            if cause in seen:
                tally.violation(f"{service}.{partition} decided on {cause} twice")
            seen.add(cause)
        for one in decision.last.positions.inputs:
            now = (one.offset, one.sequence)
            before = positions.get(one.topic, (0, 0))
            if now[0] < before[0] or now[1] < before[1]:
                tally.violation(f"{decision.last}: the position in {one.topic} went back, "
                                f"from {before} to {now}")
            positions[one.topic] = now
            end = topics(one.topic)
            if end is not None and (one.offset if one.topic.startswith("inbox.") else one.sequence) > end:
                tally.violation(f"{decision.last}: took {one.topic} up to {now}, which ends at {end}")
        for one in decision.last.positions.sources:
            if one.sequence < sources.get(one.partition, 0):
                tally.violation(f"{decision.last}: deliveries of partition {one.partition} went back")
            sources[one.partition] = one.sequence
        missing = [topic for topic in positions
                   if topic not in {one.topic for one in decision.last.positions.inputs}]
        if missing:
            tally.violation(f"{decision.last}: no position in {', '.join(missing)} any more")
        _check_cause_is_taken(decision, tally)
    tally.count("decisions", len(decisions))


def _check_cause_is_taken(decision, tally):
    """The positions are those after the cause: it is just behind them."""
    service = decision.last.service
    cause = decision.cause
    if NO_SEQUENCE.match(cause) and not cause.startswith(f"inbox.{service}.{decision.last.partition}."):
        return
    upstream, _, number = cause.rpartition(".")
    upstream, _, _ = upstream.rpartition(".")
    if upstream == service:
        return  # a delivery: its place in the inbox is not named
    record = upstream.startswith(("inbox.", "events."))  # not an event: it is known by its offset
    topic = upstream if record else f"events.{upstream}"
    for one in decision.last.positions.inputs:
        if one.topic == topic:
            taken = one.offset - 1 if record else one.sequence
            if taken != int(number):
                tally.violation(f"{decision.last}: decided on {cause}, with {topic} taken up to {taken}")
            return
    tally.violation(f"{decision.last}: decided on {cause}, and has no position in {topic}")
