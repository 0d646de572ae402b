"""The rules of evidence, computed from results and rosters alone: is each said exactly when it is met?

  complete    80 % (policy) of the team's rostered students have a result in the window
  off track   at 50 %: the upper 95 % bound of growth is under the desired growth to date; or, from
              mid-cycle on, growth is under half of it
  gap widened Hedges' g of a group against its complement, both of 10 or more matched students, grew
              by 0.10 since the baseline, or since the two were even if the group was ahead then

Growth is over matched students: the latest result before the window (45 instructional days) and the
latest in it. Whenever results, rosters or windows of a team change, what was said after the decision
has to be what holds. Numbers too close to a threshold to tell are left out.
"""
import math
import statistics

from checker import messages
from checker.facts import Facts

TRIGGERS = messages.enum("common.v1.Trigger")
COMPLETE = TRIGGERS.Value("TRIGGER_EVIDENCE_COMPLETE")
OFF_TRACK = TRIGGERS.Value("TRIGGER_OFF_TRACK")
GAP_WIDENED = TRIGGERS.Value("TRIGGER_GAP_WIDENED")
GAP_STUDENTS = 10
CLOSE = 1e-6


def check(decisions, tally):
    """One partition of events.evidence."""
    facts, said = Facts(), set()
    for decision in decisions:
        facts.touched.clear()
        for event in decision.events:
            facts.apply(event)
            if event.is_a("evidence.v1.EvidenceMoved"):
                moved = event.message
                key = ((moved.district, moved.school, moved.team), moved.cycle, moved.indicator, moved.trigger,
                       moved.group)
                said.add(key) if moved.met else said.discard(key)
        if "mid_cycle/" in decision.cause:
            name = decision.cause.partition("mid_cycle/")[2].split("/")
            facts.touched.add(tuple(name[:3]))
        for team in facts.touched:
            _compare(facts, said, team, decision, tally)


def _compare(facts, said, team, decision, tally):
    rostered = facts.rostered(team)
    for cycle, window in facts.windows[team].items():
        for indicator in window.indicators:
            at = (team, cycle, indicator)
            numbers = Numbers(facts, team, window, indicator, rostered)
            held = {(COMPLETE, ""): numbers.is_complete(),
                    (OFF_TRACK, ""): numbers.is_off_track(facts.day_at(team, decision.last.time_ms))}
            held |= {(GAP_WIDENED, group): numbers.is_widened(group) for group in numbers.groups}
            held |= {key[3:]: False for key in said if key[:3] == at and key[3] == GAP_WIDENED and key[3:] not in held}
            for rule, holds in held.items():
                tally.count("rules computed again from results and rosters")
                if holds is None or holds == ((*at, *rule) in said):
                    continue
                (said.add if holds else said.discard)((*at, *rule))  # told once
                tally.violation(
                    f"{decision.last}: {TRIGGERS.Name(rule[0])[8:].lower()} {'holds' if holds else 'does not hold'} of "
                    f"{'/'.join(team)} in {cycle} on {indicator} {rule[1]}, and is {'not ' if holds else ''}said; "
                    f"{numbers.covered} of {len(rostered)} students are covered, {len(numbers.pairs)} matched")


class Numbers:
    """Of one indicator of one cycle of a team."""

    def __init__(self, facts, team, window, indicator, rostered):
        self._facts, self._team, self._window, self._indicator = facts, team, window, indicator
        self._policy = facts.districts[team[0]].policy
        self._rostered = rostered
        self.pairs = {}  # student: (baseline, current), percent of scale
        now = {}
        for student in rostered:
            current = facts.latest(team, indicator, student, window.first, window.last)
            if current is None:
                continue
            now[student] = current
            baseline = facts.latest(team, indicator, student, window.baseline_from, window.first - 1)
            if baseline is not None:
                self.pairs[student] = (baseline.ppm / 1e4, current.ppm / 1e4)
        self.covered = len(now)
        self._latest = max((point.day for point in now.values()), default=window.first)
        self.groups = sorted(set().union(*(rostered[student] for student in self.pairs)))

    def is_complete(self):
        return bool(self._rostered) and self.covered / len(self._rostered) >= self._policy.complete_coverage

    def is_off_track(self, today):
        if not self._rostered or self.covered / len(self._rostered) < self._policy.sufficient_coverage:
            return False
        if len(self.pairs) < 2:
            return False
        changes = [current - baseline for baseline, current in self.pairs.values()]
        growth = statistics.fmean(changes)
        upper = growth + t_975(len(changes) - 1) * statistics.stdev(changes) / math.sqrt(len(changes))
        days = self._facts.teaching_days(self._team, self._window.first, self._latest)
        desired = (statistics.fmean(baseline for baseline, _ in self.pairs.values()) * self._desired_a_year() * days
                   / self._policy.days_per_year)
        half = growth - desired / 2 if today >= self._window.mid_cycle else math.inf
        if min(abs(upper - desired), abs(half)) < CLOSE:
            return None
        return upper < desired or half < 0

    def _desired_a_year(self):
        of_cycle = self._window.indicators[self._indicator]
        if of_cycle is not None:
            return of_cycle
        of_plan = self._facts.desired.get((*self._team[:2], self._indicator))
        return of_plan[0] if of_plan else self._policy.desired_growth_per_year

    def is_widened(self, group):
        inside = [pair for student, pair in self.pairs.items() if group in self._rostered[student]]
        outside = [pair for student, pair in self.pairs.items() if group not in self._rostered[student]]
        if min(len(inside), len(outside)) < GAP_STUDENTS:
            return False
        before, now = (hedges_g([pair[i] for pair in outside], [pair[i] for pair in inside]) for i in (0, 1))
        if before is None or now is None:
            return False
        grown = now - max(0.0, before) - self._policy.gap_widening
        return None if abs(grown) < CLOSE else grown > 0


def hedges_g(complement, group):
    """Positive when the group is behind; None without any spread."""
    degrees = len(complement) + len(group) - 2
    squares = sum(len(side) * statistics.pvariance(side) for side in (complement, group))
    if squares < 1e-12:
        return None
    pooled = math.sqrt(squares / degrees)
    return (1 - 3 / (4 * degrees - 1)) * (statistics.fmean(complement) - statistics.fmean(group)) / pooled


_t_975 = {}


def t_975(degrees):
    """The 97.5 % quantile of Student's t, by bisection on Simpson's integral of its density."""
    if degrees not in _t_975:
        low, high = 0.0, 20.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if _t_between(middle, degrees) < 0.475 else (low, middle)
        _t_975[degrees] = low
    return _t_975[degrees]


def _t_between(upper, degrees):
    """The share of Student's t between 0 and `upper`."""
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)
    steps = 2000
    width = upper / steps
    total = sum((1 if i in (0, steps) else 4 if i % 2 else 2) * (1 + (i * width) ** 2 / degrees) ** (-(degrees + 1) / 2)
                for i in range(steps + 1))
    return scale * total * width / 3
