"""Behind for the year, computed from results and rosters alone.

A team's school year is from the first day of its first term to the last of its last, as soon as a cycle that begins in
it is watched, and has the indicators of such cycles. A student's growth is from the first result of its first days (30
instructional days, policy) to the latest of a later day; what was desired is counted from its first day. It is off track by
the test of rules.py, of each indicator by itself. Nobody is behind for a year that is over.
"""
from checker.rules import Numbers, Test


def tests(facts, team, time_ms):
    """{indicator: Test} of the team's years; of one that is over none is found."""
    rostered = facts.rostered(team)
    today = facts.day_at(team, time_ms) if facts.years[team] else None
    found = {}
    for _, year in sorted(facts.years[team].items()):
        for indicator in year.indicators:
            test = Test()
            if today <= year.last:
                test = YearNumbers(facts, team, year, indicator, rostered).growth()
            # Of the next year, whose cycles may be watched before this one is over, there are no results yet.
            if test.finding is not False or indicator not in found:
                found[indicator] = test
    return found


class YearNumbers(Numbers):
    """Of one indicator of a team's school year."""
    _indicators = 1

    def _results_of(self, student):
        year = self._window
        first = self._facts.first(self._team, self._indicator, student, year.first, year.baseline_until)
        latest = self._facts.latest(self._team, self._indicator, student, year.first, year.last)
        if first is not None and latest.day <= first.day:
            latest = None
        return first, latest
