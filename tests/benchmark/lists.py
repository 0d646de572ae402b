#!/usr/bin/env python3
"""How long lists and reports of a large district take to answer: 84 schools, 3,024 teams, 500 practices.

    tests/benchmark/lists.py [--schools N] [--teams N] [--practices N] [--calls N] [--program FILE] [--json]

Fills an installation of its own through the API, which takes some minutes, and then asks for the first page of each
list, with and without a filter, and for each report. Goal: 100 ms at the 95th percentile on 2 cores.
"""
import argparse
import datetime
import json
import pathlib
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from school_year import tools  # noqa: E402

GOAL_MS = 100
STUDENTS = 12  # of a team
INDICATORS = ["close-reading", "argument", "number-sense", "fractions"]
MONDAY = datetime.date(2026, 9, 14)


class District:
    def __init__(self, at, schools, teams, practices):
        self.at = at
        self.schools = [f"school-{i:02}" for i in range(schools)]
        self.teams = [f"team-{i:02}" for i in range(teams)]
        self.practices = [f"practice-{i:03}" for i in range(practices)]

    def say(self, what):
        print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)

    def fill(self):
        self.at.move_to(datetime.date(2026, 9, 1))
        self.at.post("/v1/districts", district={
            "name": "Large", "timeZone": "America/Chicago",
            "calendar": {"terms": [{"first": "2026-08-31", "last": "2027-06-04"}], "closures": []},
            "priorities": [{"priority": "reading", "statement": "Read closely."}]})
        self.at.post("/v1/assessments:define", assessments=[
            {"assessment": f"{one}-check", "title": one, "kind": "ASSESSMENT_KIND_MONTHLY_FORMATIVE", "scaleMax": 100,
             "indicators": [one]} for one in INDICATORS])
        self.say("schools, teams and rosters")
        for school in self.schools:
            self.at.put(f"/v1/schools/{school}", school={"name": school.title()})
            self.at.post(f"/v1/schools/{school}/teams:upsert",
                         teams=[{"team": team, "name": team.title(), "active": True} for team in self.teams])
            self.enrol(school)
        self.say("practices and plans")
        for i, practice in enumerate(self.practices):
            self.at.put(f"/v1/practices/{practice}", practice={
                "name": f"Practice {i}", "description": "What to do.", "indicators": [INDICATORS[i % len(INDICATORS)]],
                "components": [{"component": "core", "name": "Core", "kind": "COMPONENT_KIND_CRITICAL"}]})
            self.at.post(f"/v1/practices/{practice}:publish")
        for school in self.schools:
            self.plan(school)
        self.at.settle()
        self.say("a cycle of every team")
        self.at.move_to(MONDAY)
        self.push(MONDAY - datetime.timedelta(days=3), 0)
        cycles = [self.begin(school, team) for school in self.schools for team in self.teams]
        self.at.move_to(MONDAY, 9)
        self.push(MONDAY, 3)
        self.at.settle()
        for i, cycle in enumerate(cycles):
            self.live(cycle, self.practices[i % len(self.practices)], close=i % 3 > 0)
            if i % 500 == 499:
                self.say(f"{i + 1} of {len(cycles)} cycles")
        self.say("visits and a survey")
        for visit in self.at.get("/v1/visits:propose", **{"from": "2026-09-21"})["visits"]:
            self.at.post("/v1/visits:plan", host=visit["host"], date=visit["date"], visitors=visit["visitors"])
        self.at.post("/v1/surveys:open", name="Drivers", firstDay=str(MONDAY), lastDay="2026-09-25")
        self.at.settle()
        self.at.move_to(MONDAY + datetime.timedelta(days=8))

    def class_of(self, school, team):
        return f"{school}.{team}"

    def enrol(self, school):
        self.at.post("/v1/assessments:define", lineItems=[
            {"lineItem": f"{self.class_of(school, team)}", "assessment": f"{self.indicator(i)}-check",
             "classId": self.class_of(school, team), "school": school} for i, team in enumerate(self.teams)])
        self.at.post(f"/v1/schools/{school}/roster:update",
                     classes=[{"classId": self.class_of(school, team), "title": team, "team": team} for team in self.teams],
                     students=[{"student": f"{self.class_of(school, team)}.{i}", "classIds": [self.class_of(school, team)],
                                "groups": ["language:learner" if i % 2 else "language:fluent"]}
                               for team in self.teams for i in range(STUDENTS)])

    def indicator(self, i):
        return INDICATORS[i % len(INDICATORS)]

    def push(self, day, gain):
        for school in self.schools:
            results = [{"sourceId": f"{self.class_of(school, team)}.{i}.{day}", "student": f"{self.class_of(school, team)}.{i}",
                        "lineItem": self.class_of(school, team), "date": str(day),
                        "score": 40 + (7 * i + 3 * t) % 25 + gain + (5 * i + t) % 7} for t, team in enumerate(self.teams)
                       for i in range(STUDENTS)]
            for first in range(0, len(results), 500):
                self.at.post("/v1/results:ingest", source="sis", results=results[first:first + 500])

    def plan(self, school):
        path = f"/v1/schools/{school}/sitePlans/2026"
        self.at.put(path, plan={
            "year": 2026, "priorities": [{"priority": "reading", "statement": "Read.", "districtPriority": "reading", "problems": [
                {"problem": "few-cite", "statement": "Few cite.", "evidence": "Walkthroughs."}]}],
            "measures": [{"measure": "m", "statement": "Mean", "indicator": INDICATORS[0], "baseline": 40, "target": 50,
                          "date": "2027-06-04"}],
            "indicators": [{"indicator": one, "statement": one, "priority": "reading", "observationsPerYear": 12,
                            "assessments": [f"{one}-check"]} for one in INDICATORS],
            "practices": [{"practice": "practice-000", "statement": "Talk.", "indicators": INDICATORS,
                           "evidenceSources": [f"{INDICATORS[0]}-check"]}],
            "evidenceUse": {"statement": "Fridays.", "feedbackDays": 2, "adjustmentPoint": "Mondays."},
            "timeframes": [{"statement": "Three weeks.", "cycleWeeks": 3}],
            "theories": [{"theory": "t", "ifPractice": "talk", "thenEvidence": "cite", "soThatPriority": "reading",
                          "problems": ["few-cite"], "predictedEffect": 0.3, "horizonDays": 15}]})
        self.at.post(f"{path}:publish")

    def begin(self, school, team):
        return self.at.post("/v1/cycles:schedule", school=school, team=team, start=str(MONDAY),
                            indicators=[self.indicator(self.teams.index(team))])["cycle"]

    def live(self, cycle, practice, close):
        def step(verb, **body):
            return self.at.post(f"/v1/cycles/{cycle['cycle']}:{verb}", school=cycle["school"], **body)
        step("recordAnalysis", analysis={
            "problemOfPractice": "Few cite.", "problem": "few-cite", "evidence": "Slips", "challenge": f"Where to look, {practice}",
            "challengeSource": "CHALLENGE_SOURCE_STUDENTS", "probingQuestions": ["How?"]})
        step("endPhase", phase="CYCLE_STATE_ANALYZE")
        step("recordDesign", design={
            "ifPractice": "we talk", "thenEvidence": "they cite", "soThat": "they read", "practices": [practice],
            "indicators": [{"indicator": cycle["indicators"][0]["indicator"], "predictedEffect": 0.2}]})
        step("endPhase", phase="CYCLE_STATE_DESIGN")
        if not close:
            return
        step("recordLook", look={"date": str(MONDAY), "observation": "They talk."})
        step("endPhase", phase="CYCLE_STATE_IMPLEMENT")
        step("recordRefinement", refinement={"whatWorked": "Talk", "whyAndHow": "All speak.", "promisingPractices": [practice],
                                             "nextStep": "NEXT_STEP_ADOPT"})
        step("endPhase", phase="CYCLE_STATE_REFINE")

    def asked(self):
        """(what people would call it, path, query)."""
        school, team, practice = self.schools[-1], self.teams[-1], self.practices[-1]
        yield "cycles", "/v1/cycles", {}
        yield "cycles of a team", "/v1/cycles", {"school": school, "team": team}
        yield "closed cycles of a school", "/v1/cycles", {"school": school, "state": "CYCLE_STATE_CLOSED"}
        yield "open reviews", "/v1/reviews", {"openOnly": "true"}
        yield "practices", "/v1/practices", {}
        yield "practices of an indicator", "/v1/practices", {"indicator": INDICATORS[1]}
        yield "practices used in a school", "/v1/practices", {"usedIn": school}
        yield "practices in use", "/v1/practices", {"standing": "PRACTICE_STANDING_IN_USE"}
        yield "a practice", f"/v1/practices/{practice}", {}
        yield "net effects of a practice", f"/v1/practices/{practice}/netEffects", {}
        yield "adoptions", "/v1/adoptions", {}
        yield "adoptions of a practice", "/v1/adoptions", {"practice": practice}
        yield "adoptions of a team", "/v1/adoptions", {"school": school, "team": team}
        yield "common challenges", "/v1/challenges", {}
        yield "offers", "/v1/offers", {}
        yield "open offers of a team", "/v1/offers", {"school": school, "team": team, "state": "OFFER_STATE_OPEN"}
        yield "offers due soon", "/v1/offers", {"dueBefore": "2026-10-01"}
        yield "waves", "/v1/waves", {}
        yield "the four questions", "/v1/questions", {}
        yield "the four questions of a school", "/v1/questions", {"school": school}
        yield "visits", "/v1/visits", {}
        yield "visits of a school", "/v1/visits", {"school": school}
        yield "commitments", "/v1/commitments", {"openOnly": "true", "dueBefore": "2027-01-01"}
        yield "findings of visits", "/v1/visitFindings", {"day": "2026-10-01"}
        yield "a year of visits proposed", "/v1/visits:propose", {"from": "2026-09-21"}
        yield "measures of a school", f"/v1/schools/{school}/measures", {}
        yield "site plans", "/v1/sitePlans", {}
        yield "framings", "/v1/framings", {}
        yield "focused schools", "/v1/framings", {"framing": "FRAMING_FOCUSED"}
        yield "teams", "/v1/teams", {}
        yield "teams of a school", "/v1/teams", {"school": school}
        yield "survey rounds", "/v1/surveys", {}
        yield "survey results", "/v1/surveyResults", {}
        yield "coherence", "/v1/coherence", {}
        yield "alerts", "/v1/alerts", {}
        yield "unresolved alerts of a school", "/v1/alerts", {"school": school, "unresolvedOnly": "true"}
        yield "growth of a school", "/v1/growth", {"school": school}
        yield "coverage of a school", "/v1/coverage", {"school": school}
        yield "gaps of a school", "/v1/gaps", {"school": school}
        yield "variance", f"/v1/assessments/{INDICATORS[0]}-check/variance", {}

    def measure(self, calls):
        for what, path, query in self.asked():
            took = []
            for _ in range(calls):
                begun = time.perf_counter()
                answer = self.at.get(path, **query)
                took.append(1000 * (time.perf_counter() - begun))
            rows = next((len(value) for value in answer.values() if isinstance(value, list)), 1)
            yield {"what": what, "rows": rows, "p50_ms": round(statistics.median(took), 1),
                   "p95_ms": round(statistics.quantiles(took, n=20)[-1], 1)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    for name, value in ("schools", 84), ("teams", 36), ("practices", 500), ("calls", 60):
        arguments.add_argument(f"--{name}", type=int, default=value)
    arguments.add_argument("--program", default=tools.PROGRAM)
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    if chosen.calls < 2 or min(chosen.schools, chosen.teams, chosen.practices) < 1:
        arguments.error("there are 2 calls of each at least, and 1 of everything else")
    tools.need(chosen.program)
    from school_year.installation import Failed, Installation, Refused
    with tempfile.TemporaryDirectory(prefix="throughline-lists.") as folder:
        try:
            with Installation(chosen.program, folder) as at:
                run(District(at, chosen.schools, chosen.teams, chosen.practices), chosen)
        except (Failed, Refused) as error:
            sys.exit(f"lists.py: {error}")


def run(district, chosen):
    district.fill()
    measured = []
    for one in district.measure(chosen.calls):
        measured.append(one)
        if not chosen.json:
            late = "" if one["p95_ms"] < GOAL_MS else f"  over {GOAL_MS} ms"
            print(f"{one['what']:32} {one['rows']:5} rows   p50 {one['p50_ms']:7.1f} ms   p95 {one['p95_ms']:7.1f} ms{late}")
    if chosen.json:
        print(json.dumps(measured))


if __name__ == "__main__":
    sys.exit(main())
