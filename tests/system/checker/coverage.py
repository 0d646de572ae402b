"""`evidence complete`, computed from the results and the roster alone.

From domain rules: at least 80 % (policy) of the team's rostered students have a result in the
window. A student is the team's who is enrolled in a class of it; a result is of the team that
taught its class when it was recorded, and counts when it is scored whole and was not taken back.
Whenever results, rosters or windows of a team change, the rule has to be said, in the same
decision, exactly when this makes a difference.
"""
import collections
import datetime

from checker import messages

COMPLETE = messages.enum("common.v1.Trigger").Value("TRIGGER_EVIDENCE_COMPLETE")
CYCLES = messages.enum("cycles.v1.CycleState")
GRADED = messages.enum("evidence.v1.ScoreStatus").Value("SCORE_STATUS_FULLY_GRADED")
DUPLICATE = messages.enum("evidence.v1.ResultOutcome").Value("RESULT_OUTCOME_DUPLICATE")
EPOCH = datetime.date(1970, 1, 1)


def day_of(text):
    return (datetime.date.fromisoformat(text) - EPOCH).days


class Coverage:
    """One partition of events.evidence."""

    def __init__(self):
        self.wanted = {}  # district: share
        self.indicators = {}  # (district, assessment): indicators
        self.team_of = {}  # (district, school, class): team
        self.classes = collections.defaultdict(dict)  # (district, school): {student: classes}
        self.results = {}  # (district, school, source, source id): (team, indicators, student, day) or None
        self.days = collections.defaultdict(lambda: collections.defaultdict(collections.Counter))
        self.windows = collections.defaultdict(dict)  # team: {cycle: (first, last, indicators)}
        self.said = set()  # (team, cycle, indicator)
        self.touched = set()  # teams

    def check(self, decisions, tally):
        for decision in decisions:
            self.touched.clear()
            for event in decision.events:
                self._apply(event)
            for team in self.touched:
                self._compare(team, decision, tally)

    def _compare(self, team, decision, tally):
        district, school, name = team
        rostered = [student for student, classes in self.classes[district, school].items()
                    if any(self.team_of.get((district, school, one)) == name for one in classes)]
        for cycle, (first, last, indicators) in self.windows[team].items():
            for indicator in indicators:
                days = self.days[team, indicator]
                covered = sum(any(first <= day <= last for day in days[student]) for student in rostered
                              if student in days)
                complete = bool(rostered) and covered / len(rostered) >= self.wanted.get(district, 0.8)
                key = (team, cycle, indicator)
                if complete != (key in self.said):
                    tally.violation(
                        f"{decision.last}: {covered} of {len(rostered)} students of {'/'.join(team)} are covered "
                        f"in {cycle} on {indicator}, and complete is {'not ' if complete else ''}said")
                    (self.said.add if complete else self.said.discard)(key)  # told once
                tally.count("coverages computed again")

    def _apply(self, event):
        name = event.full_name.rpartition(".")[2]
        apply = getattr(self, f"_apply_{name}", None)
        if apply is not None:
            apply(event.message)

    def _apply_DistrictNoted(self, noted):
        self.wanted[noted.district.district] = noted.district.policy.complete_coverage

    def _apply_AssessmentsAdopted(self, adopted):
        for one in adopted.assessments:
            self.indicators[adopted.district, one.assessment] = tuple(one.indicators)

    def _apply_RosterChanged(self, changed):
        at = (changed.district, changed.school)
        for one in changed.classes:
            before = self.team_of.get((*at, one.class_id))
            self.team_of[*at, one.class_id] = one.team
            self.touched |= {(*at, team) for team in (before, one.team) if team}
        for one in changed.students:
            for class_id in (*self.classes[at].get(one.student, ()), *one.class_ids):
                if (*at, class_id) in self.team_of:
                    self.touched.add((*at, self.team_of[*at, class_id]))
            self.classes[at][one.student] = tuple(one.class_ids)

    def _apply_ResultsRecorded(self, batch):
        for one in batch.results:
            if one.outcome == DUPLICATE:
                continue
            key = (batch.district, batch.school, batch.source, one.source_id)
            self._count(self.results.get(key), -1)
            counted = not one.retracted and one.HasField("score") and one.score_status == GRADED
            team = (batch.district, batch.school, one.team)
            indicators = self.indicators.get((batch.district, one.assessment), ())
            self.results[key] = (team, indicators, one.student, one.day) if counted else None
            self._count(self.results[key], 1)

    def _count(self, result, change):
        if result is None:
            return
        team, indicators, student, day = result
        self.touched.add(team)
        for indicator in indicators:
            days = self.days[team, indicator][student]
            days[day] += change
            if days[day] == 0:
                del days[day]

    def _apply_CycleWatched(self, watched):
        cycle = watched.cycle
        team = (cycle.district, cycle.school, cycle.team)
        if cycle.state in (CYCLES.Value("CYCLE_STATE_CLOSED"), CYCLES.Value("CYCLE_STATE_CANCELLED")):
            # What was said of it stays said; nothing is triggered any more.
            self.windows[team].pop(cycle.cycle, None)
            return
        self.windows[team][cycle.cycle] = (
            day_of(cycle.start), day_of(cycle.end), [one.indicator for one in cycle.indicators])
        self.touched.add(team)

    def _apply_EvidenceMoved(self, moved):
        if moved.trigger != COMPLETE:
            return
        key = ((moved.district, moved.school, moved.team), moved.cycle, moved.indicator)
        (self.said.add if moved.met else self.said.discard)(key)
