"""The checker has to be able to fail: each violation, made by hand."""
import base64
import dataclasses
import unittest

from checker import acknowledged, check, columns, messages, rules
from hand_made import Topics

COMPLETE, OFF_TRACK, GAP_WIDENED, MID_CYCLE, BEHIND_FOR_YEAR = 1, 2, 3, 9, 10
ACCEPTED, CORRECTED, QUARANTINED = 1, 3, 4
WARNING = 2
AT = {"district": "d", "school": "s", "team": "t", "cycle": "c", "indicator": "reading"}
OF = {"district": "d", "school": "s", "cycle": "c", "indicator": "reading"}
DAY = 20782  # 2026-11-25


def recorded(students, outcome=ACCEPTED, quarantined=(), what="", day=DAY, percent=50):
    """A result of each student; its id is the student's, after `what`. Scores differ a little."""
    batch = messages.message("evidence.v1.ResultsRecorded", district="d", school="s", source="sis")
    for i, one in enumerate(students):
        batch.results.add(source_id=f"{what}{one}", student=f"student {one}", assessment="check", class_id="k",
                          team="t", outcome=outcome, score=percent, ppm=percent * 10000 + 900 * (i % 7), day=day,
                          score_status=1)
    for source_id in quarantined:
        batch.quarantined.add(entry=source_id).result.source_id = source_id
    return batch


def in_columns(batch):
    """The same results, column by column."""
    made = messages.message("evidence.v1.ResultsRecorded", district=batch.district, school=batch.school, source=batch.source)
    made.columns.count = len(batch.results)
    for field in made.columns.DESCRIPTOR.fields:
        kind, column = field.message_type and field.message_type.name, getattr(made.columns, field.name)
        values = [getattr(one, field.name) for one in batch.results] if kind in ("TextColumn", "NumberColumn", "ScoreColumn") else []
        if kind == "ScoreColumn":
            column.scores.extend(values)
        elif kind == "NumberColumn":
            column.least = min(values)
            column.above_least.extend(value - column.least for value in values)
        elif kind == "TextColumn":
            texts = sorted(set(values))
            column.texts.extend(texts)
            column.indexes.extend(texts.index(value) for value in values)
    return made


def moved(trigger, met=True, group=""):
    return messages.message("evidence.v1.EvidenceMoved", **AT, trigger=trigger, met=met, group=group)


def opened(trigger):
    return messages.message("cycles.v1.ReviewOpened", review={**OF, "trigger": trigger})


def condition(trigger):
    return {**AT, "trigger": trigger, "severity": WARNING}


def raised(trigger):
    return messages.message("cycles.v1.ConditionRaised", condition=condition(trigger))


def cleared(trigger):
    return messages.message("cycles.v1.ConditionCleared", condition=condition(trigger))


def alert(what, trigger):
    return messages.message(f"notifications.v1.Alert{what}", alert={"condition": condition(trigger)})


POLICY = {"complete_coverage": 0.8, "sufficient_coverage": 0.5, "desired_growth_per_year": 0.2, "days_per_year": 180,
          "gap_widening": 0.1}


class CheckerTest(unittest.TestCase):
    """A team, a cycle, and what happens to it on partition 0."""
    STUDENTS = [str(i) for i in range(15)]
    MOST = STUDENTS[:12]  # 80 %

    def setUp(self):
        self.topics = Topics()
        self.acknowledged = []
        district = {"district": "d", "time_zone": "UTC", "policy": POLICY}
        noted = self.topics.decide("plans", self.topics.command("plans"), [
            messages.message("plans.v1.DistrictAdopted", district=district)], subject="d")
        self.topics.decide("evidence", noted[0], [
            messages.message("plans.v1.DistrictNoted", district=district)], subject="d")
        self.topics.decide("evidence", self.topics.command("evidence"), [
            messages.message("evidence.v1.AssessmentsAdopted", district="d", assessments=[
                {"assessment": "check", "indicators": ["reading"]}])], subject="d")
        self.topics.decide("evidence", self.topics.command("evidence"), [
            messages.message("evidence.v1.RosterChanged", district="d", school="s", classes=[
                {"class_id": "k", "team": "t"}], students=[
                {"student": f"student {one}", "class_ids": ["k"], "groups": [f"half:{int(one) % 2}"]}
                for one in self.STUDENTS])])
        cycle = {"district": "d", "school": "s", "team": "t", "cycle": "c", "state": 1, "start": "2026-11-23",
                 "end": "2026-12-11", "baseline_from": "2026-09-20", "mid_cycle": "2026-12-03",
                 "indicators": [{"indicator": "reading"}]}
        scheduled = self.topics.decide("cycles", self.topics.command("cycles"), [
            messages.message("cycles.v1.CycleScheduled", cycle=cycle)])
        self.topics.decide("evidence", scheduled[0], [
            messages.message("evidence.v1.CycleWatched", cycle=cycle)])

    def push(self, request, said, outcomes, acknowledge=True, **spoilt):
        """A batch of results; `outcomes` is what the caller is told."""
        response = messages.message("evidence.v1.IngestResultsResponse", outcomes=[o for _, o in outcomes])
        names = messages.enum("evidence.v1.ResultOutcome")
        if acknowledge:
            self.acknowledged.append({
                "request_id": request, "district": "d", "school": "s", "source": "sis",
                "results": [[i, names.Name(o).removeprefix("RESULT_OUTCOME_")] for i, o in outcomes]})
        return self.topics.decide("evidence", self.topics.command("evidence"), said,
                                  request_id=acknowledged.outcome_id(request, "d", "s"), response=response, **spoilt)

    def push_complete(self, *more):
        return self.push("r1", [recorded(self.MOST), moved(COMPLETE), *more],
                         [(i, ACCEPTED) for i in self.MOST])

    def push_baseline(self, percent=60):
        self.push("r0", [recorded(self.STUDENTS, what="b", day=DAY - 30, percent=percent)],
                  [(f"b{one}", ACCEPTED) for one in self.STUDENTS])

    def push_off_track(self):
        self.push_baseline()
        return self.push_complete(moved(OFF_TRACK))

    def live_through_everything(self):
        _, complete, off_track = self.push_off_track()
        self.topics.decide("cycles", complete, [opened(COMPLETE)])
        _, holds = self.topics.decide("cycles", off_track, [opened(OFF_TRACK), raised(OFF_TRACK)])
        self.topics.decide("notifications", holds, [alert("Raised", OFF_TRACK)])
        _, on_track = self.push(
            "r2", [recorded(self.MOST, CORRECTED, quarantined="x", percent=90), moved(OFF_TRACK, False)],
            [*((i, CORRECTED) for i in self.MOST), ("x", QUARANTINED)])
        over, = self.topics.decide("cycles", on_track, [cleared(OFF_TRACK)])
        self.topics.decide("notifications", over, [alert("Resolved", OFF_TRACK)])

    def check(self, **options):
        return check.check(self.topics.records, self.acknowledged, **options)

    def assert_clean(self, **options):
        self.assertEqual(self.check(**options).violations, [])

    def assert_violation(self, words, **options):
        violations = self.check(**options).violations
        self.assertTrue(any(words in one for one in violations), violations or f"nothing like: {words}")

    def spoil(self, topic, offset, **changes):
        records = self.topics.records
        at = next(i for i, r in enumerate(records) if (r.topic, r.offset) == (topic, offset))
        if changes:
            records[at] = dataclasses.replace(records[at], **changes)
        else:
            del records[at]

    def header(self, topic, offset, name, value):
        record = next(r for r in self.topics.records if (r.topic, r.offset) == (topic, offset))
        headers = tuple((key, value if key == name else was) for key, was in record.headers)
        self.spoil(topic, offset, headers=tuple(h for h in headers if h[1] is not None))


class ACleanRun(CheckerTest):
    def test_has_no_violations_and_is_counted(self):
        self.live_through_everything()
        self.assert_clean()
        counts = self.check().counts
        self.assertEqual(counts["results acknowledged"], 15 + 12 + 13)
        self.assertEqual(counts["conditions raised: off_track"], 1)
        self.assertEqual(counts["alerts raised"], 1)

    def test_may_hold_what_an_owner_without_its_partition_wrote(self):
        self.live_through_everything()
        place = self.topics.place("evidence")
        self.push("r3", [recorded("0", CORRECTED, percent=91)], [("0", CORRECTED)])
        # The loser decided two batches on what it knew; the winner's first came first.
        lost = self.push("r4", [recorded("1", CORRECTED, percent=92)], [("1", CORRECTED)], acknowledge=False, place=place)
        self.assertEqual(lost, [f"evidence.0.{place[0] + 1}"])
        self.push("r5", [recorded("2", CORRECTED, percent=93)], [("2", CORRECTED)])
        self.assert_clean()
        self.assertEqual(self.check().counts["dropped records of an owner that had lost its partition"], 1)


    def test_dates_nothing_into_the_future(self):
        self.live_through_everything()
        self.assert_clean(now_ms=2**53)
        self.assert_violation("hours into the future", now_ms=0)


class Sequences(CheckerTest):
    def test_a_lost_event_is_a_gap(self):
        self.live_through_everything()
        self.spoil("events.evidence", 2)
        self.assert_violation("a gap")

    def test_an_event_that_was_changed_is_not_taken(self):
        self.live_through_everything()
        self.spoil("events.evidence", 2, value=b"")
        self.assert_violation("took events.evidence up to (7, 7), which ends at 2")

    def test_nothing_is_taken_from_behind_a_gap(self):
        self.live_through_everything()
        self.spoil("events.evidence", 2)
        self.assert_violation("which ends at 2")

    def test_a_decision_has_to_become_whole(self):
        self.push("r1", [recorded("0")], [("0", ACCEPTED)], count=2)
        self.assert_violation("never became whole")

    def test_an_input_is_decided_on_once(self):
        self.live_through_everything()
        self.topics.decide("cycles", "evidence.0.7", [
            messages.message("runtime.v1.CommandAnswered")])
        self.assert_violation("decided on evidence.0.7 twice")

    def test_positions_never_go_back(self):
        self.live_through_everything()
        self.topics.decide("cycles", self.topics.command("cycles"), [
            messages.message("runtime.v1.CommandAnswered")],
            positions={"inbox.cycles": (2, 0), "events.evidence": (3, 3)})
        self.assert_violation("the position in events.evidence went back")

    def test_positions_are_those_after_the_cause(self):
        self.topics.decide("cycles", self.topics.command("cycles"), [
            messages.message("runtime.v1.CommandAnswered")], positions={"inbox.cycles": (1, 0)})
        self.assert_violation("with inbox.cycles taken up to 0")


class Headers(CheckerTest):
    def test_each_is_as_the_contract_says(self):
        self.live_through_everything()
        whole = list(self.topics.records)
        for name, value in [("ce_id", b"evidence.0.9"), ("ce_type", b"x"), ("ce_time", b"noon"),
                            ("ce_dataschema", b"x"), ("ce_sequence", b"3"), ("ce_source", b"/"),
                            ("ce_specversion", b"0.3"), ("content-type", b"text/plain"), ("ce_protocol", b"*"),
                            ("ce_subject", b"d/other"), ("ce_partitionkey", b"d/other"), ("ce_causationid", None)]:
            with self.subTest(name):
                self.topics.records = list(whole)
                self.header("events.evidence", 2, name, value)
                self.assert_violation("events.evidence 0 offset 2")

    def test_poison_is_passed_over_only_when_it_was_put_there(self):
        self.live_through_everything()
        self.topics._append("events.evidence", 0, None, (), b"garbage")
        self.assert_violation("no header")
        self.assert_clean(poison=True)


class Acknowledged(CheckerTest):
    def test_what_was_acknowledged_is_there(self):
        self.live_through_everything()
        self.acknowledged.append({**self.acknowledged[0], "request_id": "r9"})
        self.assert_violation("request r9/s is not in events.evidence")

    def test_with_the_same_outcomes(self):
        self.live_through_everything()
        self.acknowledged[1]["results"][0][1] = "QUARANTINED"
        self.assert_violation("acknowledged with other outcomes")
        self.assert_violation("0 was acknowledged as QUARANTINED, and is not recorded so")

    def test_a_request_is_decided_once(self):
        self.push("r1", [recorded("0")], [("0", ACCEPTED)])
        self.push("r1", [recorded("1")], [("1", ACCEPTED)], acknowledge=False)
        self.assert_violation(f"the request {acknowledged.outcome_id('r1', 'd', 's')} was decided by")

    def test_a_result_is_new_once(self):
        self.push("r1", [recorded("0")], [("0", ACCEPTED)])
        self.push("r2", [recorded("0")], [("0", ACCEPTED)])
        self.assert_violation("0 is ACCEPTED, and was recorded before")

    def test_a_correction_corrects_something(self):
        self.push("r1", [recorded("0", CORRECTED)], [("0", CORRECTED)])
        self.assert_violation("0 is CORRECTED, and was not recorded before")


class Triggers(CheckerTest):
    def test_a_rule_that_is_met_opens_a_review(self):
        self.push_complete()
        self.assert_violation("demands ReviewOpened of ('d', 's', 'c', 1, 'reading', '', ''), and nothing was")

    def test_and_no_second_one(self):
        _, complete = self.push_complete()
        self.topics.decide("cycles", complete, [opened(COMPLETE), opened(COMPLETE)])
        self.assert_violation("opened, and was open already")

    def test_nor_another(self):
        _, complete = self.push_complete()
        self.topics.decide("cycles", complete, [opened(OFF_TRACK)])
        self.assert_violation("demands ReviewOpened")

    def test_a_condition_is_raised_with_it(self):
        _, _, off_track = self.push_off_track()
        self.topics.decide("cycles", off_track, [opened(OFF_TRACK)])
        self.assert_violation("demands ReviewOpened of ('d', 's', 'c', 2, 'reading', '', '') and ConditionRaised")

    def test_a_rule_is_said_once_while_it_is_met(self):
        self.push_complete(moved(OFF_TRACK), moved(OFF_TRACK))
        self.assert_violation("met again")

    def test_a_condition_raises_an_alert(self):
        self.live_through_everything()
        self.topics.decide("cycles", "timer.cycles.0.cycle/overdue@0", [raised(7)])
        self.assert_violation("demands AlertRaised of ('d', 's', 'c', 7, 'reading', '', ''), and nothing was")

    def test_and_no_second_one_while_it_holds(self):
        _, _, off_track = self.push_off_track()
        _, holds = self.topics.decide("cycles", off_track, [opened(OFF_TRACK), raised(OFF_TRACK)])
        self.topics.decide("notifications", holds, [alert("Raised", OFF_TRACK), alert("Raised", OFF_TRACK)])
        self.assert_violation("raised, and held already")

    def test_an_alert_that_nothing_raised(self):
        self.live_through_everything()
        self.topics.decide("notifications", "cycles.0.2", [alert("Resolved", OFF_TRACK)])
        self.assert_violation("is about an alert that does not hold")


class Evidence(unittest.TestCase):
    """Known answers: savvi 0.3.1 (PyPI) with phi = 4, as in services/core/statistics/anytime_valid_test.cc."""

    def assert_evidence(self, expected, t, degrees, information):
        # Of a standard error of 1: the sum of squares of the residuals is degrees times the information.
        found = rules.Test(t, degrees * information, information, degrees)
        self.assertAlmostEqual(found.log_evidence, expected, delta=5e-7)

    def test_is_that_of_savvi(self):
        self.assert_evidence(1.481929, -2.5, 29, 30)
        self.assert_evidence(2.855450, -3.2, 29, 30)
        self.assert_evidence(0.769633, -2.0, 58, 12.6)
        self.assert_evidence(4.804986, -4.1, 58, 12.6)

    def test_is_held_to_the_questions_asked_side_by_side(self):
        for questions, finding in ((1, True), (2, rules.OPEN)):  # log 10 and log 20 are 2.3 and 3.0
            self.assertEqual(rules.Test(-3.2, 29 * 30, 30, 29, questions).finding, finding)
        self.assertEqual(rules.Test(3.2, 29 * 30, 30, 29).finding, False)


class Schools(CheckerTest):
    """What results demand of the sums and gaps of a school, which is of one team here."""

    def sum(self, group="half:0", **changes):
        """As it is after push_off_track: twelve students who all changed alike, in two halves."""
        before = [600_000 + 900 * (i % 7) for i in range(12)]
        halves = [before[::2], before[1::2]]
        mean = sum(before) / 12
        apart = sum(halves[0]) / 6 - sum(halves[1]) / 6
        sums = {"basis": 1, "teams": 1, "students": 12,
                "baseline_squares_low": round(sum((one - mean) ** 2 for one in before)),
                "groups": [{"group": f"half:{half}", "students": 6, "others": 6, "teams": 1, "weight": 3 << 32,
                            "baseline": round(3 * 65536 * apart * (1 - 2 * half))} for half in (0, 1)]}
        sums |= changes
        said = messages.message("evidence.v1.ChangesSummed", district="d", school="s", indicator="reading",
                                teams=[{"team": "t", "changes": sums}], sums=[sums])
        return said

    def decide(self, *said):
        self.push_off_track()
        return self.topics.decide("evidence", "timer.evidence.0.changes/d/s@0", said)

    def test_are_what_results_come_to(self):
        self.decide(self.sum())
        self.assertFalse([one for one in self.check().violations if "changes" in one or "sums" in one or "said" in one])
        self.assertEqual(self.check().counts["sums of schools computed again from results"], 1)

    def test_count_every_student(self):
        self.decide(self.sum(students=11))
        self.assert_violation("11 students of 1 teams are said, not 12 of 1")

    def test_have_the_squares_of_all_changes(self):
        self.decide(self.sum(squares_low=10**12))
        self.assert_violation("squares are 0.0, and 10000.0 is said")

    def test_have_every_group(self):
        self.decide(self.sum(groups=[]))
        self.assert_violation("sums of [] are said, not of ['half:0', 'half:1']")

    def test_a_gap_that_is_not_there_is_not_said(self):
        widened = messages.message("evidence.v1.EvidenceMoved", district="d", school="s", indicator="reading",
                                   trigger=GAP_WIDENED, group="half:0", met=True)
        self.decide(self.sum(), widened)
        self.assert_violation("the gap of d/s on reading half:0 does not hold, and is said")

    def test_the_district_takes_over_what_the_school_said(self):
        _, = self.decide(self.sum())
        other = self.sum(students=11).sums
        self.topics.decide("evidence", "evidence.0.10", [messages.message(
            "evidence.v1.DistrictChangesSummed", district="d", school="s", indicator="reading", sums=other)], subject="d")
        self.assert_violation("the district took over other sums of d/s/reading than were said")

    def test_what_no_team_moved_is_not_taken_over(self):
        unmoved, said, taken = self.sum(students=11), self.sum(), self.sum().sums
        del unmoved.teams[:]
        self.decide(unmoved, said)
        self.topics.decide("evidence", "evidence.0.10", [messages.message(
            "evidence.v1.DistrictChangesSummed", district="d", school="s", indicator="reading", sums=taken)], subject="d")
        self.assertFalse([one for one in self.check().violations if "took over" in one])


class SchoolYears(CheckerTest):
    """The year began on 7 September: the baselines are of its first days, and of the cycle's baseline days, too."""
    FIRST_DAY = DAY - 79

    def watch_year(self, last="2027-06-18"):
        calendar = {"terms": [{"first": "2026-09-07", "last": last}]}
        district = {"district": "d", "time_zone": "UTC", "policy": POLICY, "calendar": calendar}
        cycle = {"district": "d", "school": "s", "team": "t", "cycle": "c", "state": 1, "start": "2026-11-23",
                 "end": "2026-12-11", "baseline_from": "2026-09-20", "mid_cycle": "2026-12-03",
                 "indicators": [{"indicator": "reading"}]}
        self.topics.decide("evidence", self.topics.command("evidence"), [
            messages.message("plans.v1.DistrictNoted", district=district),
            messages.message("evidence.v1.CycleWatched", cycle=cycle)])

    def behind(self, met=True):
        return messages.message("evidence.v1.EvidenceMoved", district="d", school="s", team="t", indicator="reading",
                                trigger=BEHIND_FOR_YEAR, met=met)

    def push_from(self, day, percent=60):
        self.push("r0", [recorded(self.STUDENTS, what="b", day=day, percent=percent)],
                  [(f"b{one}", ACCEPTED) for one in self.STUDENTS])

    def violations(self):
        return [one for one in self.check().violations if "for the year" in one]

    def test_a_team_that_is_behind_has_to_be_said(self):
        self.watch_year()
        self.push_from(self.FIRST_DAY)
        self.push_complete()
        self.assert_violation("behind for the year of d/s/t on reading holds, and is not said")

    def test_and_is_said(self):
        self.watch_year()
        self.push_from(self.FIRST_DAY)
        _, _, behind = self.push_complete(self.behind())
        self.topics.decide("cycles", behind, [
            messages.message("cycles.v1.ReviewOpened", review={
                "district": "d", "school": "s", "team": "t", "indicator": "reading", "trigger": BEHIND_FOR_YEAR}),
            messages.message("cycles.v1.ConditionRaised", condition={
                "district": "d", "school": "s", "team": "t", "indicator": "reading", "trigger": BEHIND_FOR_YEAR,
                "severity": WARNING})])
        self.assertEqual(self.violations(), [])

    def test_a_first_result_that_comes_too_late_is_no_baseline(self):
        self.watch_year()
        self.push_from(DAY - 30)  # the 36th day
        self.push_complete(self.behind())
        self.assert_violation("behind for the year of d/s/t on reading does not hold, and is said")

    def test_a_first_result_stays_the_baseline_when_others_follow(self):
        self.watch_year()
        self.push_from(self.FIRST_DAY, percent=40)
        self.push("r2", [recorded(self.STUDENTS, what="c", day=DAY - 70, percent=60)],
                  [(f"c{one}", ACCEPTED) for one in self.STUDENTS])
        self.push_complete(self.behind())  # they grew from 40 to 50
        self.assert_violation("behind for the year of d/s/t on reading does not hold, and is said")

    def test_nobody_is_behind_for_a_year_that_is_over(self):
        self.watch_year(last="2026-11-24")
        self.push_from(self.FIRST_DAY)
        self.push("r1", [recorded(self.STUDENTS, day=DAY - 1), self.behind()], [(i, ACCEPTED) for i in self.STUDENTS])
        self.assert_violation("behind for the year of d/s/t on reading does not hold, and is said")


class Bases(CheckerTest):
    """Whether changes are compared at all depends on scales and norms."""

    def setUp(self):
        super().setUp()
        self.define("")

    def define(self, scale):
        self.topics.decide("evidence", self.topics.command("evidence"), [
            messages.message("evidence.v1.AssessmentsAdopted", district="d", assessments=[
                {"assessment": name, "indicators": ["reading"], "scale_max": 100, "scale": scale}
                for name in ("check", "harder")])], subject="d")

    def adopt(self, **means):
        self.topics.decide("evidence", self.topics.command("evidence"), [
            messages.message("evidence.v1.NormsAdopted", district="d", norms=[
                {"assessment": name, "n": 400, "mean": mean, "sd": 100_000} for name, mean in means.items()])],
            subject="d")

    def push_both(self, *more):
        """60 % of the first assessment, 50 % of the second."""
        self.push_baseline()
        batch = recorded(self.MOST)
        for one in batch.results:
            one.assessment = "harder"
        return self.push("r1", [batch, moved(COMPLETE), *more], [(i, ACCEPTED) for i in self.MOST])

    def test_nothing_is_found_between_assessments_without_either(self):
        self.push_both(moved(OFF_TRACK))
        self.assert_violation("off_track does not hold of d/s/t in c on reading , and is said")

    def test_on_one_scale_a_fall_has_to_be_said(self):
        self.define("points")
        self.push_both()
        self.assert_violation("off_track holds of d/s/t in c on reading , and is not said")

    def test_by_norms_a_fall_is_one_behind_the_district(self):
        self.adopt(check=600_000, harder=560_000)
        self.push_both()
        self.assert_violation("off_track holds of d/s/t in c on reading , and is not said")

    def test_and_none_when_the_district_fell_as_far(self):
        self.adopt(check=600_000, harder=480_000)
        self.push_both(moved(OFF_TRACK))
        self.assert_violation("off_track does not hold of d/s/t in c on reading , and is said")

    def test_a_norm_is_followed_when_cycles_are_evaluated_anew(self):
        self.push_both()
        self.adopt(check=600_000, harder=560_000)
        self.topics.decide("evidence", "timer.evidence.0.compared_anew/d/s@0", [
            messages.message("evidence.v1.EvidenceSummarized", **AT)])
        self.assert_violation("off_track holds of d/s/t in c on reading , and is not said")


class Columns(CheckerTest):
    """Results that are recorded column by column are results."""

    def test_they_count(self):
        self.push("r1", [in_columns(recorded(self.MOST))], [(i, ACCEPTED) for i in self.MOST])
        self.assert_violation("evidence_complete holds of d/s/t in c on reading , and is not said; 12 of 15")

    def test_they_are_what_was_acknowledged(self):
        self.push("r1", [in_columns(recorded(self.MOST[:3]))], [(i, CORRECTED) for i in self.MOST[:3]])
        self.assert_violation("is not recorded so")

    def test_they_are_read_as_the_proto_says(self):
        batch = messages.message("evidence.v1.ResultsRecorded")
        made = batch.columns
        made.count = 3
        made.source_id.base32 = base64.b32decode("BBBBBBBBCCCCCCCCDDDDDDDD")
        made.source_id.base32_length = 8
        made.source_id.prefixes = base64.b32decode("NEARAFAR")
        made.source_id.prefix_length = 4
        made.source_id.runs.extend([2, 1])
        made.student.texts.extend(["one", "other"])
        made.student.indexes.extend([1, 0, 1])
        made.team.texts.append("t")
        made.day.least = DAY
        made.day.above_least.extend([0, 1, 0])
        made.score.decimals.least = 855
        made.score.decimals.above_least.extend([0, 145])
        made.score.digits = 1
        made.score.without.append(1)
        made.rest_rows.append(1)
        made.rest.add(retracted=True)
        first, second, third = columns.results_of(batch)
        self.assertEqual((first.source_id, first.student, first.team, first.day, first.score),
                         ("nearbbbbbbbb", "other", "t", DAY, 85.5))
        self.assertEqual((second.source_id, second.student, second.day, second.HasField("score"), second.retracted),
                         ("nearcccccccc", "one", DAY + 1, False, True))
        self.assertEqual((third.source_id, third.student, third.score, third.retracted), ("afardddddddd", "other", 100, False))
        made.student.indexes.append(0)
        self.assertRaises(columns.Contradiction, columns.results_of, batch)


class Rules(CheckerTest):
    """What results and rosters alone demand."""

    def test_complete_has_to_be_said(self):
        self.push("r1", [recorded(self.MOST)], [(i, ACCEPTED) for i in self.MOST])
        self.assert_violation("evidence_complete holds of d/s/t in c on reading , and is not said; 12 of 15")

    def test_and_not_before_it_is(self):
        _, complete = self.push("r1", [recorded(self.MOST[1:]), moved(COMPLETE)], [(i, ACCEPTED) for i in self.MOST[1:]])
        self.topics.decide("cycles", complete, [opened(COMPLETE)])
        self.assert_violation("evidence_complete does not hold of d/s/t in c on reading , and is said; 11 of 15")

    def test_results_outside_the_window_do_not_count(self):
        batch = recorded(self.MOST)
        batch.results[0].day = DAY - 30
        _, complete = self.push("r1", [batch, moved(COMPLETE)], [(i, ACCEPTED) for i in self.MOST])
        self.topics.decide("cycles", complete, [opened(COMPLETE)])
        self.assert_violation("evidence_complete does not hold of d/s/t in c on reading , and is said; 11 of 15")

    def test_a_result_taken_back_ends_it(self):
        _, complete = self.push_complete()
        self.topics.decide("cycles", complete, [opened(COMPLETE)])
        gone = recorded("0", CORRECTED)
        gone.results[0].retracted = True
        gone.results[0].ClearField("score")
        self.push("r2", [gone], [("0", CORRECTED)])
        self.assert_violation("evidence_complete does not hold of d/s/t in c on reading , and is said; 11 of 15")

    def test_a_student_who_left_is_not_counted(self):
        self.push("r1", [recorded(self.MOST[1:])], [(i, ACCEPTED) for i in self.MOST[1:]])
        self.topics.decide("evidence", self.topics.command("evidence"), [
            messages.message("evidence.v1.RosterChanged", district="d", school="s", students=[
                {"student": "student 14"}, {"student": "student 13"}])])
        self.assert_violation("evidence_complete holds of d/s/t in c on reading , and is not said; 11 of 13")

    def test_off_track_has_to_be_said(self):
        self.push_baseline()
        self.push_complete()
        self.assert_violation("off_track holds of d/s/t in c on reading , and is not said")

    def test_and_not_of_a_team_that_grows(self):
        self.push_baseline(percent=40)
        _, _, off_track = self.push_complete(moved(OFF_TRACK))
        self.topics.decide("cycles", off_track, [opened(OFF_TRACK), raised(OFF_TRACK)])
        self.assert_violation("off_track does not hold of d/s/t in c on reading , and is said")


    def test_nor_of_less_than_a_smallest_cell(self):
        self.push_baseline()
        few = self.STUDENTS[:9]
        self.push("r1", [recorded(few)], [(i, ACCEPTED) for i in few])
        self.assertEqual(self.check().violations, [])

    def test_off_track_that_is_neither_found_nor_gone_stays_as_it_was(self):
        self.push_baseline(percent=50)
        spread = recorded(self.MOST, percent=50)
        for i, one in enumerate(spread.results):
            one.ppm += 20000 * (i % 5 - 2) - 19000  # of twelve, by chance once in ten times
        self.push("r1", [spread, moved(COMPLETE), moved(OFF_TRACK)], [(i, ACCEPTED) for i in self.MOST])
        self.assert_violation("off_track changed of d/s/t in c on reading , and is open")

    def test_a_test_is_said_as_it_is(self):
        said = moved(OFF_TRACK)
        said.test.log_evidence = 7  # 5.5 log 4 is 7.6
        self.push_baseline()
        self.push_complete(said)
        self.assert_violation("and 7.0 is said")

    def test_a_look_is_due_at_mid_cycle(self):
        self.push_complete()
        self.topics.decide("evidence", "timer.evidence.0.mid_cycle/d/s/t/c@0", [
            messages.message("runtime.v1.CommandAnswered")])
        self.assert_violation("mid_cycle holds of d/s/t in c on reading , and is not said; 12 of 15")

    def test_and_at_no_other_time(self):
        self.push_complete(moved(MID_CYCLE))
        self.assert_violation("mid_cycle changed of d/s/t in c on reading , and is open")


class Gaps(CheckerTest):
    STUDENTS = [str(i) for i in range(24)]

    def push_apart(self, *more):
        even, odd = self.STUDENTS[::2], self.STUDENTS[1::2]
        before = recorded(even, what="b", day=DAY - 30, percent=59)
        before.results.extend(recorded(odd, what="b", day=DAY - 30, percent=60).results)
        self.push("r0", [before], [(f"b{one}", ACCEPTED) for one in even + odd])
        batch = recorded(even, percent=61)
        batch.results.extend(recorded(odd, percent=95).results)
        return self.push("r1", [batch, moved(COMPLETE), *more], [(i, ACCEPTED) for i in even + odd])

    def test_of_a_group_that_fell_behind_has_to_be_said(self):
        self.push_apart()
        self.assert_violation("gap_widened holds of d/s/t in c on reading half:0, and is not said")

    def test_and_not_of_the_one_that_did_not(self):
        self.push_apart(moved(GAP_WIDENED, group="half:0"), moved(GAP_WIDENED, group="half:1"))
        violations = [one for one in self.check().violations if "gap_widened" in one]
        self.assertEqual(len(violations), 1, violations)
        self.assertIn("does not hold of d/s/t in c on reading half:1, and is said", violations[0])

    def test_nor_of_one_that_lost_a_lead(self):
        even, odd = self.STUDENTS[::2], self.STUDENTS[1::2]
        before = recorded(even, what="b", day=DAY - 30, percent=60)
        before.results.extend(recorded(odd, what="b", day=DAY - 30, percent=90).results)
        self.push("r0", [before], [(f"b{one}", ACCEPTED) for one in even + odd])
        now = recorded(even + odd, percent=95)
        self.push("r1", [now, moved(COMPLETE)], [(one, ACCEPTED) for one in even + odd])
        self.assertEqual([one for one in self.check().violations if "gap_widened" in one], [])


if __name__ == "__main__":
    unittest.main()
