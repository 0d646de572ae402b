"""Which records of an events partition count.

An owner that lost its partition without knowing may still write. Of two events of one number the
first counts; what the loser wrote after its own does not. Every event carries a hash of what it
follows, its own words and its value, so a reader can tell: an event is taken when its number is the
next and its hash follows that of the last one taken; it is dropped when it is an older number, or
follows a record that was dropped. Anything else is a gap, and what lies behind it must not be taken.
"""
import struct

import xxhash


def chain_value(before, event):
    value = xxhash.xxh3_64_intdigest(event.record.value, before)
    value = xxhash.xxh3_64_intdigest(event.full_name.encode(), value)
    value = xxhash.xxh3_64_intdigest(event.cause.encode(), value)
    numbers = struct.pack("<qqq", event.sequence, event.index, event.time_ms)
    return xxhash.xxh3_64_intdigest(numbers, value)


def follow(events, tally):
    """The events that count, in order. Gaps are told to the tally, and end the partition."""
    taken, dropped = [], []  # dropped: chain values
    sequence, chain = 0, 0
    for event in events:
        if event.sequence == sequence + 1 and event.protocol.chain == chain_value(chain, event):
            taken.append(event)
            sequence, chain = event.sequence, event.protocol.chain
        elif event.sequence <= sequence + 1 or any(
                event.protocol.chain == chain_value(branch, event) for branch in reversed(dropped)):
            dropped.append(event.protocol.chain)
            tally.count("dropped records of an owner that had lost its partition")
        else:
            tally.violation(f"a gap: {event} at offset {event.record.offset} follows neither "
                            f"{sequence} nor a dropped record")
            return taken
    return taken
