"""What is true in the made-up district, drawn from a seed: schools, teams, students, and what a practice does."""
import dataclasses
import datetime
import random

SCHOOLS = ["alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel", "ironwood", "juniper", "larch", "maple"]
GRADES = ["grade-3", "grade-4", "grade-5"]
READING, ARGUMENT = "close-reading", "evidence-based-argument"
STUDENTS = 24  # of a team
FIRST_DAY, LAST_DAY = datetime.date(2026, 8, 31), datetime.date(2027, 6, 4)
CLOSURES = [(9, 7), (10, 12), (11, 11), (11, 25), (11, 26), (11, 27), *((12, day) for day in range(21, 32)),
            (1, 1), (1, 18), (2, 15), *((3, day) for day in range(22, 27)), (5, 31)]
FIRST_CYCLE = datetime.date(2026, 9, 8)
FIRST_CHECK = datetime.date(2026, 9, 4)

# Points of 100 by which a cycle changes a student, of whatever practice; and what practices add to it.
USUAL_CHANGE, SPREAD_OF_CHANGE, NOISE = 0.8, 3.0, 3.0
PAIRS, POSTERS = "think-pair-share", "word-posters"
ADDS = {PAIRS: 4.0, POSTERS: 0.0}


def closures():
    for month, day in CLOSURES:
        yield datetime.date(2026 if month > 7 else 2027, month, day)


def instructional_days():
    closed = set(closures())
    day = FIRST_DAY
    while day <= LAST_DAY:
        if day.weekday() < 5 and day not in closed:
            yield day
        day += datetime.timedelta(days=1)


@dataclasses.dataclass
class Team:
    school: str
    team: str
    indicator: str
    practices: dict  # cycle number: what its design names
    abilities: list = dataclasses.field(default_factory=list)
    scores: list = dataclasses.field(default_factory=list)  # (date, student, score), as pushed

    @property
    def key(self):
        return self.school, self.team

    @property
    def class_id(self):
        return f"{self.school}.{self.team}"

    def student(self, i):
        return f"{self.class_id}.{i:02}"


ORDER = [(school, grade) for grade in GRADES[:2] for school in SCHOOLS]  # of those who work on reading
WAVE_SEED = "1789"
WAVE = {6: 2, 7: 2}  # places for pairs by the cycle that they begin with
WANT_A_PLACE = ORDER[16:22]
CYCLE_DAYS = 15


def start_of(number):
    """Of a cycle of every team."""
    days = list(instructional_days())
    return days[days.index(FIRST_CYCLE) + CYCLE_DAYS * (number - 1)]


def practices_of(school, grade):
    """By cycle. Pairs spread from three teams of two schools to twelve, and to four more by lot; posters are tried by
    six, and given up."""
    place = ORDER.index((school, grade)) if (school, grade) in ORDER else None
    own = f"Guided practice in {school}"
    by_cycle = {number: [own] for number in range(1, 12)}
    if place is None:
        return by_cycle
    pairs_from = {0: 1, 1: 1, 12: 1, 2: 3, 3: 3, 13: 3, 14: 4, 4: 4, 5: 4, 15: 5, 6: 5, 7: 5}.get(place)
    if pairs_from:
        for number in range(pairs_from, pairs_from + 3):
            by_cycle[number] = [PAIRS]
    if place in (8, 9, 10, 20, 21, 22):
        for number in range(2, 5):
            by_cycle[number] = [POSTERS]
    return by_cycle


def teams(seed, schools):
    draw = random.Random(seed)
    for school in SCHOOLS[:schools]:
        for grade in GRADES:
            team = Team(school, grade, ARGUMENT if grade == "grade-5" else READING, practices_of(school, grade))
            team.abilities = [draw.gauss(42, 11) for _ in range(STUDENTS)]
            yield team


class Growth:
    """What students can do, as cycles pass."""

    def __init__(self, seed):
        self.draw = random.Random(seed + 1)

    def live(self, team, practices):
        """A cycle of the team, with these practices."""
        adds = max((ADDS.get(one, 0.0) for one in practices), default=0.0)
        team.abilities = [one + self.draw.gauss(USUAL_CHANGE + adds, SPREAD_OF_CHANGE) for one in team.abilities]

    def score(self, team, i, day):
        """What the student would score that day; noted as pushed."""
        score = round(min(100.0, max(0.0, team.abilities[i] + self.draw.gauss(0, NOISE))))
        team.scores.append((day, i, score))
        return score
