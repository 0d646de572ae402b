"""Common challenges, offers and waves of the real program over its JSON API."""
import datetime
import hashlib

import open_district
import program
from parts import wait_until

INDICATOR = "close-reading"


class Offers(open_district.Case):
    def setUp(self):
        super().setUp()
        today = datetime.date.today()
        self.start = today - datetime.timedelta(days=today.weekday())
        self.must("POST", "/v1/districts", {"district": {"name": "Lakeside", "timeZone": "UTC"}})
        for school in ("north", "south"):
            self.must("PUT", f"/v1/schools/{school}", {"school": {"name": school.title()}})
            self.must("POST", f"/v1/schools/{school}/teams:upsert",
                      {"teams": [{"team": f"grade-{grade}", "active": True} for grade in (3, 4, 5)]})
        self.wait_for_practices()

    def analyze(self, school, team, challenge):
        """The cycle of a team, in design with that challenge."""
        cycle = self.must("POST", "/v1/cycles:schedule", {
            "school": school, "team": team, "start": self.start.isoformat(), "indicators": [INDICATOR]})["cycle"]
        path = f"/v1/cycles/{cycle['cycle']}"
        wait_until(lambda: self.must("GET", path, school=school)["cycle"]["state"] == "CYCLE_STATE_ANALYZE", "analyze")
        self.must("POST", path + ":recordAnalysis", {"school": school, "analysis": {
            "problemOfPractice": "Few students speak.", "evidence": "Walkthroughs", "challenge": challenge,
            "challengeSource": "CHALLENGE_SOURCE_STUDENTS", "probingQuestions": ["I wonder how to begin."]}})
        self.must("POST", path + ":endPhase", {"school": school, "phase": "CYCLE_STATE_ANALYZE"})

    def show(self, thing):
        return program.run("show", thing, "--district", "lakeside", "--connect", self.grpc).stdout

    def test_schools_with_the_same_challenge_are_offered_to_each_other(self):
        self.analyze("north", "grade-3", "Students retell instead of citing.")
        self.analyze("south", "grade-4", "students retell  instead of CITING.")
        self.analyze("south", "grade-5", "Something else.")
        (challenge,) = wait_until(lambda: self.must("GET", "/v1/challenges").get("challenges"), "a common challenge")
        self.assertEqual([(one["school"], one["team"]) for one in challenge["teams"]],
                         [("north", "grade-3"), ("south", "grade-4")])
        self.assertEqual(self.must("GET", "/v1/challenges", school="south", team="grade-5").get("challenges", []), [])
        self.assertIn("north grade-3, south grade-4", self.show("challenges"))
        (offer,) = wait_until(lambda: self.must("GET", "/v1/offers", school="north").get("offers"), "the offer")
        self.assertEqual(offer["from"], {"school": "south", "team": "grade-4"})
        self.assertEqual(offer["state"], "OFFER_STATE_OPEN")
        path = f"/v1/offers/{offer['offer']}:answer"
        about = {"school": "north", "team": "grade-3", "answer": "OFFER_ANSWER_DECLINE"}
        status, refused = self.ask("POST", path, about)
        self.assertEqual((status, refused["error"]["details"][0]["reason"]), (400, "REASON_MISSING"))
        answered = self.must("POST", path, about | {"reason": "We work with them already."})["offer"]
        self.assertEqual(answered["state"], "OFFER_STATE_DECLINED")
        self.assertEqual(self.must("GET", "/v1/offers", state="OFFER_STATE_OPEN", school="north").get("offers", []), [])
        self.assertIn("declined", self.show("offers"))

    def test_anybody_can_repeat_the_draw_of_a_wave(self):
        self.must("PUT", "/v1/practices/tps", {"practice": {
            "name": "Think, pair, share", "description": "Alone, in pairs, with the class.",
            "indicators": [INDICATOR], "components": [
                {"component": "think", "name": "Time to think", "kind": "COMPONENT_KIND_CRITICAL"}]}})
        self.must("POST", "/v1/practices/tps:publish", {})
        days = [datetime.date.today() + datetime.timedelta(days=days) for days in (1, 7, 28)]
        wave = self.must("POST", "/v1/waves:plan", {
            "practice": "tps", "askBy": days[0].isoformat(),
            "starts": [{"date": day.isoformat(), "places": 2} for day in days[1:]]})["wave"]
        path = f"/v1/waves/{wave['wave']}"
        teams = [(school, f"grade-{grade}") for school in ("north", "south") for grade in (3, 4, 5)]
        for school, team in teams:
            self.must("POST", path + ":askForPlace", {"school": school, "team": team})
        status, refused = self.ask("POST", path + ":askForPlace", {"school": "north", "team": "nobody"})
        self.assertEqual((status, refused["error"]["details"][0]["reason"]), (404, "TEAM_UNKNOWN"))
        self.must("POST", path + ":draw", {"seed": "14-22-31"})
        drawn = self.must("GET", path)["wave"]
        self.assertTrue(drawn["byLot"])
        order = sorted(teams, key=lambda t: hashlib.sha256("/".join((drawn["seed"], *t)).encode()).hexdigest())
        self.assertEqual([(one["school"], one["team"]) for one in drawn["teams"]], order)
        begins = [one.get("beginsOn", "") for one in drawn["teams"]]
        self.assertEqual(begins, [days[1].isoformat()] * 2 + [days[2].isoformat()] * 2 + [""] * 2)

        def told():
            alerts = self.must("GET", "/v1/alerts").get("alerts", [])
            return [one for one in alerts if one["condition"]["trigger"] == "TRIGGER_PLACE_DRAWN"]
        wait_until(lambda: len(told()) == len(teams), "every team is told")
        self.assertIn("14-22-31", self.show("waves"))


if __name__ == "__main__":
    program.unittest.main()
