"""Gaps of schools and of the district, computed from results alone: is each said exactly when it is met?

A school's sums are over the windows that are current of its teams: for each group s = n1 n2 / (n1 + n2) and s times the
difference of the mean changes within each team, and the squares of changes about the means of teams. They are said a
moment after something moved; a team's part is then what its results come to. The district's are the sums of its schools'.
A group falls behind by the test of rules.py of theta = sum(s difference) / sum(s), with sum(n) - teams - 1 degrees of
freedom; K are the groups of all indicators that are large enough and behind at baseline.
"""
import collections
import math
import statistics

from checker import messages
from checker import rules
from checker.rules import GAP_WIDENED, OPEN, SMALLEST, Numbers, Test, prior_of, rate_of

BASES = messages.enum("common.v1.Basis")
BASIS_OF = {rules.ABSOLUTE: BASES.Value("BASIS_ABSOLUTE"), rules.RELATIVE: BASES.Value("BASIS_RELATIVE")}
TIMER = "changes/"
POINT = 1e4  # of percent of scale, in ppm
NOTHING = (None, [], None)


class Pooled:
    """Of one partition of events.evidence."""

    def __init__(self, facts):
        self._facts = facts
        self._touched = set()  # teams whose numbers may have moved since their part was said
        self._parts = {}  # (team, indicator): (cycle, its pairs, with groups, and their basis), as last said
        self._sums = collections.defaultdict(dict)  # (district, school or ""): {indicator: sums as said}
        self._said = set()  # (district, school or "", indicator, group)

    def note(self, touched):
        self._touched |= touched

    def check(self, decision, tally):
        """After the facts of the decision were taken."""
        moves = {}
        for event in decision.events:
            message = event.message
            if event.is_a("evidence.v1.ChangesSummed"):
                self._check_sums(event, tally)
                self._put((message.district, message.school), message)
            elif event.is_a("evidence.v1.DistrictChangesSummed"):
                self._sums[message.district, message.school, "part"][message.indicator] = message.sums
            elif event.is_a("evidence.v1.EvidenceMoved") and not message.team:
                key = (message.district, message.school, message.indicator, message.group)
                moves[key] = message
                (self._said.add if message.met else self._said.discard)(key)
        if f".{TIMER}" in decision.cause:
            at = decision.cause.partition(f".{TIMER}")[2].rpartition("@")[0].partition("/")
            self._check_gaps((at[0], at[2]), moves, decision, tally)

    def _put(self, at, summed):
        if summed.sums:
            self._sums[at][summed.indicator] = summed.sums
        else:
            self._sums[at].pop(summed.indicator, None)

    def _check_sums(self, event, tally):
        summed = event.message
        at = (summed.district, summed.school)
        moved = {team.team for team in summed.teams}
        for team in [team for team in self._touched if team[:2] == at]:
            part = self._part_of(team, summed.indicator, event.time_ms)
            before = self._parts.get((team, summed.indicator), NOTHING)
            if team[2] in moved:
                self._parts[team, summed.indicator] = part
            elif part[0] == before[0] and part[1:] != before[1:]:
                tally.violation(f"{event}: the part of {'/'.join(team)} on {summed.indicator} moved, and is not said")
        for team in summed.teams:
            _, pairs, basis = self._parts.get(((*at, team.team), summed.indicator), NOTHING)
            if team.HasField("changes") != bool(pairs):
                tally.violation(f"{event}: the part of {team.team} is {'' if pairs else 'not '}there")
            elif pairs and team.changes.basis != basis:
                tally.violation(f"{event}: the part of {team.team} is said to have another basis than it has")
            elif pairs:
                _compare_sums(event, team.changes, [pairs], tally)
        parts = collections.defaultdict(list)
        for (team, indicator), (_, pairs, basis) in self._parts.items():
            if team[:2] == at and indicator == summed.indicator and pairs:
                parts[basis].append(pairs)
        if {sums.basis for sums in summed.sums} != set(parts):
            tally.violation(f"{event}: its sums are not of the bases that its teams have")
        for sums in summed.sums:
            _compare_sums(event, sums, parts[sums.basis], tally)
        tally.count("sums of schools computed again from results")

    def _part_of(self, team, indicator, time_ms):
        """(cycle, [(baseline, change, groups)], basis) of the window that is current, in percent of scale or of standard
        deviations."""
        today = self._facts.day_at(team, time_ms)
        windows = [(window.first, number, cycle) for number, (cycle, window) in enumerate(self._facts.windows[team].items())
                   if window.first <= today and indicator in window.indicators]
        if not windows:
            return NOTHING
        cycle = max(windows)[2]
        rostered = self._facts.rostered(team)
        numbers = Numbers(self._facts, team, self._facts.windows[team][cycle], indicator, rostered)
        if numbers.basis == rules.UNEQUATED:
            return cycle, [], None
        unit = 100 if numbers.basis == rules.RELATIVE else 1
        return cycle, sorted((before * unit, (now - before) * unit, sorted(rostered[student]))
                             for student, (before, now, *_) in numbers.pairs.items()), BASIS_OF[numbers.basis]

    def _whole(self, at):
        """{indicator: sums of the basis that most students have}, as numbers."""
        if at[1]:
            found = {indicator: [_read(one) for one in sums] for indicator, sums in self._sums[at].items()}
        else:
            found = collections.defaultdict(list)
            for key, by_indicator in self._sums.items():
                if key[0] == at[0] and key[-1] == "part" and len(key) == 3:
                    for indicator, sums in by_indicator.items():
                        found[indicator] += [_read(one) for one in sums]
            found = {indicator: _added(sums) for indicator, sums in found.items()}
        return {indicator: max(sums, key=lambda one: (one.students, -one.basis)) for indicator, sums in found.items() if sums}

    def _check_gaps(self, at, moves, decision, tally):
        policy = self._facts.districts[at[0]].policy
        smallest = max(policy.smallest_cell, SMALLEST)
        eligible = {(indicator, name): (sums, group) for indicator, sums in self._whole(at).items()
                    for name, group in sums.groups.items()
                    if min(group.students, group.others) >= smallest and group.baseline < 0}
        held = {key[2:]: Test() for key in self._said if key[:2] == at}
        held |= {key: _test(*of, len(eligible), policy) for key, of in eligible.items()}
        for key, test in held.items():
            tally.count("gaps of schools and districts computed again")
            full = (*at, *key)
            name = f"the gap of {'/'.join(filter(None, at))} on {' '.join(key)}"
            if full in moves and moves[full].HasField("test") and not test.is_said(moves[full].test):
                tally.violation(f"{decision.last}: the test for {name} is {test.log_evidence}, and "
                                f"{moves[full].test.log_evidence} is said")
            if test.finding is OPEN and full in moves:
                tally.violation(f"{decision.last}: {name} changed, and is open")
            if test.finding in (OPEN, None) or test.finding == (full in self._said):
                continue
            tally.violation(f"{decision.last}: {name} {'holds' if test.finding else 'does not hold'}, and is "
                            f"{'not ' if test.finding else ''}said")
            (self._said.add if test.finding else self._said.discard)(full)  # told once


Sums = collections.namedtuple("Sums", "basis students teams squares baseline_squares groups")
Group = collections.namedtuple("Group", "students others weight change baseline")


def _read(sums):
    """In percent of scale, or standard deviations times 100."""
    wide = lambda high, low: ((high << 64) + low) / POINT ** 2  # noqa: E731
    return Sums(sums.basis, sums.students, sums.teams, wide(sums.squares_high, sums.squares_low),
                wide(sums.baseline_squares_high, sums.baseline_squares_low),
                {one.group: Group(one.students, one.others, one.weight / 2 ** 32, one.change / 2 ** 16 / POINT,
                                  one.baseline / 2 ** 16 / POINT) for one in sums.groups})


def _added(all_sums):
    """One a basis."""
    by_basis = {}
    for one in all_sums:
        known = by_basis.get(one.basis, Sums(one.basis, 0, 0, 0, 0, {}))
        groups = {name: Group(*map(sum, zip(known.groups.get(name, Group(0, 0, 0, 0, 0)),
                                            one.groups.get(name, Group(0, 0, 0, 0, 0)))))
                  for name in known.groups.keys() | one.groups.keys()}
        by_basis[one.basis] = Sums(one.basis, *map(sum, zip(known[1:5], one[1:5])), groups)
    return list(by_basis.values())


def _test(sums, group, questions, policy):
    theta, degrees = group.change / group.weight, sums.students - sums.teams - 1
    test = Test(theta, sums.squares - theta * group.change, group.weight, degrees, questions, rate_of(policy),
                prior_of(policy))
    if test.finding is True:
        before = group.baseline / group.weight
        spread = math.sqrt(max(0, sums.baseline_squares - before * group.baseline) / degrees)
        test.found_if_it_matters(-theta, policy.gap_widening * spread)
    return test


def _compare_sums(event, said, parts, tally):
    """`parts`: of each team [(baseline, change, groups)]."""
    squares = sum(_squares([change for _, change, _ in pairs]) for pairs in parts)
    if (said.students, said.teams) != (sum(map(len, parts)), len(parts)):
        tally.violation(f"{event}: {said.students} students of {said.teams} teams are said, not {sum(map(len, parts))} "
                        f"of {len(parts)}")
    read = _read(said)
    _compare_number(event, "squares", read.squares, squares, tally)
    groups = collections.defaultdict(lambda: [0, 0, 0, 0, 0])
    for pairs in parts:
        for name in {name for _, _, names in pairs for name in names}:
            inside = [pair for pair in pairs if name in pair[2]]
            outside = [pair for pair in pairs if name not in pair[2]]
            if not outside:
                continue
            s = len(inside) * len(outside) / len(pairs)
            apart = [statistics.fmean(pair[i] for pair in inside) - statistics.fmean(pair[i] for pair in outside)
                     for i in (1, 0)]
            for i, more in enumerate((len(inside), len(outside), s, s * apart[0], s * apart[1])):
                groups[name][i] += more
    if set(groups) != set(read.groups):
        tally.violation(f"{event}: sums of {sorted(read.groups)} are said, not of {sorted(groups)}")
    for name in set(groups) & set(read.groups):
        for field, one, other in zip(Group._fields, read.groups[name], groups[name]):
            _compare_number(event, f"{field} of {name}", one, other, tally)


def _squares(values):
    mean = statistics.fmean(values)
    return math.fsum((one - mean) ** 2 for one in values)


def _compare_number(event, what, said, computed, tally):
    if not math.isclose(said, computed, rel_tol=1e-6, abs_tol=1e-4):
        tally.violation(f"{event}: {what} are {computed}, and {said} is said")


def check_deliveries(by_partition, tally):
    """What the district took over of a school is what the school said, in that order."""
    said, taken = collections.defaultdict(list), collections.defaultdict(list)
    for decisions in by_partition:
        for event in (event for decision in decisions for event in decision.events):
            for name, into in (("ChangesSummed", said), ("DistrictChangesSummed", taken)):
                one = event.message
                # Where no part of a team differs from what was said, the district is told nothing.
                if event.is_a(f"evidence.v1.{name}") and (into is taken or one.teams):
                    into[one.district, one.school, one.indicator].append(
                        [sums.SerializeToString(deterministic=True) for sums in one.sums])
    for key, found in taken.items():
        if said[key][:len(found)] != found:
            tally.violation(f"the district took over other sums of {'/'.join(key)} than were said")
        tally.count("sums of schools that the district took over", len(found))
