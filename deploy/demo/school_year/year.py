"""The year, day by day."""
import datetime

from . import truth
from .checks import Checks
from .cycles import Cycles
from .installation import Installation
from .schools import Schools


class Year:
    def __init__(self, program, data, seed, schools, cycles, quiet):
        self.at = Installation(program, data)
        self.schools = Schools(self.at, seed, schools)
        self.cycles = Cycles(self.at, seed, schools)
        self.number_of_cycles = cycles
        self.quiet = quiet
        self.today = truth.FIRST_DAY
        self.visits = []  # not planned yet
        self.history = {}  # of a practice: its standing after each cycle

    def say(self, what):
        if not self.quiet:
            print(f"{self.today:%d %b %Y}  {what}", flush=True)

    def live(self):
        with self.at:
            self.begin()
            for number in range(1, self.number_of_cycles + 1):
                if len(self.cycles.current) < len(self.cycles.teams):
                    break
                self.cycles.live(self.until)
                self.say(f"cycle {number} of every team is closed; {self.standings()}")
                if number == min(truth.WAVE) - 2:
                    self.cycles.ask_for_places()
                if number == min(truth.WAVE) - 1:
                    begin, wait = self.cycles.draw()
                    self.say(f"of {begin + wait} teams that want {truth.PAIRS}, {begin} begin by lot")
            self.check()

    def check(self):
        counted = Checks(self).all()
        print("Recomputed from what was pushed, and found the same: "
              + ", ".join(f"{number} {what}" for what, number in counted.items()) + ".")

    def standings(self):
        """Of the practices that leaders published; what is known of them is assessed some seconds after a closing."""
        self.at.settle()
        self.at.move_to(self.today, 9)
        said = []
        for practice in (truth.PAIRS, truth.POSTERS):
            known = self.at.get(f"/v1/practices/{practice}")["practice"]["assessment"]
            word = known["standing"].removeprefix("PRACTICE_STANDING_").replace("_", " ").lower()
            effect = f" ({known['pooled']['effect']:+.2f} SD in {known['pooled']['cycles']} cycles)" if "pooled" in known else ""
            said.append(f"{practice} is {word}{effect}")
            self.history.setdefault(practice, []).append(word)
        return ", ".join(said)

    def begin(self):
        self.schools.open_district()
        self.schools.publish_practices()
        self.cycles.enrol()
        self.schools.publish_plans()
        self.visits = self.schools.plan_visits()
        self.say(f"{len(self.schools.names)} schools and {len(self.cycles.teams)} teams; every plan drafted, found vague,"
                 " mended and published")
        self.until(truth.FIRST_CHECK)
        self.cycles.begin()

    def until(self, day):
        for one in truth.instructional_days():
            if self.today < one <= day:
                self.live_day(one)

    def live_day(self, day):
        self.today = day
        held = [visit for visit in self.visits if visit["date"] == str(day)]
        if held or day.weekday() == 0:
            self.at.move_to(day, 6)
        for visit in held:
            self.visits.remove(visit)
            planned = self.schools.prepare(visit)
            self.at.move_to(day)
            self.schools.hold(planned, rooms=5)
            self.say(f"visit at {visit['host']}")
        if day.weekday() == 0:
            self.at.move_to(day)
            self.schools.answer_plan_reviews()
            self.schools.answer_offers(self.cycles, day + datetime.timedelta(days=7))
            self.schools.answer_commitments(day + datetime.timedelta(days=7))
        if day == datetime.date(2026, 10, 5):
            self.schools.survey("autumn", day, day + datetime.timedelta(days=11))
        if day == datetime.date(2027, 3, 1):
            self.schools.survey("spring", day, day + datetime.timedelta(days=11))
        self.at.move_to(day)

