"""What a district and its schools do: plans, surveys, visits."""
import random
import time

from . import truth
from .expectations import Unexpected, expect

PRIORITY = "reading-for-all"
FACTORS = 12


class Schools:
    def __init__(self, at, seed, schools):
        self.at = at
        self.names = truth.SCHOOLS[:schools]
        self.draw = random.Random(seed + 2)
        self.levels = {}  # of a round: school -> [(group, [level of each item])]
        self.rounds = {}  # autumn, spring -> the district's round
        self.rooms = {}  # as observed: (host, visit) -> look-for -> [seen]
        self.commitments = {"kept": 0, "not kept": 0}
        self.offers = {"taken up": 0, "declined": 0}

    def open_district(self):
        self.at.move_to(truth.FIRST_DAY)
        self.at.post("/v1/districts", district={
            "name": "Riverbend", "timeZone": "America/Chicago",
            "calendar": {"terms": [{"first": str(truth.FIRST_DAY), "last": str(truth.LAST_DAY)}],
                         "closures": [str(day) for day in truth.closures()]},
            "priorities": [{"priority": PRIORITY, "statement": "Every student reads closely, and argues from the text.",
                            "goals": ["Nobody stays under the district's cut."]}]})
        for school in self.names:
            self.at.put(f"/v1/schools/{school}", school={"name": f"{school.title()} Elementary"})
            self.at.post(f"/v1/schools/{school}/teams:upsert", teams=[
                {"team": grade, "name": grade.replace("-", " ").title(), "active": True} for grade in truth.GRADES])
        self.at.settle()

    def publish_practices(self):
        """Two that leaders know from the start; what teams write by other names becomes drafts."""
        for practice, name, components in (
                (truth.PAIRS, "Think, pair, share", ["think", "pair", "share"]),
                (truth.POSTERS, "Word posters", ["poster", "use"])):
            path = f"/v1/practices/{practice}"
            self.at.put(path, practice={"name": name})
            expect(self.at.why_refused("POST", f"{path}:publish"), "PRACTICE_INCOMPLETE", name)
            self.at.put(path, practice={
                "name": name, "description": f"{name}, in every lesson that has a text.", "indicators": [truth.READING],
                "components": [{"component": one, "name": one.title(), "kind": "COMPONENT_KIND_CRITICAL"}
                               for one in components]})
            self.at.post(f"{path}:publish")

    # Plans.

    def framing(self, school):
        """What the plan of the school is written to be."""
        return {2: "FRAMING_COMPLIANT", 5: "FRAMING_ROGUE", 8: "FRAMING_FRAGMENTED"}.get(
            self.names.index(school), "FRAMING_FOCUSED")

    def plan(self, school, whole):
        """Not whole: as it is drafted first, with a measure that has no target and an indicator seen too seldom."""
        framing = self.framing(school)
        own = [] if framing == "FRAMING_COMPLIANT" else [
            {"problem": "few-cite", "statement": "Few questions ask for the text.", "evidence": "Walkthroughs in May."}]
        borrowed = [{"problem": "few-cite", "statement": "Few questions ask for the text."}]
        more = 3 if framing == "FRAMING_FRAGMENTED" else 0
        priorities = [{"priority": "reading", "statement": "Read closely.", "problems": own or borrowed,
                       "districtPriority": "" if framing == "FRAMING_ROGUE" else PRIORITY}]
        priorities += [{"priority": f"more-{i}", "statement": f"Another aim, {i}.", "districtPriority": PRIORITY,
                        "problems": [{"problem": f"other-{i}", "statement": "Not looked at yet.", "evidence": "Staff."}]}
                       for i in range(more)]
        indicators = [{"indicator": indicator, "statement": indicator.replace("-", " "), "priority": "reading",
                       "observationsPerYear": 12 if whole else 4, "assessments": [f"{indicator}-check"],
                       "desiredGrowthPerYear": 0.2} for indicator in (truth.READING, truth.ARGUMENT)]
        indicators += [{"indicator": f"aim-{i}", "statement": "Seen in class.", "priority": f"more-{i}",
                        "observationsPerYear": 12, "assessments": ["walkthrough"]} for i in range(min(more, 2))]
        if more > 2:
            indicators[-1]["priority"] = "more-1"
        measure = {"measure": "reading", "statement": "Mean of the reading check", "indicator": truth.READING}
        if whole:
            measure |= {"baseline": 42, "target": 50, "date": str(truth.LAST_DAY)}
        served = [one["indicator"] for one in indicators]
        return {"year": 2026, "priorities": priorities, "measures": [measure], "indicators": indicators,
                "practices": [{"practice": truth.PAIRS, "statement": "Students talk before they write.",
                               "indicators": served, "evidenceSources": [f"{truth.READING}-check"]}],
                "evidenceUse": {"statement": "Teams read student work on Fridays.", "feedbackDays": 2,
                                "adjustmentPoint": "On Mondays."},
                "timeframes": [{"statement": "Three weeks a cycle.", "cycleWeeks": 3}],
                "theories": [{"theory": "talk", "ifPractice": "students talk about the text", "thenEvidence": "they cite it",
                              "soThatPriority": "reading", "problems": ["few-cite"], "predictedEffect": 0.3,
                              "horizonDays": 15}]}

    def publish_plans(self):
        for school in self.names:
            path = f"/v1/schools/{school}/sitePlans/2026"
            self.at.put(path, plan={"year": 2026, "priorities": self.plan(school, True)["priorities"]})
            expect(self.at.why_refused("POST", f"{path}:publish"), "QUESTIONS_UNANSWERED", f"a begun plan of {school}")
            drafted = self.at.put(path, plan=self.plan(school, False))
            found = {check["question"] for check in drafted["checks"] if check["completeness"] == "COMPLETENESS_VAGUE"}
            expect({2, 3} <= found, True, f"questions 2 and 3 of {school} are vague")
            self.at.put(path, plan=self.plan(school, True))
            self.at.post(f"{path}:publish")

    def answer_plan_reviews(self):
        """Every plan that is due for review is kept, but for one that is revised."""
        for review in list(self.at.all("/v1/reviews", "reviews", trigger="TRIGGER_CADENCE", openOnly="true")):
            if not review.get("planReview"):
                continue
            path = f"/v1/schools/{review['school']}/sitePlans/2026"
            revised = review["school"] == self.names[0]
            self.at.post(f"{path}:answerReview", answer="PLAN_REVIEW_ANSWER_REVISE" if revised else "PLAN_REVIEW_ANSWER_KEEP",
                         reason="More talk, fewer posters." if revised else "It works as it is.")
            if revised:
                self.at.put(path, plan=self.plan(review["school"], True) | {"timeframes": [
                    {"statement": "Three weeks a cycle, and a look every week.", "cycleWeeks": 3}]})
                self.at.post(f"{path}:publish")

    # Surveys.

    def raters(self, school):
        """The last school has too few to be told of."""
        few = school == self.names[-1]
        return [("STAFF", 3 if few else 6 + self.names.index(school) % 3), ("LEADERS", 1 if few else 2)]

    def survey(self, season, first_day, last_day):
        a_round = self.at.post("/v1/surveys:open", name=f"Drivers, {season}", firstDay=str(first_day),
                               lastDay=str(last_day))["round"]
        self.rounds[season] = a_round["round"]
        self.at.move_to(first_day)
        given = self.levels[season] = {}
        for school in self.names:
            agreed = 0.9 if season == "autumn" else 0.6
            for group, raters in self.raters(school):
                for i in range(raters):
                    levels = [min(4, max(1, round(self.draw.gauss(2.4 + 0.4 * (season == "spring"), agreed))))
                              for _ in range(FACTORS)]
                    self.at.post(f"/v1/schools/{school}/surveys/{a_round['round']}:answer", rater=f"{school}-{group}-{i}",
                                 group=f"RATER_GROUP_{group}",
                                 answers=[{"factor": item["factor"], "level": level}
                                          for item, level in zip(a_round["items"], levels)])
                    given.setdefault(school, []).append((group, levels))

    def survey_results(self, season, patience_s=60):
        """By school. A round that is over is counted within seconds of this machine's time, not of the year's."""
        until = time.monotonic() + patience_s
        while True:
            found = {one["school"]: one for one in self.at.all("/v1/surveyResults", "results", round=self.rounds[season])}
            if set(self.levels[season]) <= set(found):
                return found
            if time.monotonic() > until:
                raise Unexpected(f"the survey of {season} was not counted within {patience_s} s")
            time.sleep(0.2)

    # Offers.

    def answer_offers(self, cycles, before):
        """Those that are due. A practice is taken up by whoever tries it soon; of one school nobody answers."""
        teams = {team.key: team for team in cycles.teams}
        for offer in list(self.at.all("/v1/offers", "offers", state="OFFER_STATE_OPEN", dueBefore=str(before))):
            if offer["school"] == self.names[3]:
                continue
            team = teams[offer["school"], offer["team"]]
            if "practice" in offer:
                takes = any(offer["practice"]["practice"] in names for names in team.practices.values())
            else:
                takes = offer["from"]["team"] == offer["team"]
            answer = {"answer": "OFFER_ANSWER_TAKE_UP"} if takes else {
                "answer": "OFFER_ANSWER_DECLINE", "reason": "Not this year."}
            self.at.post(f"/v1/offers/{offer['offer']}:answer", school=offer["school"], team=offer["team"], **answer)
            self.offers["taken up" if takes else "declined"] += 1

    # Visits.

    LOOK_FORS = [{"lookFor": "talk", "statement": "Students talk to each other about the text.", "practice": truth.PAIRS},
                 {"lookFor": "citing", "statement": "Students cite a line.", "indicator": truth.READING}]

    def plan_visits(self):
        proposed = self.at.get("/v1/visits:propose", **{"from": "2026-09-14"})
        expect(proposed.get("unplaced", []), [], "schools without a visit")
        return sorted(({"host": one["host"], "date": one["date"], "visitors": one["visitors"]}
                       for one in proposed["visits"]), key=lambda one: one["date"])

    def prepare(self, visit):
        planned = self.at.post("/v1/visits:plan", **visit)["visit"]
        self.at.post(f"/v1/visits/{planned['visit']}:prepare", host=planned["host"], school=planned["host"],
                     problemOfPractice="Questions ask for recall only.", lookFors=self.LOOK_FORS)
        return planned

    def hold(self, visit, rooms):
        at, host = f"/v1/visits/{visit['visit']}", visit["host"]
        seen = self.rooms[host, visit["visit"]] = {"talk": [], "citing": []}
        for i in range(rooms):
            room = {"talk": self.draw.random() < 0.5, "citing": self.draw.random() < 0.3}
            for look_for, was_seen in room.items():
                seen[look_for].append(was_seen)
            self.at.post(f"{at}:recordRoom", host=host, school=visit["visitors"][0], room={
                "grade": str(3 + i % 3), "subject": "reading", "minutes": 15, "notes": [f"Pairs at work, {i}."],
                "seen": [{"lookFor": one, "seen": was_seen} for one, was_seen in room.items()]})
        self.at.post(f"{at}:endStep", host=host, school=host, step="VISIT_STATE_PACKET")
        self.at.post(f"{at}:recordDebrief", host=host, debrief={
            "patterns": ["They talk in pairs."], "predictions": ["They will cite."], "nextLevelOfWork": "They ask each other."},
            commitments=[{"statement": "Model a discussion.", "owner": "ROLE_SCHOOL_LEADER", "days": 5},
                         {"statement": "Try it in every class.", "owner": "ROLE_TEAM_MEMBER", "days": 10}])
        self.at.post(f"{at}:endStep", host=host, step="VISIT_STATE_HELD")

    def answer_commitments(self, before):
        """Those that are due; of every third the second is not kept."""
        for one in list(self.at.all("/v1/commitments", "commitments", openOnly="true", dueBefore=str(before))):
            kept = not (one["commitment"]["commitment"] == "2" and self.names.index(one["host"]) % 3 == 0)
            self.commitments["kept" if kept else "not kept"] += 1
            self.at.post(f"/v1/visits/{one['visit']}/commitments/{one['commitment']['commitment']}:answer",
                         host=one["host"], school=one["host"],
                         outcome="COMMITMENT_OUTCOME_KEPT" if kept else "COMMITMENT_OUTCOME_NOT_KEPT")
