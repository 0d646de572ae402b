"""What teams do: a cycle after another, with what they push of their students."""
import datetime
import hashlib

from . import truth
from .expectations import expect


class Cycles:
    def __init__(self, at, seed, schools):
        self.at = at
        self.teams = list(truth.teams(seed, schools))
        self.growth = truth.Growth(seed)
        self.current = {}  # of a team: its cycle, as the API last said it
        self.wave = None
        self.by_lot = []  # teams that the draw gave a day

    def enrol(self):
        checks = [f"{indicator}-check" for indicator in (truth.READING, truth.ARGUMENT)]
        self.at.post("/v1/assessments:define", assessments=[
            {"assessment": check, "title": check.replace("-", " ").title(), "kind": "ASSESSMENT_KIND_MONTHLY_FORMATIVE",
             "scaleMax": 100, "indicators": [check.removesuffix("-check")]} for check in checks],
            lineItems=[{"lineItem": team.class_id, "assessment": f"{team.indicator}-check", "classId": team.class_id,
                        "school": team.school} for team in self.teams])
        for school in dict.fromkeys(team.school for team in self.teams):
            teams = [team for team in self.teams if team.school == school]
            self.at.post(f"/v1/schools/{school}/roster:update",
                         classes=[{"classId": team.class_id, "title": team.team, "team": team.team} for team in teams],
                         students=[{"student": team.student(i), "classIds": [team.class_id],
                                    "groups": ["language:learner" if i % 2 else "language:fluent"]}
                                   for team in teams for i in range(truth.STUDENTS)])
        self.at.settle()

    def push(self, day, students=range(truth.STUDENTS)):
        """Scores of these students of every team, a batch a school."""
        for school in dict.fromkeys(team.school for team in self.teams):
            results = [{"sourceId": f"{team.student(i)}.{day}", "student": team.student(i), "lineItem": team.class_id,
                        "score": self.growth.score(team, i, day), "date": str(day)}
                       for team in self.teams if team.school == school for i in students]
            self.at.post("/v1/results:ingest", source="sis", results=results)

    def begin(self):
        self.push(truth.FIRST_CHECK)
        for team in self.teams:
            self.current[team.key] = self.at.post(
                "/v1/cycles:schedule", school=team.school, team=team.team, start=str(truth.FIRST_CYCLE),
                indicators=[team.indicator])["cycle"]

    def begin_progressions(self):
        """Of every team, on the indicator of its cycle, for as long as that lasts."""
        for team in self.teams:
            cycle = self.current[team.key]
            self.at.put(f"/v1/schools/{team.school}/teams/{team.team}/progressions/p{cycle['number']}", progression={
                "title": "Reading closely", "start": cycle["start"], "days": cycle["days"],
                "learningTargets": ["I can cite."], "performanceOutcomes": ["A paragraph with two quotations."],
                "tasks": [{"title": f"Task {i}", "days": 3} for i in range(5)], "indicators": [team.indicator],
                "assessments": [f"{team.indicator}-check"]})

    def due(self, phase):
        """The day on which the phase of every team's cycle is due."""
        (day,) = {one["date"] for cycle in self.current.values() for one in cycle["due"]
                  if one["phase"] == f"CYCLE_STATE_{phase}"}
        return datetime.date.fromisoformat(day)

    def step(self, team, verb, **body):
        cycle = self.current[team.key]
        return self.at.post(f"/v1/cycles/{cycle['cycle']}:{verb}", school=team.school, **body)

    def end(self, team, phase):
        return self.step(team, "endPhase", phase=f"CYCLE_STATE_{phase}")

    def practices(self, team):
        return team.practices[self.current[team.key]["number"]]

    def live(self, until):
        """A cycle of every team. `until` lives until a day on which somebody does something."""
        due = {phase: self.due(phase) for phase in ("ANALYZE", "DESIGN", "IMPLEMENT", "REFINE")}
        until(due["ANALYZE"])
        self.begin_progressions()
        for team in self.teams:
            expect(self.end_refused(team), "ARTEFACTS_MISSING", "a phase without its artefacts")
            self.step(team, "recordAnalysis", analysis={
                "problemOfPractice": "Few students cite the text.", "problem": "few-cite", "evidence": "Exit slips",
                "challenge": "They do not know where to look.", "challengeSource": "CHALLENGE_SOURCE_STUDENTS",
                "probingQuestions": ["I wonder how to begin."]})
            self.end(team, "ANALYZE")
        until(due["DESIGN"])
        for team in self.teams:
            self.design(team)
        self.look_twice(due["IMPLEMENT"], until)
        until(due["REFINE"])
        for team in self.teams:
            self.refine(team)

    def end_refused(self, team):
        cycle = self.current[team.key]["cycle"]
        return self.at.why_refused("POST", f"/v1/cycles/{cycle}:endPhase", school=team.school, phase="CYCLE_STATE_ANALYZE")

    def design(self, team):
        practices = self.practices(team)
        self.step(team, "recordDesign", design={
            "ifPractice": f"we use {practices[0]}", "thenEvidence": "they cite", "soThat": "they read closely",
            "practices": practices, "indicators": [{"indicator": team.indicator, "predictedEffect": 0.2}]})
        self.end(team, "DESIGN")

    def look_twice(self, last_day, until):
        """Half of the students in the middle of implement, the others on its last day."""
        first = [day for day in truth.instructional_days() if day < last_day][-4]
        for team in self.teams:
            self.growth.live(team, self.practices(team))
        until(first)
        self.push(first, range(truth.STUDENTS // 2))
        self.at.settle()
        for team in self.teams:
            self.look(team, first)
        until(last_day)
        self.push(last_day, range(truth.STUDENTS // 2, truth.STUDENTS))
        self.at.settle()
        for team in self.teams:
            self.end(team, "IMPLEMENT")

    def look(self, team, day):
        seen = {truth.PAIRS: ["think", "pair"], truth.POSTERS: ["poster"]}
        self.step(team, "recordLook", look={
            "date": str(day), "observation": "More hands, fewer lines.", "adjustment": "Shorter texts.",
            "componentsSeen": [{"practice": one, "components": seen[one]} for one in self.practices(team) if one in seen]})

    def refine(self, team):
        practices = self.practices(team)
        named = [one for one in practices if one in truth.ADDS]
        last = named and named[0] not in team.practices.get(self.current[team.key]["number"] + 1, [])
        abandoned = truth.POSTERS in named and last
        self.step(team, "recordRefinement", refinement={
            "whatWorked": "Pairs", "whyAndHow": "Everybody speaks.", "promisingPractices": named,
            "nextStep": "NEXT_STEP_ABANDON" if abandoned else "NEXT_STEP_ADOPT"})
        answer = self.end(team, "REFINE")
        if "next" in answer:
            self.current[team.key] = answer["next"]
        else:
            self.current.pop(team.key)

    # Who begins with a practice by lot.

    def ask_for_places(self):
        """A wave of pairs is planned, and those who want it ask."""
        numbers = sorted(truth.WAVE)
        wave = self.at.post("/v1/waves:plan", practice=truth.PAIRS,
                            askBy=str(truth.start_of(numbers[0]) - datetime.timedelta(days=1)),
                            starts=[{"date": str(truth.start_of(n)), "places": truth.WAVE[n]} for n in numbers])["wave"]
        self.wave = wave["wave"]
        for team in self.teams:
            if team.key in truth.WANT_A_PLACE:
                self.at.post(f"/v1/waves/{self.wave}:askForPlace", school=team.school, team=team.team)

    def draw(self):
        """Who comes first is known to whoever has the seed."""
        drawn = self.at.post(f"/v1/waves/{self.wave}:draw", seed=truth.WAVE_SEED)["wave"]
        wanting = sorted((team for team in self.teams if team.key in truth.WANT_A_PLACE), key=lambda team: hashlib.sha256(
            f"{truth.WAVE_SEED}/{team.school}/{team.team}".encode()).hexdigest())
        expect([(one["school"], one["team"]) for one in drawn["teams"]], [team.key for team in wanting], "the draw")
        for number, places in sorted(truth.WAVE.items()):
            for team in wanting[:places]:
                self.by_lot.append(team)
                for lived in range(number, number + 3):
                    team.practices[lived] = [truth.PAIRS]
            wanting = wanting[places:]
        return len(self.by_lot), len(wanting)

    def closed(self):
        """What the API says of all closed cycles."""
        for school in dict.fromkeys(team.school for team in self.teams):
            yield from self.at.all("/v1/cycles", "cycles", school=school, state="CYCLE_STATE_CLOSED")
