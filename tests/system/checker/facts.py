"""What one partition of events.evidence says of rosters, results and windows, and of nothing that
was concluded from them."""
import collections
import datetime
import zoneinfo

import xxhash

from checker import messages
from checker.columns import results_of

CYCLES = messages.enum("cycles.v1.CycleState")
GRADED = messages.enum("evidence.v1.ScoreStatus").Value("SCORE_STATUS_FULLY_GRADED")
DUPLICATE = messages.enum("evidence.v1.ResultOutcome").Value("RESULT_OUTCOME_DUPLICATE")
OVER = {CYCLES.Value("CYCLE_STATE_CLOSED"), CYCLES.Value("CYCLE_STATE_CANCELLED")}
EPOCH = datetime.date(1970, 1, 1)


def day_of(text):
    """Days since 1970-01-01."""
    return (datetime.date.fromisoformat(text) - EPOCH).days


# A counted result: its day, what decides among results of one day, its score in ppm of scale, and on which assessment.
Point = collections.namedtuple("Point", "day tie ppm assessment")
SchoolYear = collections.namedtuple("SchoolYear", "first last baseline_until indicators")
Window = collections.namedtuple("Window", "baseline_from first last mid_cycle indicators")  # {indicator: growth or None}


class Facts:
    """`touched` gathers the teams whose evidence may have changed. A team is (district, school, team)."""

    def __init__(self):
        self.touched = set()
        self.districts = {}
        self.windows = collections.defaultdict(dict)  # team: {cycle: Window}
        self.years = collections.defaultdict(dict)  # team: {first day: SchoolYear}
        self.desired = {}  # (district, school, indicator): (growth a year, plan)
        self.scales = {}  # (district, assessment): (name, lower end, upper end), of those that name one
        self.norms = {}  # (district, assessment): (mean, standard deviation), in ppm
        self._closures = {}  # (district, school): days
        self._indicators = {}  # (district, assessment): indicators
        self._team_of = {}  # (district, school, class): team
        self._students = collections.defaultdict(dict)  # (district, school): {student: (groups, classes)}
        self._results = {}  # (district, school, source, source id): (team, indicators, student, Point) or None
        self._points = collections.defaultdict(lambda: collections.defaultdict(dict))

    def rostered(self, team):
        """{student: groups}"""
        at = team[:2]
        return {student: groups for student, (groups, classes) in self._students[at].items()
                if any(self._team_of.get((*at, one)) == team[2] for one in classes)}

    def first(self, team, indicator, student, first, last):
        """The student's first Point of these days; None when there is none."""
        points = self._points[team, indicator].get(student, {}).values()
        return min((point for point in points if first <= point.day <= last), default=None)

    def latest(self, team, indicator, student, first, last):
        """The student's latest Point of these days; None when there is none."""
        points = self._points[team, indicator].get(student, {}).values()
        return max((point for point in points if first <= point.day <= last), default=None)

    def teaching_days(self, team, first, last):
        """Instructional days from the first to the last, both included."""
        calendar = self.districts[team[0]].calendar
        terms = [(day_of(term.first), day_of(term.last)) for term in calendar.terms]
        closed = {day_of(text) for text in calendar.closures} | self._closures.get(team[:2], set())

        def teaches(day):
            between = terms and terms[0][0] <= day <= terms[-1][1] and not any(a <= day <= b for a, b in terms)
            return (day + 3) % 7 < 5 and day not in closed and not between
        return sum(map(teaches, range(first, last + 1)))

    def day_at(self, team, time_ms):
        """The day in the district at that time."""
        zone = zoneinfo.ZoneInfo(self.districts[team[0]].time_zone)
        return (datetime.datetime.fromtimestamp(time_ms / 1000, zone).date() - EPOCH).days

    def apply(self, event):
        apply = getattr(self, f"_apply_{event.full_name.rpartition('.')[2]}", None)
        if apply is not None:
            apply(event.message)

    def _apply_DistrictNoted(self, noted):
        self.districts[noted.district.district] = noted.district

    def _apply_SchoolNoted(self, noted):
        at = (noted.school.district, noted.school.school)
        self._closures[at] = {day_of(text) for text in noted.school.closures}

    def _apply_DesiredGrowthNoted(self, noted):
        at = (noted.district, noted.school)
        for key in [key for key, (_, plan) in self.desired.items() if key[:2] == at and plan == noted.plan]:
            del self.desired[key]
        for one in noted.indicators:
            self.desired[*at, one.indicator] = (one.desired_growth_per_year, noted.plan)
        self.touched |= {team for team in self.windows if team[:2] == at}

    def _apply_AssessmentsAdopted(self, adopted):
        for one in adopted.assessments:
            key = (adopted.district, one.assessment)
            self._indicators[key] = tuple(one.indicators)
            self.scales.pop(key, None)
            if one.scale:
                self.scales[key] = (one.scale, one.scale_min, one.scale_max)

    _apply_AssessmentsDefined = _apply_AssessmentsAdopted

    def _apply_NormsAdopted(self, adopted):
        for one in adopted.norms:
            self.norms[adopted.district, one.assessment] = (one.mean, one.sd)

    def _apply_AssessmentRemovalAdopted(self, removed):
        for one in removed.assessments:
            self._indicators.pop((removed.district, one), None)

    def _apply_RosterChanged(self, changed):
        at = (changed.district, changed.school)
        for one in changed.classes:
            before = self._team_of.get((*at, one.class_id))
            self._team_of[*at, one.class_id] = one.team
            self.touched |= {(*at, team) for team in (before, one.team) if team}
        for one in changed.students:
            _, before = self._students[at].get(one.student, ((), ()))
            for class_id in (*before, *one.class_ids):
                if (*at, class_id) in self._team_of:
                    self.touched.add((*at, self._team_of[*at, class_id]))
            self._students[at][one.student] = (frozenset(one.groups), tuple(one.class_ids))

    def _apply_ResultsRecorded(self, batch):
        for one in results_of(batch):
            if one.outcome == DUPLICATE:
                continue
            key = (batch.district, batch.school, batch.source, one.source_id)
            self._take_out(key)
            counted = not one.retracted and one.HasField("score") and one.score_status == GRADED
            if not counted:
                continue
            team = (batch.district, batch.school, one.team)
            indicators = self._indicators.get((batch.district, one.assessment), ())
            tie = xxhash.xxh3_64_intdigest(one.source_id.encode(), xxhash.xxh3_64_intdigest(batch.source.encode()))
            self._results[key] = (team, indicators, one.student)
            self.touched.add(team)
            for indicator in indicators:
                self._points[team, indicator][one.student][key] = Point(one.day, tie, one.ppm, one.assessment)

    def _take_out(self, key):
        if key not in self._results:
            return
        team, indicators, student = self._results.pop(key)
        self.touched.add(team)
        for indicator in indicators:
            del self._points[team, indicator][student][key]

    def _apply_CycleWatched(self, watched):
        cycle = watched.cycle
        team = (cycle.district, cycle.school, cycle.team)
        if cycle.state in OVER:
            # What was said of it stays said; nothing is triggered any more.
            self.windows[team].pop(cycle.cycle, None)
            return
        self.windows[team].pop(cycle.cycle, None)  # the last that was watched is last
        self.windows[team][cycle.cycle] = Window(
            day_of(cycle.baseline_from), day_of(cycle.start), day_of(cycle.end), day_of(cycle.mid_cycle),
            {one.indicator: one.desired_growth_per_year if one.HasField("desired_growth_per_year") else None
             for one in cycle.indicators})
        self.touched.add(team)
        self._watch_year(team, self.windows[team][cycle.cycle])

    def _watch_year(self, team, window):
        """The school year in which the window begins: terms that end within 365 days of its first day."""
        district = self.districts[team[0]]
        years = []
        for term in district.calendar.terms:
            first, last = day_of(term.first), day_of(term.last)
            if years and last < years[-1][0] + 365:
                years[-1][1] = last
            else:
                years.append([first, last])
        for first, last in years:
            if not first <= window.first <= last:
                continue
            days = district.policy.year_baseline_days if district.policy.HasField("year_baseline_days") else 30
            until = first
            while self.teaching_days(team, first, until) < days:
                until += 1
            known = self.years[team].get(first)
            indicators = dict(known.indicators if known else {}) | window.indicators
            self.years[team][first] = SchoolYear(first, last, until, indicators)
