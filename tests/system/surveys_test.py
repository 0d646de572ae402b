"""A driver survey from opening to results on the real program, over JSON: twelve raters answer by their credentials, and
nothing that is kept or told leads back to one of them."""
import datetime
import statistics
import unittest

import dated_server
import program
from parts import wait_until

ITEMS = 12
# As whom, and the level each gives to every item: seven of the staff, two leaders, three of the district.
RATERS = {**{f"staff-{i}": ("team_member", 2 + i % 2) for i in range(7)},
          **{f"leader-{i}": ("school_leader", 4) for i in range(2)},
          **{f"office-{i}": ("district_leader", 3) for i in range(3)}}


class Surveys(dated_server.Case):
    def setUp(self):
        super().setUp()
        self.chief = self.token("district_administrator", "chief")
        self.leader = self.token("school_leader", "leader")
        self.must(self.chief, "POST", "/v1/districts", {"district": {
            "district": "lakeside", "name": "Lakeside", "timeZone": "UTC"}})
        for school in ("north", "south"):
            self.must(self.chief, "PUT", f"/v1/schools/{school}", {"school": {"name": school.title()}})

    def open(self, token, school):
        body = {"school": school, "name": "Drivers", "lastDay": self.today().isoformat()}
        return self.must(token, "POST", "/v1/surveys:open", body)["round"]

    def answer(self, token, a_round, level, school="north"):
        return self.ask(token, "POST", f"/v1/schools/{school}/surveys/{a_round['round']}:answer", {
            "answers": [{"factor": item["factor"], "level": level} for item in a_round["items"]]})

    def answer_as_everybody(self, a_round, shift=0):
        for who, (role, level) in RATERS.items():
            status, answer = self.answer(self.token(role, who), a_round, min(4, level + shift))
            self.assertEqual((status, answer), (200, {}), who)

    def counted(self, a_round, school="north"):
        at = f"/v1/schools/{school}/surveys/{a_round['round']}"
        return wait_until(lambda: self.must(self.leader if school == "north" else self.chief, "GET", at).get("results"),
                          "the results of the survey")

    def reason(self, status_and_answer):
        return status_and_answer[1]["error"]["details"][0]["reason"]

    def test_a_survey_from_opening_to_results(self):
        a_round = self.open(self.leader, "north")
        self.assertEqual(len(a_round["items"]), ITEMS)
        self.refusals(a_round)
        shown = self.must(self.leader, "GET", f"/v1/schools/north/surveys/{a_round['round']}")
        self.answer_as_everybody(a_round, shift=1)
        self.answer_as_everybody(a_round)  # changed until the window ends
        self.assertEqual(self.must(self.leader, "GET", f"/v1/schools/north/surveys/{a_round['round']}"), shown)
        self.assertTrue((self.data / "surveys/identities.keys").read_bytes())
        self.sleep_until(self.today() + datetime.timedelta(days=1))
        results = self.counted(a_round)
        self.they_are_what_was_answered(results)
        self.assertEqual(self.reason(self.answer(self.leader, a_round, 3)), "SURVEY_OVER")
        self.nobody_is_named(a_round)
        self.agreement_falls()
        table = program.run("show", "surveys", "--district", "lakeside", "--connect", self.grpc,
                            "--token", self.token_file(self.chief)).stdout
        self.assertIn("strategic focus", table)

    def refusals(self, a_round):
        self.assertEqual(self.reason(self.ask(self.leader, "POST", "/v1/surveys:open", {
            "school": "north", "lastDay": self.today().isoformat()})), "SURVEY_OPEN")
        self.assertEqual(self.reason(self.ask(self.leader, "POST", "/v1/surveys:open", {
            "lastDay": self.today().isoformat()})), "NOT_ALLOWED")
        self.assertEqual(self.reason(self.answer(self.token("observer", "guest"), a_round, 3)), "NOT_ALLOWED")
        self.assertEqual(self.reason(self.answer(self.leader, a_round, 5)), "ITEMS_INCOMPLETE")
        self.assertEqual(self.reason(self.answer(self.leader, {**a_round, "items": a_round["items"][1:]}, 3)),
                         "ITEMS_INCOMPLETE")

    def they_are_what_was_answered(self, results):
        levels = [level for _, level in RATERS.values()]
        staff = [level for role, level in RATERS.values() if role == "team_member"]
        self.assertEqual(results["raters"], len(RATERS))
        self.assertEqual([one.get("raters") for one in results["groups"]], [len(staff), None, None],
                         "two leaders are told of with those of the district, or not at all")
        self.assertEqual(len(results["factors"]), ITEMS)
        for factor in results["factors"]:
            rating = factor["rating"]
            self.assertAlmostEqual(rating["mean"], statistics.mean(levels), delta=0.005)
            self.assertAlmostEqual(rating["coherence"], 1 - statistics.variance(levels) / ((4 ** 2 - 1) / 12), delta=0.005)
            self.assertEqual([one["group"] for one in factor["groups"]], ["RATER_GROUP_STAFF"])
            self.assertAlmostEqual(factor["groups"][0]["rating"]["mean"], statistics.mean(staff), delta=0.005)

    def nobody_is_named(self, a_round):
        """By what is on the disk, once the key is gone. That somebody signed in is on record in the audit trail."""
        wait_until(lambda: a_round["round"].encode() not in (self.data / "surveys/identities.keys").read_bytes(),
                   "the end of the round's key")
        told = self.must(self.chief, "GET", "/v1/surveyResults?school=north")
        for who in RATERS:
            self.assertNotIn(who, str(told))
        trail = self.must(self.chief, "GET", "/v1/auditTrail?pageSize=1000")["records"]
        self.assertEqual({one["action"] for one in trail if one.get("method", "").endswith("/AnswerSurvey")} - {
            "ACTION_SIGNED_IN", "ACTION_ACCESS_REFUSED"}, set())

    def ends_told(self):
        alerts = self.must(self.leader, "GET", "/v1/alerts?school=north").get("alerts", [])
        return sorted((one["condition"]["severity"], one["state"]) for one in alerts
                      if one["condition"]["trigger"] == "TRIGGER_SURVEY_ENDED")

    def agreement_falls(self):
        """In a second round raters agree less: the school is asked to look at it, once."""
        again = self.open(self.leader, "north")
        for i, who in enumerate(RATERS):
            self.assertEqual(self.answer(self.token(RATERS[who][0], who), again, 1 + 3 * (i % 2))[0], 200)
        self.sleep_until(self.today() + datetime.timedelta(days=1))
        self.assertEqual(self.counted(again)["factors"][0]["rating"]["coherence"], 0)
        reviews = wait_until(lambda: self.must(self.leader, "GET", "/v1/reviews?school=north").get("reviews"),
                             "the review of the school")
        self.assertEqual([one["trigger"] for one in reviews], ["TRIGGER_COHERENCE_FELL"])
        self.assertIn("Strategic focus", reviews[0]["reason"])
        wait_until(lambda: self.ends_told() == [("SEVERITY_INFO", "ALERT_STATE_FIRING"),
                                                ("SEVERITY_INFO", "ALERT_STATE_RESOLVED")],
                   "the school to be told of the end of the second survey, and of the first no more")
        coherence = self.must(self.chief, "GET", "/v1/coherence")
        self.assertEqual([one["school"] for one in coherence["schools"]], ["north"])
        self.assertLess(coherence["factors"][0]["coherenceChange"], -0.2)

    def token_file(self, token):
        file = self.folder / "token"
        file.write_text(token)
        return file

    def test_a_district_asks_all_of_its_schools_and_is_told_of_those_with_enough_raters(self):
        district = self.open(self.chief, "")
        rounds = wait_until(lambda: (lambda found: found if len(found) == 2 else None)(
            self.must(self.chief, "GET", "/v1/surveys").get("rounds", [])), "a round in each school")
        self.assertEqual({one["round"] for one in rounds}, {district["round"]})
        self.answer_as_everybody(district)
        office = [self.token("district_leader", f"office-{i}") for i in range(4)]
        for token in office:
            self.assertEqual(self.answer(token, district, 3, school="south")[0], 200)
        self.sleep_until(self.today() + datetime.timedelta(days=1))
        self.assertEqual(self.counted(district)["raters"], len(RATERS))
        few = self.counted(district, "south")
        self.assertEqual(few["absent"], "SURVEY_ABSENCE_TOO_FEW_RATERS")
        self.assertNotIn("raters", few)
        coherence = self.must(self.chief, "GET", "/v1/coherence")
        self.assertEqual([one["school"] for one in coherence["schools"]], ["north"])

    def test_rubrics_and_templates(self):
        templates = self.must(self.leader, "GET", "/v1/templates")["templates"]
        self.assertEqual([one["template"] for one in templates if one.get("shipped")],
                         ["inquiry-cycle", "school-visit", "six-questions", "twelve-factors"])
        survey = self.must(self.leader, "GET", "/v1/templates/twelve-factors")["template"]["survey"]
        self.must(self.chief, "PUT", "/v1/rubrics/ours", {"rubric": {**survey, "rubric": "ours", "name": "Ours"}})
        self.must(self.chief, "POST", "/v1/rubrics/ours:publish", {})
        opened = wait_until(lambda: self.ask(self.leader, "POST", "/v1/surveys:open", {
            "school": "north", "rubric": "ours", "lastDay": self.today().isoformat()})[1].get("round"),
            "the rubric in the school's partition")
        self.assertEqual((opened["rubric"], opened["revision"]), ("ours", 1))
        self.assertEqual(self.reason(self.ask(self.leader, "PUT", "/v1/rubrics/ours", {"rubric": survey})), "NOT_ALLOWED")


if __name__ == "__main__":
    unittest.main()
