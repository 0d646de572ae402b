"""What goes wrong, and how it is put right again. Each fault is a function of the rig that returns
a few words on what it did; a seeded schedule deals them like cards, so that none is left out."""
import functools
import re
import signal
import urllib.request

from parts import KEPT_SNAPSHOTS, SERVICES, wait_until

EXIT_S = 15.0  # beside a build it takes longer than the seconds that are promised
PARTITIONS = 24  # of a service, where nothing else is said


class Rig:
    """What a fault may touch: the deployment, the load on it, and chance."""

    def __init__(self, deployment, load, random):
        self.deployment = deployment
        self.load = load
        self.random = random

    def wait_for_progress(self, what):
        has_moved = self.load.progress()

        def is_well():
            self.deployment.revive()
            return has_moved()
        wait_until(is_well, f"calls answered {what}", 180)

    def only_replica(self, service):
        return self.deployment.replicas_of(service)[0]


def metric(replica, name):
    """0 while it is not there to tell."""
    try:
        with urllib.request.urlopen(f"http://{replica.metrics}/metrics", timeout=5) as page:
            found = re.search(rf"^{name}(?:\{{.*\}})? (\S+)", page.read().decode(), re.MULTILINE)
    except OSError:
        return 0.0
    return float(found.group(1)) if found else 0.0


def kill(service, rig):
    replica = rig.only_replica(service)
    replica.kill()
    replica.start()
    return f"kill -9 of {replica}"


def partitions_of(replica):
    return metric(replica, "throughline_partitions_running")


def freeze(service, rig):
    """An owner is held up until another has its partitions, and then goes on as if nothing was."""
    owner = rig.only_replica(service)
    heir = rig.deployment.add(service)
    rig.deployment.wait_ready([heir])

    def share():
        """Only now has the owner something to lose: a group takes a while after a broker's end."""
        rig.deployment.revive()
        shares = partitions_of(owner), partitions_of(heir)
        return min(shares) > 0 and sum(shares) == PARTITIONS
    wait_until(share, f"{owner} and {heir} share the partitions")
    rig.wait_for_progress(f"with {heir} beside {owner}")
    owner.send(signal.SIGSTOP)
    try:
        def has_taken_over():
            rig.deployment.revive()
            return partitions_of(heir) == PARTITIONS
        wait_until(has_taken_over, f"{heir} took over from {owner}")
        rig.wait_for_progress(f"while {owner} is held up")
    finally:
        owner.send(signal.SIGCONT)
    rig.wait_for_progress(f"after {owner} went on")
    seconds = leave(rig, owner)
    return f"SIGSTOP of {owner} until {heir} took over, SIGCONT; then told to end: {seconds:.1f} s"


def leave(rig, replica):
    seconds = rig.deployment.remove(replica)
    if seconds > EXIT_S:
        raise AssertionError(f"{replica} took {seconds:.1f} s to end")
    return seconds


def join_and_leave(service, rig):
    guest = rig.deployment.add(service)
    rig.deployment.wait_ready([guest])
    rig.wait_for_progress(f"with {guest} there")
    seconds = leave(rig, guest)
    return f"{guest} joined, and left in {seconds:.1f} s"


def broker_stop(rig):
    rig.deployment.broker.stop()
    rig.deployment.broker.start()
    return "broker stopped and started"


def broker_kill(rig):
    rig.deployment.broker.kill()
    rig.deployment.broker.start()
    return "kill -9 of the broker"


def redis_kill(rig):
    rig.deployment.redis.kill()
    rig.deployment.redis.start()
    return "kill -9 of Redis"


def redis_flush(rig):
    rig.deployment.redis.ask("flushall")
    return "FLUSHALL"


def redis_roll_back(rig):
    redis = rig.deployment.redis
    number = rig.random.randrange(max(0, len(redis.snapshots) - KEPT_SNAPSHOTS), len(redis.snapshots))
    redis.roll_back(redis.snapshots[number])
    return f"Redis back at its snapshot {number} of {len(redis.snapshots)}"


def flip(rig, of_key):
    """Changes a byte of what a field holds, somewhere; the words on it."""
    redis = rig.deployment.redis
    keys = sorted(redis.ask("--scan", "--pattern", of_key).split())
    if not keys:
        return "nothing, for Redis was empty"
    key = rig.random.choice(keys)
    field = "head" if key.endswith(":head") else redis.ask("hrandfield", key)
    kept = bytearray(redis.get("hget", key, field))
    if not kept:
        return "nothing, for a row was gone"
    at = rig.random.randrange(len(kept))
    kept[at] ^= rig.random.randrange(1, 256)
    redis.put("hset", key, field, last=bytes(kept))
    return f"byte {at} of {key}"


def flip_row(rig):
    """It may be read in a moment, or never; then it is written over."""
    return f"flipped {flip(rig, 'tl:{*}:row:*')}"


def flip_head(rig):
    """Its owner looks at it every few seconds."""
    return f"flipped {flip(rig, 'tl:{*}:head')}"


def clock_jump(service, rig):
    """A clock that is a month ahead for a while. That nothing was dated with it, and so nothing fell
    due, is for the checker to say."""
    replica = rig.only_replica(service)
    replica.kill()
    replica.start_with_clock()
    rig.deployment.wait_ready([replica])
    rig.wait_for_progress(f"with a clock for {replica}")
    replica.set_clock(30 * 86_400)
    wait_until(lambda: metric(replica, "throughline_clock_doubtful") == 1, f"{replica} doubts its clock")
    rig.wait_for_progress(f"while {replica}'s clock is a month ahead")
    replica.set_clock(0)
    wait_until(lambda: metric(replica, "throughline_clock_doubtful") == 0, f"{replica} believes its clock")
    return f"the clock of {replica} a month ahead, and back"


def lose_key(rig):
    """Without the secret behind pseudonyms, or with zeros for it, every student would be another."""
    replica = rig.only_replica("evidence")
    key = rig.deployment.pseudonyms_key
    secret = key.read_bytes()
    replica.kill()
    said = []
    for reason, lose in [("SECRET_LOST", key.unlink), ("SECRET_UNUSABLE", lambda: key.write_bytes(bytes(len(secret))))]:
        lose()
        replica.start()
        if replica.exit_code() == 0 or reason not in replica.last_words() or str(key) not in replica.last_words():
            raise AssertionError(f"{replica} did not refuse a key that is not there: {replica.last_words()}")
        said.append(reason)
    key.write_bytes(secret)
    replica.start()
    return f"{key.name} lost, then zeros: {replica} said {' and '.join(said)}; put back"


def deal(random):
    """Faults for ever: all of them in some order, then all of them in another."""
    while True:
        hand = [broker_stop, broker_kill, redis_kill, redis_flush, redis_roll_back, flip_row, flip_head, lose_key]
        hand += [functools.partial(kill, service) for service in SERVICES]
        hand += [functools.partial(freeze, random.choice(SERVICES)),
                 functools.partial(join_and_leave, random.choice(SERVICES)),
                 functools.partial(clock_jump, random.choice(SERVICES))]
        random.shuffle(hand)
        yield from hand
