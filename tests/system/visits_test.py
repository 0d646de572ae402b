"""Visits of schools to each other, through the JSON API of the real program, in a year that the test lives through."""
import datetime
import unittest
import zoneinfo

import grpc

import open_district
import program
from simulated_clock import SimulatedClock

ZONE = zoneinfo.ZoneInfo("America/Chicago")
SCHOOLS = ["north", "south", "east", "west"]
LOOK_FORS = [
    {"lookFor": "talk", "statement": "Students talk to each other about the text.", "practice": "discussion"},
    {"lookFor": "citing", "statement": "Students cite a line.", "indicator": "close-reading", "levels": 4,
     "seenFrom": 3},
]


class Visits(open_district.Case):
    OPTIONS = ["--simulated-clock"]

    def setUp(self):
        super().setUp()
        channel = grpc.insecure_channel(self.grpc)
        self.addCleanup(channel.close)
        self.clock = SimulatedClock(channel)
        self.move_to("2026-08-20")
        self.must("POST", "/v1/districts", {"district": {
            "name": "Lakeside", "timeZone": "America/Chicago",
            "calendar": {"terms": [{"first": "2026-08-31", "last": "2027-06-04"}], "closures": ["2026-09-07"]}}})
        for school in SCHOOLS:
            self.must("PUT", f"/v1/schools/{school}", {"school": {"name": school.title(), "closures": ["2026-10-16"]}})
        self.clock.settle()

    def move_to(self, day):
        """Eight in the morning of that day."""
        morning = datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(8), ZONE)
        self.clock.move_to(morning)

    def alerts(self):
        """(trigger, severity, state) of each."""
        return [(alert["condition"]["trigger"], alert["condition"]["severity"], alert["state"])
                for alert in self.must("GET", "/v1/alerts").get("alerts", [])]

    def plan(self, host, date, visitors):
        return self.must("POST", "/v1/visits:plan", {"host": host, "date": date, "visitors": visitors})["visit"]

    def do(self, visit, what, **body):
        return self.must("POST", f"/v1/visits/{visit['visit']}{what}", {"host": visit["host"], **body})

    def hold(self, visit, rooms):
        """Prepared, and of so many rooms; every other one talks, and one cites."""
        self.do(visit, ":prepare", school=visit["host"], problemOfPractice="Questions ask for recall only.",
                lookFors=LOOK_FORS)
        self.move_to(visit["date"])
        for i in range(rooms):
            self.do(visit, ":recordRoom", school=visit["visitors"][0], room={
                "grade": "4", "subject": "reading", "minutes": 15, "notes": [f"Note {i}"],
                "seen": [{"lookFor": "talk", "seen": i % 2 == 0}, {"lookFor": "citing", "level": 4 if i == 0 else 1}]})
        return self.do(visit, ":endStep", school=visit["host"], step="VISIT_STATE_PACKET")["visit"]

    def test_a_visit_from_its_proposal_to_its_follow_up(self):
        proposed = self.must("GET", "/v1/visits:propose?from=2026-09-01")
        self.assertEqual(len(proposed["visits"]), 16)
        self.assertEqual(proposed["unplaced"], [])
        first = proposed["visits"][0]
        visit = self.plan(first["host"], first["date"], first["visitors"])
        packet = f"/v1/visits/{visit['visit']}/packet?host={visit['host']}"
        self.assertEqual(self.refused("GET", packet), "PACKET_UNKNOWN")

        held = self.hold(visit, 5)
        self.assertEqual([(share["rooms"], share["seen"]) for share in held["shares"]], [(5, 3), (5, 1)])
        self.assertEqual([share["roomsByLevel"] for share in held["shares"]], [[], [4, 0, 0, 1]])
        self.assertEqual(held["shares"][1]["meanLevel"], 8 / 5)
        # R: prop.test(3, 5, correct = FALSE)
        self.assertAlmostEqual(held["shares"][0]["shareLow"], 0.2307, 4)
        self.assertAlmostEqual(held["shares"][0]["shareHigh"], 0.8824, 4)
        self.assertEqual(self.must("GET", packet)["packet"]["visit"], visit["visit"])
        notes = self.must("GET", f"/v1/visits/{visit['visit']}/notes?host={visit['host']}")
        self.assertEqual(notes["notes"], [f"Note {i}" for i in range(5)])

        self.do(visit, ":recordDebrief", debrief={"patterns": ["They talk."], "predictions": ["They will cite."],
                                                  "nextLevelOfWork": "They ask each other."},
                commitments=[{"statement": "Model a discussion.", "owner": "ROLE_SCHOOL_LEADER", "days": 5},
                             {"statement": "Try it.", "owner": "ROLE_TEAM_MEMBER", "days": 60}])
        debriefed = self.do(visit, ":endStep", step="VISIT_STATE_HELD")["visit"]
        due = datetime.date.fromisoformat(debriefed["commitments"][0]["due"])
        self.move_to(str(due + datetime.timedelta(days=14)))
        self.assertEqual(self.alerts(), [("TRIGGER_COMMITMENT_OVERDUE", "SEVERITY_CRITICAL", "ALERT_STATE_FIRING")])
        open_ones = self.must("GET", f"/v1/commitments?openOnly=true&dueBefore={due + datetime.timedelta(days=1)}")
        self.assertEqual([one["commitment"]["statement"] for one in open_ones["commitments"]], ["Model a discussion."])

        self.do(visit, "/commitments/1:answer", school=visit["host"], outcome="COMMITMENT_OUTCOME_NOT_KEPT")
        self.clock.settle()
        self.assertEqual(self.alerts(), [("TRIGGER_COMMITMENT_OVERDUE", "SEVERITY_CRITICAL", "ALERT_STATE_RESOLVED")])
        self.assertEqual(self.refused("POST", f"/v1/visits/{visit['visit']}:endStep",
                                      {"host": visit["host"], "step": "VISIT_STATE_DEBRIEFED"}), "STEP_INCOMPLETE")
        self.do(visit, "/commitments/2:answer", school=visit["host"], outcome="COMMITMENT_OUTCOME_KEPT")
        followed_up = self.do(visit, ":endStep", step="VISIT_STATE_DEBRIEFED")["visit"]
        self.assertEqual(followed_up["state"], "VISIT_STATE_FOLLOWED_UP")

    def test_what_visits_of_a_quarter_saw_is_shown_from_four_rooms_on(self):
        few = self.hold(self.plan("north", "2026-09-15", ["south", "east"]), 3)
        self.assertNotIn("rooms", few)
        self.assertEqual(few["shares"], [{"lookFor": one["lookFor"], "suppressed": True, "roomsByLevel": []}
                                         for one in LOOK_FORS])
        findings = self.must("GET", "/v1/visitFindings?day=2026-10-01")
        self.assertEqual(findings["findings"], [])
        for host, date in [("south", "2026-09-22"), ("west", "2026-09-29")]:
            self.hold(self.plan(host, date, ["north", "east"]), 4)
        findings = self.must("GET", "/v1/visitFindings?day=2026-10-01")
        self.assertEqual(findings["visits"], 3)
        self.assertEqual([(one["lookFor"]["lookFor"], one["schools"], one["rooms"], one["seen"])
                          for one in findings["findings"]], [("citing", 2, 8, 2), ("talk", 2, 8, 4)])

    def test_visits_of_a_district_are_shown_on_the_command_line(self):
        self.hold(self.plan("north", "2026-09-15", ["south", "east"]), 4)
        table = program.run("show", "visits", "--district", "lakeside", "--connect", self.grpc).stdout
        self.assertRegex(table, r"2026-09-15 +north +east, south +held +talk 2 of 4 rooms; citing 1 of 4 rooms, "
                                r"level 1\.8 \(3, 0, 0, 1\)")
        self.assertIn("There are no such visits.", program.run(
            "show", "visits", "--district", "lakeside", "--school", "west", "--connect", self.grpc).stdout)

    def test_a_visit_that_is_not_debriefed_is_alerted(self):
        visit = self.plan("north", "2026-09-15", ["south", "east"])
        self.assertEqual(self.refused("POST", "/v1/visits:plan", {"host": "north", "date": "2026-10-16", "visitors":
                                                                  ["south", "east"]}), "NOT_INSTRUCTIONAL")
        self.assertEqual(self.refused("POST", "/v1/visits:plan", {"host": "north", "date": "2026-10-15", "visitors":
                                                                  ["south", "nowhere"]}), "SCHOOL_UNKNOWN")
        self.move_to("2026-09-17")
        self.assertEqual(self.alerts(), [("TRIGGER_VISIT_OVERDUE", "SEVERITY_WARNING", "ALERT_STATE_FIRING")])
        alert = self.must("GET", "/v1/alerts")["alerts"][0]
        self.assertEqual(alert["condition"]["reason"], "The visit of 15 September has not been debriefed.")
        self.do(visit, ":cancel", reason="Snow.")
        self.clock.settle()
        self.assertEqual(self.alerts(), [("TRIGGER_VISIT_OVERDUE", "SEVERITY_WARNING", "ALERT_STATE_RESOLVED")])


if __name__ == "__main__":
    unittest.main()
