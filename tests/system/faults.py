"""What goes wrong, and how it is put right again. Each fault is a function of the rig that returns
a few words on what it did; a seeded schedule deals them like cards, so that none is left out."""
import functools
import re
import signal
import urllib.request

from parts import KEPT_SNAPSHOTS, SERVICES, wait_until

EXIT_S = 5.0
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
            found = re.search(rf"^{name}\{{.*\}} (\S+)", page.read().decode(), re.MULTILINE)
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


def deal(random):
    """Faults for ever: all of them in some order, then all of them in another."""
    while True:
        hand = [broker_stop, broker_kill, redis_kill, redis_flush, redis_roll_back]
        hand += [functools.partial(kill, service) for service in SERVICES]
        hand += [functools.partial(freeze, random.choice(SERVICES)),
                 functools.partial(join_and_leave, random.choice(SERVICES))]
        random.shuffle(hand)
        yield from hand
