"""Practices of the real program over its JSON API: from what a team writes to what is known of it."""
import datetime
import sys

import open_district
import program
from parts import wait_until

sys.path.insert(0, str(program.ROOT / "deploy" / "demo"))
from school_year import statistics_by_hand as by_hand  # noqa: E402

INDICATOR = "close-reading"
STUDENTS = 20
USERS = [("north", "grade-3"), ("north", "grade-4"), ("south", "grade-3")]
OTHERS = [("north", "grade-5"), ("south", "grade-4"), ("south", "grade-5")]


def before_and_after(team, gain):
    """Scores of a team's students in percent; the names of teams make them differ."""
    own = sum(map(ord, "".join(team))) % 5
    before = [40 + (7 * i + own) % 20 for i in range(STUDENTS)]
    return before, [score + gain + (5 * i + own) % 11 - 5 for i, score in enumerate(before)]


class Practices(open_district.Case):
    def setUp(self):
        super().setUp()
        today = datetime.date.today()
        self.start = today - datetime.timedelta(days=today.weekday())
        self.must("POST", "/v1/districts", {"district": {"name": "Lakeside", "timeZone": "UTC"}})
        for school in ("north", "south"):
            self.must("PUT", f"/v1/schools/{school}", {"school": {"name": school.title()}})
        self.wait_for_practices()

    def publish(self):
        self.must("PUT", "/v1/practices/tps", {"practice": {
            "name": "Think, pair, share", "description": "Alone, in pairs, with the class.",
            "indicators": [INDICATOR], "components": [
                {"component": "think", "name": "Time to think", "kind": "COMPONENT_KIND_CRITICAL"},
                {"component": "pair", "name": "Talk in pairs", "kind": "COMPONENT_KIND_CRITICAL"}]}})
        self.must("POST", "/v1/practices/tps:publish", {})

    def add_teams(self, teams):
        for school in ("north", "south"):
            self.must("POST", f"/v1/schools/{school}/teams:upsert",
                      {"teams": [{"team": team, "active": True} for at, team in teams if at == school]})

    def cycle(self, school, team):
        """Of a team, in analyze."""
        cycle = self.must("POST", "/v1/cycles:schedule", {
            "school": school, "team": team, "start": self.start.isoformat(), "indicators": [INDICATOR]})["cycle"]
        wait_until(lambda: self.must("GET", f"/v1/cycles/{cycle['cycle']}", school=school)["cycle"]["state"]
                   == "CYCLE_STATE_ANALYZE", "analyze")
        return cycle

    def step(self, cycle, verb, **body):
        return self.must("POST", f"/v1/cycles/{cycle['cycle']}:{verb}", {"school": cycle["school"]} | body)["cycle"]

    def end(self, cycle, phase):
        return self.step(cycle, "endPhase", phase=f"CYCLE_STATE_{phase}")

    def design(self, cycle, practices):
        self.step(cycle, "recordAnalysis", analysis={
            "problemOfPractice": "Few students speak.", "evidence": "Walkthroughs", "challenge": "Silence",
            "challengeSource": "CHALLENGE_SOURCE_STUDENTS", "probingQuestions": ["I wonder how to begin."]})
        self.end(cycle, "ANALYZE")
        self.step(cycle, "recordDesign", design={
            "ifPractice": "we let them talk", "thenEvidence": "they cite", "soThat": "they read",
            "practices": practices, "indicators": [{"indicator": INDICATOR, "predictedEffect": 0.3}]})
        self.end(cycle, "DESIGN")

    def look(self, cycle, **seen):
        self.step(cycle, "recordLook", look={"date": cycle["start"], "observation": "They talk."} | seen)
        self.end(cycle, "IMPLEMENT")

    def refine(self, cycle, nominated, **decisions):
        self.step(cycle, "recordRefinement", refinement={
            "whatWorked": "Pairs", "whyAndHow": "Everybody speaks.", "promisingPractices": nominated,
            "nextStep": "NEXT_STEP_ADOPT"} | decisions)
        self.end(cycle, "REFINE")

    def listed(self, **query):
        return {one["practice"]["practice"]: one for one in self.must("GET", "/v1/practices", **query)["practices"]}

    def adoptions(self, **query):
        return {one["practice"]: one for one in self.must("GET", "/v1/adoptions", **query)["adoptions"]}

    def test_what_a_team_tries_and_what_comes_of_it(self):
        self.add_teams(USERS)
        self.publish()
        self.assertEqual(self.listed()["tps"]["assessment"]["standing"], "PRACTICE_STANDING_PUBLISHED")
        cycle = self.cycle("north", "grade-3")
        self.design(cycle, ["think,  pair, SHARE", "Cold call"])
        drafts = wait_until(lambda: self.listed(standing="PRACTICE_STANDING_DRAFT"), "a draft of the new name")
        (draft,) = drafts
        self.assertEqual(drafts[draft]["practice"]["name"], "Cold call")
        wait_until(lambda: "tps" in self.listed(standing="PRACTICE_STANDING_IN_USE", used_in="north"), "in use")
        self.assertNotIn("tps", self.listed(used_in="south"))
        self.look(cycle, componentsSeen=[{"practice": "tps", "components": ["pair"]}])
        self.refine(cycle, ["tps"], practiceDecisions=[
            {"practice": "tps", "decision": "NEXT_STEP_ADAPT", "whatChanged": "Threes instead of pairs."}])
        adoption = self.adoptions(school="north", team="grade-3")["tps"]
        self.assertEqual(adoption["state"], "ADOPTION_STATE_ADAPTED")
        self.assertEqual(adoption["fidelity"]["share"], 0.5)
        self.must("POST", f"/v1/practices/{draft}:merge", {"into": "tps"})
        wait_until(lambda: draft not in self.adoptions(), "the adoption under the practice's name")
        self.assertNotIn(draft, self.listed())
        read = self.must("GET", f"/v1/practices/{draft}")
        self.assertEqual(read["practice"]["practice"]["otherNames"], ["Cold call"])
        self.assertEqual(read["spread"]["firstFollowers"][0]["team"], "grade-3")
        shown = program.run("show", "practices", "--district", "lakeside", "--connect", self.grpc).stdout
        self.assertIn("Think, pair, share", shown)

    def test_a_refusal_names_what_is_missing(self):
        self.must("PUT", "/v1/practices/tps", {"practice": {"name": "Think, pair, share"}})
        status, answer = self.ask("POST", "/v1/practices/tps:publish", {})
        self.assertEqual(status, 400)
        for field in ("practice.description", "practice.components", "practice.indicators"):
            self.assertIn(field, answer["error"]["message"])

    def push_results(self, gains):
        self.must("POST", "/v1/assessments:define", {
            "assessments": [{"assessment": "quiz", "title": "Quiz", "kind": "ASSESSMENT_KIND_DAILY_CHECK",
                             "scaleMax": 100, "indicators": [INDICATOR]}],
            "lineItems": [{"lineItem": f"{s}.{t}", "assessment": "quiz", "classId": f"{s}.{t}", "school": s}
                          for s, t in gains]})
        for school in ("north", "south"):
            teams = [team for team in gains if team[0] == school]
            self.must("POST", f"/v1/schools/{school}/roster:update", {
                "classes": [{"classId": ".".join(team), "title": team[1], "team": team[1]} for team in teams],
                "students": [{"student": f"{school}.{team}.{i}", "classIds": [f"{school}.{team}"]}
                             for _, team in teams for i in range(STUDENTS)]})
        days = (self.start - datetime.timedelta(days=7), self.start)
        for team, gain in gains.items():
            name = ".".join(team)
            for day, scores in zip(days, before_and_after(team, gain)):
                self.must("POST", "/v1/results:ingest", {"source": "sis", "results": [
                    {"sourceId": f"{name}.{i}.{day}", "student": f"{name}.{i}", "lineItem": name, "score": score,
                     "date": day.isoformat()} for i, score in enumerate(scores)]})

    def test_a_practice_becomes_promising_by_what_it_did_beyond_teams_without_it(self):
        gains = {team: 12 for team in USERS} | {team: 2 for team in OTHERS}
        self.add_teams(gains)
        self.publish()
        cycles = {team: self.cycle(*team) for team in gains}
        self.push_results(gains)
        for team, cycle in cycles.items():
            self.design(cycle, ["tps"] if team in USERS else ["As always"])
            self.look(cycle)

            def matched():
                evidence = self.must("GET", f"/v1/cycles/{cycle['cycle']}", school=team[0])["cycle"].get("evidence")
                return evidence and evidence[0].get("matched") == STUDENTS
            wait_until(matched, f"numbers of {team}")
            self.refine(cycle, ["tps"] if team in USERS else [])
        known = wait_until(lambda: self.listed(standing="PRACTICE_STANDING_PROMISING").get("tps"), "promising")
        pairs = {team: list(zip(*before_and_after(team, gain))) for team, gain in gains.items()}
        others = [pair for team in OTHERS for pair in pairs[team]]
        studies = {team: by_hand.net_effect(pairs[team], others) for team in USERS}
        effect, low, high = by_hand.pooled(list(studies.values()))
        numbers = known["assessment"]["pooled"]
        self.assertEqual((numbers["cycles"], numbers["teams"], numbers["students"]), (3, 3, 3 * STUDENTS))
        # Numbers of 60 students are said in steps of 0.02, those of 20 in steps of 0.1.
        self.assertAlmostEqual(numbers["effect"], effect, delta=0.0101)
        for name, number in ("low", low), ("high", high):
            self.assertAlmostEqual(numbers[name], number, delta=0.0301, msg=name)
        for one in self.must("GET", "/v1/practices/tps/netEffects")["effects"]:
            self.assertAlmostEqual(one["effect"], studies[one["school"], one["team"]][0], delta=0.0501)
            self.assertEqual(one["comparedStudents"], 3 * STUDENTS)

        def told():
            alerts = self.must("GET", "/v1/alerts").get("alerts", [])
            return {(one["school"], one["condition"]["team"]): one["condition"]["reason"] for one in alerts
                    if one["condition"]["trigger"] == "TRIGGER_PRACTICE_STANDING"}
        reasons = wait_until(lambda: set(told()) >= set(USERS) and told(), "those who use it are told")
        self.assertIn('"Think, pair, share" is now promising: ', reasons[USERS[0]])
        offered = {(one["school"], one["team"]) for one in self.must("GET", "/v1/offers")["offers"] if "practice" in one}
        self.assertLessEqual(set(reasons), set(USERS) | offered, "and those to whom it was offered")


if __name__ == "__main__":
    program.unittest.main()
