"""The rules of evidence, computed from results and rosters alone: is each said exactly when it is met?

  complete    80 % (policy) of the team's rostered students have a result in the window
  off track   at 50 % and a smallest cell of matched students: the mean of what each student's change is over the
              growth desired by the day of the student's result is found to be below zero
  gap widened of a group that is behind at baseline, both sides of 10 or more matched students: its mean change less
              that of its complement is found to be below zero, and by 0.10 baseline standard deviations
  mid-cycle   a student has a result when half of the cycle has passed; it holds from then on
  behind for the year   off track, of the school year; see school_years.py

Growth is over matched students: the latest result before the window (45 instructional days) and the
latest in it. Their changes are compared on the basis that most of them have: absolute, on one assessment or scale, in
percent of scale; relative, by the district's norms of both assessments, in standard deviations, of which none are
desired; else unequated, and nothing is found. "Found" is the anytime-valid t test of arXiv 2210.08589 with phi = 4: log E of log(K / (2 * 0.05)) at
least, K the questions asked side by side: indicators, or groups times indicators. It is found no longer when the
sign has turned or log E is under 0; what is between changes nothing.
Whenever results, rosters or windows of a team change, what was said after the decision
has to be what holds. Numbers too close to a threshold to tell are left out.
"""
import functools
import math
import statistics

from checker import messages
from checker.facts import Facts

TRIGGERS = messages.enum("common.v1.Trigger")
COMPLETE = TRIGGERS.Value("TRIGGER_EVIDENCE_COMPLETE")
OFF_TRACK = TRIGGERS.Value("TRIGGER_OFF_TRACK")
GAP_WIDENED = TRIGGERS.Value("TRIGGER_GAP_WIDENED")
MID_CYCLE = TRIGGERS.Value("TRIGGER_MID_CYCLE")
BEHIND_FOR_YEAR = TRIGGERS.Value("TRIGGER_BEHIND_FOR_YEAR")
ABSOLUTE, RELATIVE, UNEQUATED = range(3)  # the first of those that as many students have
SMALLEST = 10  # students of a cell, and on each side of a gap, at least
FALSE_ALARM_RATE = 0.05  # of a policy that says nothing of it
PHI = 4  # of a policy that says nothing of it
CLOSE = 1e-6
OPEN = "open"  # neither met nor cleared: what was said stays


def rate_of(policy):
    return policy.false_alarm_rate if policy.HasField("false_alarm_rate") else FALSE_ALARM_RATE


def prior_of(policy):
    return policy.effect_prior if policy.HasField("effect_prior") else PHI


def check(decisions, tally):
    """One partition of events.evidence."""
    from checker import pooled, school_years  # which are made of what is here

    facts, said = Facts(), set()
    of_schools = pooled.Pooled(facts)
    for decision in decisions:
        facts.touched.clear()
        moves = {}  # of this decision: the test, if any, by key
        for event in decision.events:
            facts.apply(event)
            if event.is_a("evidence.v1.EvidenceMoved") and event.message.team:
                moved = event.message
                key = ((moved.district, moved.school, moved.team), moved.cycle, moved.indicator, moved.trigger,
                       moved.group)
                said.add(key) if moved.met else said.discard(key)
                moves[key] = moved.test if moved.HasField("test") else None
        half_passed = None
        if "mid_cycle/" in decision.cause:
            *team, cycle = decision.cause.partition("mid_cycle/")[2].partition("@")[0].split("/")
            half_passed = (tuple(team), cycle)
            facts.touched.add(tuple(team))
        if "compared_anew/" in decision.cause:
            school = tuple(decision.cause.partition("compared_anew/")[2].partition("@")[0].split("/"))
            facts.touched |= {team for team in facts.windows if team[:2] == school}
        if "year_over/" in decision.cause:
            facts.touched.add(tuple(decision.cause.partition("year_over/")[2].split("/")[:3]))
        of_schools.note(facts.touched)
        of_schools.check(decision, tally)
        for team in facts.touched:
            _compare(facts, said, moves, team, half_passed, decision, tally)
            for indicator, test in school_years.tests(facts, team, decision.last.time_ms).items():
                _compare_year(said, moves, (team, "", indicator, BEHIND_FOR_YEAR, ""), test, decision, tally)


def _compare_year(said, moves, key, test, decision, tally):
    tally.count("school years computed again from results and rosters")
    name = f"behind for the year of {'/'.join(key[0])} on {key[2]}"
    if moves.get(key) is not None and not test.is_said(moves[key]):
        tally.violation(f"{decision.last}: the test for {name} is {test.log_evidence}, and {moves[key].log_evidence} is said")
    if test.finding is OPEN and key in moves:
        tally.violation(f"{decision.last}: {name} changed, and is open")
    if test.finding in (OPEN, None) or test.finding == (key in said):
        return
    (said.add if test.finding else said.discard)(key)  # told once
    tally.violation(f"{decision.last}: {name} {'holds' if test.finding else 'does not hold'}, and is "
                    f"{'not ' if test.finding else ''}said")


def _compare(facts, said, moves, team, half_passed, decision, tally):
    rostered = facts.rostered(team)
    for cycle, window in facts.windows[team].items():
        for indicator in window.indicators:
            at = (team, cycle, indicator)
            numbers = Numbers(facts, team, window, indicator, rostered)
            tests = {(OFF_TRACK, ""): numbers.growth()} | {
                (GAP_WIDENED, group): test for group, test in numbers.gaps().items()}
            held = {rule: test.finding for rule, test in tests.items()}
            held[COMPLETE, ""] = numbers.is_complete()
            held[MID_CYCLE, ""] = (numbers.covered > 0 or OPEN) if half_passed == (team, cycle) else OPEN
            held |= {key[3:]: False for key in said if key[:3] == at and key[3] == GAP_WIDENED and key[3:] not in held}
            for rule, holds in held.items():
                tally.count("rules computed again from results and rosters")
                key = (*at, *rule)
                name = (f"{TRIGGERS.Name(rule[0])[8:].lower()} {{}} of {'/'.join(team)} in {cycle} on {indicator} "
                        f"{rule[1]}")
                if rule in tests and moves.get(key) is not None and not tests[rule].is_said(moves[key]):
                    tally.violation(f"{decision.last}: the test for {name.format('')} is {tests[rule].log_evidence}, and "
                                    f"{moves[key].log_evidence} is said")
                if holds is OPEN:
                    if key in moves and rule[0] != MID_CYCLE or key in moves and half_passed != (team, cycle):
                        tally.violation(f"{decision.last}: {name.format('changed')}, and is open")
                    continue
                if holds is None or holds == (key in said):
                    continue
                (said.add if holds else said.discard)(key)  # told once
                tally.violation(
                    f"{decision.last}: {name.format('holds' if holds else 'does not hold')}, "
                    f"and is {'not ' if holds else ''}said; "
                    f"{numbers.covered} of {len(rostered)} students are covered, {len(numbers.pairs)} matched")


class Test:
    """Whether a coefficient is below zero. `finding`: True, False, OPEN; None: too close to tell."""

    def __init__(self, estimate=0.0, squares=0.0, information=0.0, degrees=0, questions=1, alpha=FALSE_ALARM_RATE,
                 phi=PHI):
        """`squares` is the sum of squares of the residuals."""
        self.log_evidence = None
        self.finding = False
        if degrees < 1:
            return
        r = phi / (phi + information)
        if squares < 1e-9:
            if abs(estimate) < 1e-9:
                return
            self.log_evidence = -degrees / 2 * math.log(r)
        else:
            ratio = estimate ** 2 * information / squares  # t^2 / degrees
            self.log_evidence = (math.log(r) + (degrees + 1) * math.log((1 + ratio) / (1 + r * ratio))) / 2
        threshold = math.log(questions / (2 * alpha))
        if estimate >= 0:
            return
        if min(abs(self.log_evidence), abs(self.log_evidence - threshold)) < CLOSE:
            self.finding = None
        elif self.log_evidence >= threshold:
            self.finding = True
        elif self.log_evidence >= 0:
            self.finding = OPEN

    def found_if_it_matters(self, behind, least):
        if abs(behind - least) < CLOSE:
            self.finding = None
        elif behind < least:
            self.finding = OPEN

    def is_said(self, test):
        return self.log_evidence is not None and math.isclose(self.log_evidence, test.log_evidence, rel_tol=CLOSE,
                                                              abs_tol=CLOSE)


class Numbers:
    """Of one indicator of one cycle of a team."""

    def __init__(self, facts, team, window, indicator, rostered):
        self._facts, self._team, self._window, self._indicator = facts, team, window, indicator
        self._policy = facts.districts[team[0]].policy
        self._alpha, self._phi = rate_of(self._policy), prior_of(self._policy)
        self._smallest = max(self._policy.smallest_cell, SMALLEST)
        self._rostered = rostered
        self.covered = 0
        on = {ABSOLUTE: {}, RELATIVE: {}, UNEQUATED: {}}
        for student in rostered:
            baseline, current = self._results_of(student)
            if current is None:
                continue
            self.covered += 1
            if baseline is not None:
                basis, before, now = self._compared(baseline, current)
                on[basis][student] = (before, now, current.day)
        self.basis = max(on, key=lambda basis: (len(on[basis]), -basis))
        # student: (baseline, current, day of it), in percent of scale or standard deviations
        self.pairs = on[self.basis]

    @property
    def _indicators(self):
        """How many are asked about side by side."""
        return len(self._window.indicators)

    def _results_of(self, student):
        """(baseline, current); None where there is none."""
        latest = functools.partial(self._facts.latest, self._team, self._indicator, student)
        window = self._window
        return latest(window.baseline_from, window.first - 1), latest(window.first, window.last)

    def _compared(self, baseline, current):
        """(basis, baseline, current)"""
        keys = [(self._team[0], point.assessment) for point in (baseline, current)]
        scales = [self._facts.scales.get(key) for key in keys]
        norms = [self._facts.norms.get(key) for key in keys]
        if keys[0] == keys[1] or None not in scales and scales[0] == scales[1]:
            return ABSOLUTE, baseline.ppm / 1e4, current.ppm / 1e4
        if None not in norms:
            return RELATIVE, *((point.ppm - mean) / sd for point, (mean, sd) in zip((baseline, current), norms))
        return UNEQUATED, baseline.ppm / 1e4, current.ppm / 1e4

    def is_complete(self):
        return bool(self._rostered) and self.covered / len(self._rostered) >= self._policy.complete_coverage

    def growth(self):
        """Of the changes over what was desired by the day of each."""
        if not self._rostered or self.covered / len(self._rostered) < self._policy.sufficient_coverage:
            return Test()
        if len(self.pairs) < self._smallest or self.basis == UNEQUATED:
            return Test()
        a_year = 0 if self.basis == RELATIVE else (
            statistics.fmean(before for before, _, _ in self.pairs.values()) * self._desired_a_year())
        days = {day: self._facts.teaching_days(self._team, self._window.first, day)
                for day in {day for _, _, day in self.pairs.values()}}
        over = [now - before - a_year * days[day] / self._policy.days_per_year
                for before, now, day in self.pairs.values()]
        mean = statistics.fmean(over)
        squares = math.fsum((one - mean) ** 2 for one in over)
        return Test(mean, squares, len(over), len(over) - 1, self._indicators, self._alpha, self._phi)

    def _desired_a_year(self):
        of_cycle = self._window.indicators[self._indicator]
        if of_cycle is not None:
            return of_cycle
        of_plan = self._facts.desired.get((*self._team[:2], self._indicator))
        return of_plan[0] if of_plan else self._policy.desired_growth_per_year

    def gaps(self):
        """{group: Test} of the groups that are behind at baseline, both sides large enough."""
        eligible = {}
        if self.basis == UNEQUATED:
            return {}
        for group in set().union(*(self._rostered[student] for student in self.pairs)):
            inside = [pair for student, pair in self.pairs.items() if group in self._rostered[student]]
            outside = [pair for student, pair in self.pairs.items() if group not in self._rostered[student]]
            if min(len(inside), len(outside)) < self._smallest:
                continue
            spread = any(before != side[0][0] for side in (inside, outside) for before, _, _ in side)
            means = [statistics.fmean(before for before, _, _ in side) for side in (inside, outside)]
            if spread and means[1] - means[0] > 1e-9:
                eligible[group] = (inside, outside)
        questions = len(eligible) * self._indicators
        return {group: self._gap(*sides, questions) for group, sides in eligible.items()}

    def _gap(self, inside, outside, questions):
        changes = [[now - before for before, now, _ in side] for side in (inside, outside)]
        baselines = [[before for before, _, _ in side] for side in (inside, outside)]
        apart = statistics.fmean(changes[0]) - statistics.fmean(changes[1])
        total = len(inside) + len(outside)
        test = Test(apart, _squares_within(changes), len(inside) * len(outside) / total, total - 2, questions, self._alpha,
                    self._phi)
        if test.finding is True:
            matters = self._policy.gap_widening * math.sqrt(_squares_within(baselines) / (total - 2))
            test.found_if_it_matters(-apart, matters)
        return test


def _squares_within(sides):
    """About the mean of each side."""
    total = 0.0
    for side in sides:
        mean = statistics.fmean(side)
        total += math.fsum((one - mean) ** 2 for one in side)
    return total
