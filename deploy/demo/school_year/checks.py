"""What the API says at the end of the year, beside the same computed from what was pushed.

Statistics are shown rounded, to what a quarter of the smallest cell of students adds (services/disclosure/rounding.h):
so much they may differ.
"""
import collections
import datetime
import json
import statistics

from . import statistics_by_hand as by_hand
from . import truth
from .expectations import expect, expect_close

SMALLEST = 10
BASELINE_DAYS = 45


class Checks:
    def __init__(self, year):
        self.at, self.schools, self.cycles, self.history = year.at, year.schools, year.cycles, year.history
        self.days = list(truth.instructional_days())
        self.counted = collections.Counter()
        self.pairs = {}  # of a cycle
        self.teams = {team.key: team for team in self.cycles.teams}

    def all(self):
        self.totals()
        self.every_cycle()
        self.verdicts()
        self.practices()
        self.standings()
        self.offers()
        self.questions()
        self.framings()
        self.surveys()
        self.visits()
        return self.counted

    def totals(self):
        pushed = sum(len(team.scores) for team in self.cycles.teams)
        counts = self.at.get("/v1/resultCounts")
        expect(int(counts["accepted"]), pushed, "results")
        self.counted["results"] = pushed

    # Cycles.

    def pairs_of(self, cycle):
        """(before, after) of the matched students of a cycle."""
        team = self.teams[cycle["school"], cycle["team"]]
        start, end = (datetime.date.fromisoformat(cycle[name]) for name in ("start", "end"))
        before_start = [day for day in self.days if day < start]
        since = before_start[-BASELINE_DAYS] if len(before_start) >= BASELINE_DAYS else datetime.date.min
        latest = collections.defaultdict(dict)
        for day, student, score in sorted(team.scores):
            if since <= day < start:
                latest[student]["before"] = score
            if start <= day <= end:
                latest[student]["after"] = score
        return [(one["before"], one["after"]) for one in latest.values() if len(one) == 2]

    def every_cycle(self):
        for cycle in self.cycles.closed():
            what = f"{cycle['school']} {cycle['team']} {cycle['number']}"
            pairs = self.pairs[cycle["cycle"]] = self.pairs_of(cycle)
            (impact,) = cycle["impacts"]
            found = impact["evidence"]
            expect(found.get("matched"), len(pairs), f"matched students of {what}")
            share = SMALLEST / 4 / len(pairs)
            spread = statistics.stdev(after - before for before, after in pairs) * share
            _, mean, low, high = by_hand.growth(pairs)
            for name, number in ("meanChange", mean), ("changeLow", low), ("changeHigh", high):
                expect_close(found[name], number, 2 * spread, f"{name} of {what}")
            d, low, high = by_hand.effect(pairs)
            for name, number in ("effect", d), ("effectLow", low), ("effectHigh", high):
                expect_close(found[name], number, 2 * share, f"{name} of {what}")
            self.counted["closed cycles"] += 1

    def verdicts(self):
        """By the net effect of a cycle beside teams that use none of its practices; without enough of them, by growth."""
        together = collections.defaultdict(list)  # cycles of the same window and indicator
        for cycle in self.cycles.closed():
            together[cycle["number"], cycle["indicators"][0]["indicator"]].append(cycle)
        spans = {}
        for (number, _), cycles in together.items():
            for cycle in cycles:
                used = cycle["artefacts"]["design"]["practices"]
                for practice in used:
                    spans.setdefault(practice, self.in_use(practice))
                others = [one for one in cycles
                          if not any(self.uses(spans[practice], one, number) for practice in used)]
                self.verdict(cycle, [pair for one in others for pair in self.pairs[one["cycle"]]], len(others))

    def verdict(self, cycle, compared, teams):
        what = f"{cycle['school']} {cycle['team']} {cycle['number']}"
        (impact,) = cycle["impacts"]
        pairs = self.pairs[cycle["cycle"]]
        is_net = teams >= 2 and len(compared) >= 30
        word = "NET" if is_net else "GROWTH"
        expect(impact["comparedEffect"], f"COMPARED_EFFECT_{word}", f"effect compared of {what}")
        if is_net:
            net = impact["netEffect"]
            counts = net["students"], net["comparedStudents"], net["comparedTeams"]
            expect(counts, (len(pairs), len(compared), teams), f"students and teams of {what}")
            d, low, high = by_hand.with_interval(*by_hand.net_effect(pairs, compared))
            share = SMALLEST / 4 / min(len(pairs), len(compared))
            for name, number in ("effect", d), ("effectLow", low), ("effectHigh", high):
                expect_close(net[name], number, 2 * share, f"net {name} of {what}")
        else:
            _, low, high = by_hand.effect(pairs)
        predicted = impact["predictedEffect"]
        if min(abs(low), abs(low - predicted), abs(high - predicted)) > 1e-6:
            expect(impact["verdict"], by_hand.verdict(low, high, predicted), f"verdict of {what}")
        expect(cycle.get("flagged", False), False, f"{what} was not revised")
        self.counted[f"verdicts by {'net effect' if is_net else 'growth'}"] += 1

    # Practices.

    def in_use(self, practice):
        """Of a practice: from which cycle to which a team uses it, whatever its designs name."""
        spans = {}
        for team in self.cycles.teams:
            numbers = [n for n, names in team.practices.items() if practice in names]
            if numbers:
                gives_up = practice == truth.POSTERS
                spans[team.key] = (min(numbers), max(numbers) if gives_up else max(team.practices))
        return spans

    def practices(self):
        by_number = collections.defaultdict(list)
        for cycle in self.cycles.closed():
            by_number[cycle["number"]].append(cycle)
        for practice in (truth.PAIRS, truth.POSTERS):
            spans = self.in_use(practice)
            studies = {}
            for number, cycles in by_number.items():
                reading = [one for one in cycles if one["indicators"][0]["indicator"] == truth.READING]
                others = [one for one in reading if not self.uses(spans, one, number)]
                compared = [pair for one in others for pair in self.pairs[one["cycle"]]]
                for one in reading:
                    if practice in one["artefacts"]["design"]["practices"] and len(others) >= 2 and len(compared) >= 30:
                        studies[one["cycle"]] = by_hand.net_effect(self.pairs[one["cycle"]], compared)
            if len(studies) > 1:  # a year of few schools or cycles has none
                self.practice(practice, studies)

    @staticmethod
    def uses(spans, cycle, number):
        first, last = spans.get((cycle["school"], cycle["team"]), (1, 0))
        return first <= number <= last

    def practice(self, practice, studies):
        said = {one["cycle"]: one for one in self.at.all(f"/v1/practices/{practice}/netEffects", "effects")}
        expect(sorted(one for one in said if "effect" in said[one]), sorted(studies), f"studies of {practice}")
        for cycle, (d, _) in studies.items():
            expect_close(said[cycle]["effect"], d, 2 * SMALLEST / 4 / truth.STUDENTS, f"net effect of {practice} in {cycle}")
        known = self.at.get(f"/v1/practices/{practice}")["practice"]["assessment"]
        effect, low, high = by_hand.pooled(list(studies.values()))
        teams = {(one["school"], one["team"]) for one in said.values() if one["cycle"] in studies}
        expect((known["pooled"]["cycles"], known["pooled"]["teams"]), (len(studies), len(teams)), practice)
        within = 2 * SMALLEST / 4 / known["pooled"]["students"]
        expect_close(known["pooled"]["effect"], effect, within, f"pooled effect of {practice}")
        expect_close(known["pooled"]["low"], low, 2 * within, f"lower bound of {practice}")
        schools = {school for school, _ in teams}
        proven = len(teams) >= 5 and len(schools) >= 2 and len(teams) * truth.STUDENTS >= 350 and low >= 0.2
        promising = len(teams) >= 3 and low > 0
        standing = "PROVEN" if proven else "PROMISING" if promising else None
        if standing:
            expect(known["standing"], f"PRACTICE_STANDING_{standing}", f"standing of {practice}")
        else:
            expect(known["standing"] in ("PRACTICE_STANDING_PROMISING", "PRACTICE_STANDING_PROVEN"), False, practice)
        if practice == truth.PAIRS and self.cycles.by_lot:
            drawn = {team.key for team in self.cycles.by_lot}
            lot = sum((one["school"], one["team"]) in drawn for one in said.values() if one["cycle"] in studies)
            expect(known["cyclesByLot"], lot, "cycles by lot")
        self.counted[f"cycles with {practice}, {standing or 'without standing'}, net {effect:+.2f} SD"] = len(studies)

    def standings(self):
        """Pairs were promising before they were proven, and those who use them, or were offered them, were told."""
        words = list(dict.fromkeys(self.history[truth.PAIRS]))
        if "proven" not in words:
            return  # a year of few schools or cycles
        expect(words.index("promising") < words.index("proven"), True, words)
        told = collections.Counter()
        for alert in self.at.all("/v1/alerts", "alerts", trigger="TRIGGER_PRACTICE_STANDING"):
            expect(alert["condition"]["practice"]["practice"], truth.PAIRS, "the practice that teams were told of")
            told[alert["school"], alert["condition"]["team"]] += 1
        offered = {(one["school"], one["team"]) for one in self.at.all("/v1/offers", "offers")
                   if one.get("practice", {}).get("practice") == truth.PAIRS}
        users = set(self.in_use(truth.PAIRS))
        expect(users <= set(told) <= users | offered, True, "told are those who use it, and those it was offered to")
        self.counted["teams told of a practice's standing"] = len(told)

    def offers(self):
        """Nothing was offered to a team twice, and what one school did not answer lapsed."""
        made, states = collections.Counter(), collections.Counter()
        for one in self.at.all("/v1/offers", "offers"):
            made[one["school"], one["team"], one["challenge"], json.dumps([one.get("practice"), one.get("from")])] += 1
            state = one["state"].removeprefix("OFFER_STATE_").replace("_", " ").lower()
            states[state] += 1
            if state == "lapsed":
                expect(one["school"], self.schools.names[3], "the school whose offers lapsed")
        expect([one for one, times in made.items() if times > 1], [], "what was offered twice")
        expect(states["declined"], self.schools.offers["declined"], "offers that were declined")
        self.counted.update({f"offers {state}": number for state, number in states.items()})

    def questions(self):
        """The report of the district says what its parts say."""
        report = self.at.get("/v1/questions")
        works = {one["practice"]: one for one in report["whatWorks"]["practices"]}
        expect(works[truth.PAIRS]["found"], "EFFECT_FOUND_HELPS", "what is found of pairs")
        reach = report["reach"]
        expect(reach["teams"], len(self.cycles.teams), "active teams")
        expect(reach["offersOpen"], self.counted["offers open"], "open offers")
        problems = [one for one in report["namedCauses"]["problems"] if one["problem"] == "few-cite"]
        teams = collections.Counter(team.school for team in self.cycles.teams)
        expect({one["school"]: one["teams"] for one in problems}, dict(teams), "teams that work on the problem of their plan")
        self.counted["questions"] = 4

    # Plans, surveys, visits.

    def framings(self):
        """As on a day on which every team's progression is current."""
        for one in self.at.all("/v1/framings", "framings"):
            self.counted["framings"] += 1
            expect(one["framing"], self.schools.framing(one["school"]), f"framing of {one['school']}")

    def surveys(self):
        for season, given in self.schools.levels.items():
            results = self.schools.survey_results(season)
            for school, raters in given.items():
                found = results[school]
                if len(raters) < 5:
                    expect(found["absent"], "SURVEY_ABSENCE_TOO_FEW_RATERS", f"survey of {school}")
                    continue
                expect(found["raters"], len(raters), f"raters of {school}")
                for i, factor in enumerate(found["factors"]):
                    levels = [levels[i] for _, levels in raters]
                    expect_close(factor["rating"]["mean"], statistics.mean(levels), 0.006, f"factor {i} of {school}")
                    expect_close(factor["rating"]["coherence"], by_hand.coherence(levels), 0.006, f"r_wg {i} of {school}")
                    self.counted["survey factors"] += 1

    def visits(self):
        for visit in self.at.all("/v1/visits", "visits"):
            seen = self.schools.rooms.get((visit["host"], visit["visit"]))
            if seen is None:
                continue
            for share in visit["shares"]:
                rooms = seen[share["lookFor"]]
                expect((share["rooms"], share["seen"]), (len(rooms), sum(rooms)), f"rooms of {visit['visit']}")
                low, high = by_hand.wilson(sum(rooms), len(rooms))
                expect_close(share["shareLow"], low, 1e-6, "Wilson's interval")
                expect_close(share["shareHigh"], high, 1e-6, "Wilson's interval")
            self.counted["visits"] += 1
            for commitment in visit["commitments"]:
                outcome = commitment["outcome"].removeprefix("COMMITMENT_OUTCOME_").replace("_", " ").lower()
                self.counted[f"commitments {outcome}"] += 1
        for outcome, answered in self.schools.commitments.items():
            expect(self.counted[f"commitments {outcome}"], answered, f"commitments {outcome}")
