"""The board in a browser: every page of a district that was lived in, wide and narrow, in light and dark; what happens is seen as it
happens; forms are refused and taken; and names that somebody meant to do harm with do none. Pictures of all pages are put into the
build folder."""
import datetime
import os
import pathlib
import shutil
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

from board_browser import ROOT, Browser
from board_district import THROUGHLINE, BoardDistrict, truth
from parts import wait_until

PICTURES = pathlib.Path(THROUGHLINE).parent.parent / "board"
PAGES = {
    "choose": "#/", "overview": "#/riverbend", "questions": "#/riverbend/questions/alder", "school": "#/riverbend/school/alder",
    "school-rogue": "#/riverbend/school/cedar", "team": "#/riverbend/team/alder/grade-3", "alerts": "#/riverbend/alerts",
    "indicator": "#/riverbend/indicator/alder/grade-3/close-reading", "indicator-school": "#/riverbend/indicator/alder/close-reading",
    "indicator-classes": "#/riverbend/indicator/cedar/grade-4/close-reading",
    "practices": "#/riverbend/practices", "practice": "#/riverbend/practice/think-pair-share", "calendar": "#/riverbend/calendar",
    "quarantine": "#/riverbend/quarantine", "commands": "#/riverbend/commands",
    "command": "#/riverbend/command/RecordDesign?school=alder", "plan-form": "#/riverbend/command/DraftSitePlan?school=alder&plan=2026",
    "plan": "#/riverbend/plan/alder",
    "nowhere": "#/riverbend/nowhere", "command-nowhere": "#/riverbend/command/NoSuchAction",
}
OF_LOOKS = ["color-contrast", "link-in-text-block", "target-size"]  # what is another thing in other colours, and on a phone
NASTY = '<img src=x onerror="alert(1)"> "><script>alert(2)</script> ${alert(3)}'
ARABIC = "مدرسة النور \u202eنص معكوس"
FAMILY = "👩‍👩‍👧‍👦 Ünïcode 学校"
FIRST = truth.start_of(3)  # the first day of the cycle that is under way


def low(i):
    return 5 + i % 7


class BoardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="throughline.board.")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        PICTURES.mkdir(parents=True, exist_ok=True)
        cls.district = BoardDistrict(pathlib.Path(cls.folder) / "data")
        cls.addClassCleanup(lambda: cls.district.end())
        cls.browser = Browser(f"http://{cls.district.http}")
        cls.addClassCleanup(lambda: cls.browser.end())
        cls.prepare_a_visit()
        cls.begin_the_third_cycle()
        cls.set_a_cut_and_open_a_class()
        cls.make_the_other_district()

    @classmethod
    def prepare_a_visit(cls):
        """To Alder on the first day of the third cycle; one look-for is rated by a rubric of the district."""
        call = cls.district.call
        call("PUT", "/v1/rubrics/discussion", {"rubric": {"name": "Discussion", "levels": 3, "criteria": [
            {"criterion": "questions", "name": "Questions", "descriptors": ["The teacher asks.", "Students ask the teacher.", "Students ask each other."]}]}})
        call("POST", "/v1/rubrics/discussion:publish", {})
        cls.district.clock.settle()
        cls.visit = call("POST", "/v1/visits:plan", {"host": "alder", "date": str(FIRST), "visitors": ["birch", "cedar"]})["visit"]["visit"]
        call("POST", f"/v1/visits/{cls.visit}:prepare", {
            "host": "alder", "school": "alder", "problemOfPractice": "Questions ask for recall only.", "lookFors": [
                {"lookFor": "citing", "statement": "Students cite a line.", "indicator": "close-reading"},
                {"lookFor": "asking", "statement": "Students ask questions.", "practice": truth.PAIRS,
                 "rubric": "discussion", "criterion": "questions", "seenFrom": 2}]})
        cls.survey = call("POST", "/v1/surveys:open", {"school": "alder", "name": "Drivers, winter", "firstDay": str(FIRST),
                                                       "lastDay": str(FIRST + datetime.timedelta(days=11))})["round"]["round"]

    @classmethod
    def begin_the_third_cycle(cls):
        """One team designs already, the others analyze; a batch came of which nothing can be used."""
        district = cls.district
        district.move_to(FIRST)
        cycle = district.cycle_of("alder", "grade-3", "ANALYZE")["cycle"]
        district.call("POST", f"/v1/cycles/{cycle}:recordAnalysis", {"school": "alder", "analysis": {
            "problemOfPractice": "Few students cite the text.", "problem": "few-cite", "evidence": "Exit slips",
            "challenge": "They do not know where to look.", "challengeSource": "CHALLENGE_SOURCE_STUDENTS",
            "probingQuestions": ["I wonder how to begin."]}})
        district.call("POST", f"/v1/cycles/{cycle}:endPhase", {"school": "alder", "phase": "CYCLE_STATE_ANALYZE"})
        district.call("POST", "/v1/results:ingest", {"source": "sis", "results": [
            {"sourceId": f"bad.{i}", "student": f"alder.grade-3.{i:02}", "lineItem": "alder.grade-3", "score": 400, "date": str(FIRST)}
            for i in range(3)] + [{"sourceId": "bad.who", "student": "nobody", "lineItem": "alder.grade-3", "score": 4, "date": str(FIRST)}]})
        district.clock.settle()

    @classmethod
    def set_a_cut_and_open_a_class(cls):
        """Who is proficient is known from now on; and half of a team are in another class, whose results of the week come with it."""
        call = cls.district.call
        known = {one["assessment"]: one for one in call("GET", "/v1/assessments")["assessments"]}
        check = known[f"{truth.READING}-check"]
        call("POST", "/v1/assessments:define", {
            "assessments": [check | {"proficiencyCut": 50}],
            "lineItems": [{"lineItem": "cedar.grade-4.b", "assessment": check["assessment"], "classId": "cedar.grade-4.b", "school": "cedar"}]})
        call("POST", "/v1/schools/cedar/roster:update", {
            "classes": [{"classId": "cedar.grade-4.b", "title": "Grade 4 b", "team": "grade-4"},
                        {"classId": "cedar.grade-4.c", "title": "Grade 4 c", "team": "grade-4"}],
            "keepEnrolments": True,
            "students": [{"student": f"cedar.grade-4.{i:02}", "classIds": ["cedar.grade-4.b"],
                          "groups": ["language:learner" if i % 2 else "language:fluent"]} for i in range(12, 24)]})
        cls.district.clock.settle()
        call("POST", "/v1/results:ingest", {"source": "sis", "results": [
            {"sourceId": f"class.{i}", "student": f"cedar.grade-4.{i:02}", "lineItem": "cedar.grade-4" if i < 12 else "cedar.grade-4.b",
             "score": 40 + i, "date": str(FIRST)} for i in range(24)]})
        cls.district.clock.settle()

    @classmethod
    def make_the_other_district(cls):
        """Whoever named things here meant harm, or writes another way; and one team is too small to be shown."""
        call = lambda *asked: cls.district.call(*asked, district="hostile")
        call("POST", "/v1/districts", {"district": {
            "district": "hostile", "name": NASTY, "timeZone": "America/Chicago",
            "calendar": {"terms": [{"first": str(truth.FIRST_DAY), "last": str(truth.LAST_DAY)}]},
            "priorities": [{"priority": "p", "statement": NASTY + FAMILY * 20}]}})
        long = "endless" * 1428 + "last"  # 10,000 characters and no space
        for school, name in (("s1", NASTY), ("s2", ARABIC), ("s3", FAMILY + "x" * 400)):
            call("PUT", f"/v1/schools/{school}", {"school": {"name": name}})
            call("POST", f"/v1/schools/{school}/teams:upsert", {"teams": [{"team": "t", "name": name, "active": True}]})
            call("PUT", f"/v1/schools/{school}/sitePlans/2026", {"plan": {
                "year": 2026, "priorities": [{"priority": "p", "statement": long if school == "s3" else name + " " + long,
                                              "problems": [{"problem": "x", "statement": name, "evidence": long}]}],
                "indicators": [{"indicator": "i", "statement": name, "priority": "p", "assessments": ["quiz"]}],
                "practices": [{"practice": "pr", "statement": name, "indicators": ["i"], "evidenceSources": ["quiz"]}]}})
        call("PUT", "/v1/practices/pr", {"practice": {"name": NASTY, "description": "مدرسة النور " + NASTY * 10, "components": [
            {"component": "c", "name": "🎓 Ünïcode 学校", "kind": "COMPONENT_KIND_CRITICAL"}]}})
        call("POST", "/v1/assessments:define", {"assessments": [{"assessment": "quiz", "title": NASTY, "kind": "ASSESSMENT_KIND_DAILY_CHECK", "scaleMax": 10,
                                                 "indicators": ["i"]}],
                                                "lineItems": [{"lineItem": "li", "assessment": "quiz", "classId": "c", "school": "s1"}]})
        call("POST", "/v1/schools/s1/roster:update", {"classes": [{"classId": "c", "title": NASTY, "team": "t"}],
                                                      "students": [{"student": f"s{i}", "classIds": ["c"]} for i in range(5)]})
        call("POST", "/v1/cycles:schedule", {"school": "s1", "team": "t", "start": str(FIRST), "indicators": ["i"]})
        cls.district.clock.settle()
        for day in (FIRST - datetime.timedelta(days=7), FIRST):
            call("POST", "/v1/results:ingest", {"source": "sis", "results": [
                {"sourceId": f"{i}.{day}", "student": f"s{i}", "lineItem": "li", "score": i, "date": str(day)} for i in range(5)]})
        call("POST", "/v1/silences", {"silence": {"comment": NASTY, "createdBy": NASTY, "matcher": {"school": "s1"},
                                                  "endsAtMs": str(int(time.time() + 200 * 86400) * 1000)}})
        cls.district.clock.settle()

    def setUp(self):
        self.browser.begin()
        self.browser.media(how={"colorScheme": "light", "forcedColors": "none", "media": "screen"})
        self.browser.complaints()

    def tearDown(self):
        self.assertEqual(self.browser.complaints(), [])

    def refused(self, status):
        """The browser notes every refusal: there was one at least, and nothing else to complain of."""
        complaints = self.browser.complaints()
        self.assertTrue(complaints)
        self.assertEqual([one for one in complaints if status not in one], [])

    def whole(self, name, width):
        """With nothing to complain of, and no wider than the window."""
        self.browser.resize(width=width)
        self.assertEqual(self.browser.complaints(), [], name)
        wide = f"[...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > {width} + 1).map((one) => one.outerHTML.slice(0, 200))"
        self.assertLessEqual(self.browser.evaluate(script="document.documentElement.scrollWidth"), width,
                             (name, self.browser.evaluate(script=wide)[:6]))
        self.browser.shot(to=str(PICTURES / f"{name}-{width}.png"))

    def test_every_page_is_whole_on_a_desk_and_a_phone_in_light_and_dark(self):
        for name, at in self.every_page().items():
            with self.subTest(page=name):
                self.browser.media(how={"colorScheme": "light"})
                self.browser.open(at=at)
                self.whole(name, 1280)
                self.assertEqual(self.browser.violations(), [])
                self.browser.media(how={"colorScheme": "dark"})
                self.whole(name, 320)
                self.assertEqual(self.browser.violations(rules=OF_LOOKS), [])

    def every_page(self):
        alert = self.district.call("GET", "/v1/alerts?trigger=TRIGGER_PRACTICE_STANDING")["alerts"][0]
        return PAGES | {"alert-standing": f"#/riverbend/alert/{urllib.parse.quote(alert['alert'])}?school={alert['school']}", "visit": f"#/riverbend/visit/alder/{self.visit}?school=birch", "survey": f"#/riverbend/survey/alder/{self.survey}"}

    def test_a_page_is_drawn_after_three_calls_at_most(self):
        """Who is signed in, the district, and what the page shows; the document of the API is a file. Once there is a stream the page
        is read again, for what happened until then: here there never is one."""
        self.browser.hold(at="**/*:watch*")
        asked = """performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname).filter((one) =>
            one.startsWith('/v1/') && !one.endsWith(':watch') && one !== '/v1/openapi.json')"""
        for name, at in self.every_page().items():
            with self.subTest(page=name):
                self.browser.open(at=at)
                calls = self.browser.evaluate(script=asked)
                self.assertLessEqual(len(calls), 3, calls)

    def test_what_a_browser_fetches_is_little_and_held_to_the_policy_that_the_readme_has(self):
        with urllib.request.urlopen(urllib.request.Request(f"http://{self.district.http}/", headers={"Accept": "text/html"})) as page:
            policy = page.headers["Content-Security-Policy"]
        self.assertIn(f"\n    {policy}\n", (ROOT / "services/gateway/board/README.md").read_text())
        fetched = """[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
            .filter((one) => !one.name.includes('/v1/')).map((one) => one.transferSize)"""
        for language in ("en", "es"):
            self.browser.begin()
            self.browser.cache(isOn=False)
            self.browser.open(at="#/riverbend", query=f"?lang={language}")
            sizes = self.browser.evaluate(script=fetched)
            self.assertGreater(min(sizes), 0, "nothing of it was kept")
            self.assertLess(sum(sizes), 100_000)
            self.assertLess(len(sizes), 14)

    def test_every_page_is_whole_at_twice_the_size(self):
        """Zoomed, a window of 1280 has room for 640; and letters alone twice as large."""
        for name, at in self.every_page().items():
            with self.subTest(page=name):
                self.browser.open(at=at)
                self.whole(f"{name}-zoom", 640)
                self.browser.evaluate(script="document.documentElement.style.fontSize = '200%'")
                self.whole(f"{name}-letters", 1280)
                self.whole(f"{name}-letters", 640)
                cut = """[...document.querySelectorAll('main button, main .badge, main label, main .node, main th')]
                    .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1 &&
                      getComputedStyle(one).display !== 'inline').map((one) => one.outerHTML)"""
                self.assertEqual(self.browser.evaluate(script=cut), [])

    def test_pages_are_readable_in_forced_colours(self):
        self.browser.media(how={"forcedColors": "active"})
        for name in ("overview", "practice", "team", "plan", "visit", "survey"):
            with self.subTest(page=name):
                self.browser.open(at=self.every_page()[name])
                self.whole(f"{name}-forced", 1280)
                self.assertEqual(self.browser.violations(), [])
        # The phase that it is now has a border of its own still.
        self.browser.open(at=PAGES["team"])
        border = "getComputedStyle(document.querySelector('.phase-steps .now')).borderTopWidth"
        self.assertEqual(self.browser.evaluate(script=border), "2px")

    def test_nothing_moves_where_somebody_wants_no_motion(self):
        moving = """[...document.querySelectorAll('*')].filter((one) => { const style = getComputedStyle(one);
            return style.transitionDuration !== '0s' || style.animationName !== 'none'; }).length"""
        for motion, expected in (("no-preference", 1), ("reduce", 0)):
            self.browser.media(how={"reducedMotion": motion})
            self.browser.open(at=PAGES["overview"])
            self.browser.press(key="Tab")
            self.assertEqual(self.browser.evaluate(script=moving), expected)
        self.browser.media(how={"reducedMotion": "no-preference"})

    def test_pages_are_printed_with_their_tables_and_without_what_can_be_pressed(self):
        shown = """[...document.querySelectorAll('header nav, .live-bar, .bar, footer, main button, .filters')]
            .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 100))"""
        for name in ("overview", "questions", "school", "team", "practice", "plan"):
            with self.subTest(page=name):
                self.browser.media(how={"media": "screen"})
                self.browser.open(at=PAGES[name])
                self.browser.paper(to=str(PICTURES / f"{name}.pdf"))
                self.browser.media(how={"media": "print", "colorScheme": "dark"})
                self.browser.resize(width=720)  # a sheet of paper
                self.browser.shot(to=str(PICTURES / f"{name}-print.png"))
                self.assertEqual(self.browser.evaluate(script=shown), [])
                self.assertEqual(self.browser.evaluate(script="getComputedStyle(document.documentElement).backgroundColor"), "rgb(255, 255, 255)")
                self.assertEqual(self.browser.count(css="details.numbers:not([open])"), 0)
                self.assertLessEqual(self.browser.evaluate(script="document.documentElement.scrollWidth"), 720)
                self.assertEqual(self.browser.violations(rules=["color-contrast"]), [])

    def test_names_that_mean_harm_do_none_and_too_few_students_are_said_to_be_so(self):
        pages = {"overview": "", "school": "/school/s1", "arabic": "/school/s2", "long": "/school/s3", "team": "/team/s1/t",
                 "indicator": "/indicator/s1/t/i", "practice": "/practice/pr", "practices": "/practices", "alerts": "/alerts", "calendar": "/calendar",
                 "quarantine": "/quarantine", "questions": "/questions/s1", "plan": "/plan/s1", "plan-long": "/plan/s3"}
        for name, at in pages.items():
            with self.subTest(page=name):
                self.browser.open(at=f"#/hostile{at}")
                self.whole(f"hostile-{name}", 1280)
                self.whole(f"hostile-{name}", 320)
                self.assertEqual(self.browser.count(css="img, main script, main iframe"), 0)
        self.browser.open(at="#/hostile/team/s1/t")
        self.browser.see(text="not shown: too few students")
        self.assertNotIn("5 of 5", self.browser.text(css="main"))
        self.browser.open(at="#/hostile/indicator/s1/t/i")
        self.assertGreater(self.browser.count(css=".withheld"), 0)

    def test_classes_and_gaps_stand_beside_each_other_and_what_is_hidden_is_said_to_be_so(self):
        self.browser.open(at=PAGES["indicator-classes"])
        self.browser.see(css="#classes ~ .multiples figure", text="Class cedar.grade-4.b")
        self.assertEqual(self.browser.count(css="#classes ~ .multiples figure"), 3)
        self.assertEqual(self.browser.count(css="#classes ~ .multiples figure:has-text('cedar.grade-4.c') .plane circle"), 0)
        self.assertGreater(self.browser.count(css="#classes ~ .multiples figure:has-text('cedar.grade-4.b') .plane circle"), 0)
        self.browser.see(css="#gaps ~ .multiples figure", text="SD")
        self.assertGreater(self.browser.count(css="#gaps ~ .multiples .plane circle"), 0)

    def test_schools_are_compared_by_who_is_proficient(self):
        self.browser.open(at=PAGES["overview"])
        self.browser.see(role="heading", name="Who is proficient: which schools differ by more than chance?")
        self.browser.see(css="#proficiency ~ figure", text="proficient students")
        self.assertGreater(self.browser.count(css="#proficiency ~ figure .plane circle"), 2)

    def test_a_new_baseline_of_a_run_chart_is_shown_with_its_reason(self):
        self.browser.open(at="#/riverbend/team/alder/grade-3")
        self.browser.click(css="#charts ~ ul a:has-text('Close reading')")
        self.browser.see(css=".plane circle")
        self.browser.see(text="it takes 10 to say whether they move by more than chance")
        self.browser.click(css="summary:has-text('Begin a new baseline')")
        self.browser.fill(label="From which day on", value=str(FIRST))
        self.browser.fill(label="Reason", value="Pairs are here to stay.")
        self.browser.click(role="button", name="Begin a new baseline")
        self.browser.see(css="main li:has-text('Pairs are here to stay.')")
        self.assertEqual(self.browser.count(css=".plane .today"), 1)

    def test_a_result_is_seen_by_the_team_as_it_comes(self):
        self.browser.open(at="#/riverbend/team/birch/grade-4")
        self.browser.see(text="0 of at least 20")
        self.browser.see(css=".live-bar.live")
        self.district.push("birch", "grade-4", FIRST, lambda i: 60 + i)
        self.browser.see(text="24 of 24")

    def test_an_alert_comes_live_is_explained_and_is_acknowledged(self):
        self.browser.open(at="#/riverbend/alerts?school=cedar")
        self.browser.see(css=".live-bar.live")
        self.district.push("cedar", "grade-3", FIRST, low)
        self.browser.see(css=".alert-item", text="Off track")
        self.browser.click(css=".alert-item:has-text('Off track') p a:has-text('matched students')")
        self.browser.see(role="heading", name="Why you see this")
        self.browser.click(css="summary", text="The statistical test behind it")
        for what in ("Matched students", "Evidence, log E", "The alert was raised."):
            self.browser.see(text=what)
        self.browser.shot(to=str(PICTURES / "alert.png"))
        self.assertEqual(self.browser.violations(), [])
        self.browser.click(role="button", name="Acknowledge: ")
        self.browser.fill(label="Who handles it", value="R. Okafor")
        self.browser.press(key="Enter")
        self.browser.see(text="Handled by")
        self.browser.see(text="R. Okafor")
        self.refused("400")  # that who it is was asked for

    def test_a_form_shows_what_is_refused_at_its_field_and_what_is_taken(self):
        self.browser.open(at="#/riverbend/alerts?trigger=TRIGGER_PRACTICE_STANDING")
        self.browser.click(css=".alert-item p a:has-text('promising')")
        self.browser.click(text="Snooze it for a while")
        self.browser.click(role="button", name="Snooze an alert")
        self.browser.see(text="This was not accepted:")
        self.browser.until(script="document.activeElement.className === 'summary refused'")
        self.assertEqual(self.browser.evaluate(script="document.querySelector('[aria-invalid]').labels[0].textContent"), "For how long")
        self.browser.see(css=".field.wrong .refusal", text="Choose one.")
        self.assertEqual(self.browser.violations(), [])
        self.browser.shot(to=str(PICTURES / "refused.png"))
        self.browser.choose(label="For how long", value="86400")
        self.browser.click(role="button", name="Snooze an alert")
        self.browser.see(css="main", text="Snoozed until")
        self.refused("400")

    def test_what_there_is_is_chosen_by_its_name_and_brings_what_follows_from_it(self):
        self.browser.open(at="#/riverbend/command/CancelCycle")
        cycle = self.district.cycle_of("dogwood", "grade-5", "ANALYZE")["cycle"]
        self.browser.choose(label="Cycle", value=cycle)
        said = "document.querySelector(\"[name='cycle']\").selectedOptions[0].textContent"
        self.assertIn("Dogwood Elementary, Grade 5 · Cycle 3", self.browser.evaluate(script=said))
        self.browser.until(script="document.querySelector(\"[name='school']\").value === 'dogwood'")
        self.assertEqual(self.browser.violations(), [])
        self.browser.shot(to=str(PICTURES / "chosen.png"))
        self.browser.fill(label="Reason", value="The team was merged.")
        self.browser.click(role="button", name="Cancel a cycle")
        self.browser.see(text="Done. The answer:")
        self.assertIsNone(self.district.cycle_of("dogwood", "grade-5", "ANALYZE"))

    def test_somebody_is_subscribed_to_alerts_and_no_more(self):
        self.browser.open(at="#/riverbend/alerts")
        self.browser.see(text="There is no subscription yet.")
        self.browser.click(css="summary", text="Subscribe somebody to alerts")
        self.browser.fill(label="Subscriber", value="Office of improvement")
        self.assertEqual(self.browser.count(css="#subscriptions ~ details [name^='subscription.digest']"), 0)
        self.browser.choose(label="Channel", value="CHANNEL_EMAIL_DIGEST")
        self.browser.click(role="button", name="Add: E-mail address")
        self.browser.fill(css="[name='subscription.digest.addresses.0']", value="office@district.example")
        self.browser.fill(css="[name='subscription.digest.hour']", value="6")
        self.browser.click(role="button", name="Subscribe, or change a subscription")
        self.browser.see(css=".field.wrong .refusal", text="This installation sends no mail")
        self.browser.choose(label="Channel", value="CHANNEL_STREAM")
        self.assertEqual(self.browser.count(css="#subscriptions ~ details [name^='subscription.digest']"), 0)
        self.browser.click(role="button", name="Subscribe, or change a subscription")
        self.browser.see(css="#subscriptions ~ ul", text="Office of improvement")
        self.assertEqual(self.browser.violations(), [])
        self.browser.shot(to=str(PICTURES / "subscriptions.png"))
        self.browser.click(css="summary", text="Change this subscription")
        self.browser.choose(css="#subscriptions ~ ul select[name='subscription.matcher.school']", value="alder")
        self.browser.click(css="#subscriptions ~ ul form button[type='submit']")
        self.browser.see(css="#subscriptions ~ ul", text="Alder Elementary")
        self.browser.open(at="#/riverbend/alerts")
        self.browser.click(css="summary", text="End this subscription")
        self.browser.click(role="button", name="End a subscription")
        self.browser.see(text="There is no subscription yet.")
        self.assertEqual(self.district.call("GET", "/v1/subscriptions")["subscriptions"], [])
        self.refused("400")

    def test_a_wave_is_on_the_page_of_its_practice_and_a_team_asks_for_a_place(self):
        days = [str(FIRST + datetime.timedelta(days=days)) for days in (5, 28)]
        wave = self.district.call("POST", "/v1/waves:plan", {"practice": truth.PAIRS, "askBy": days[0], "starts": [
            {"date": days[1], "places": 2}]})["wave"]["wave"]
        self.browser.open(at=PAGES["practice"])
        self.browser.see(css="#waves ~ table", text="teams may ask")
        self.assertEqual(self.browser.violations(), [])
        self.browser.shot(to=str(PICTURES / "waves.png"))
        self.browser.click(role="link", name="Ask for a place in a wave")
        self.browser.until(script=f"document.querySelector(\"[name='wave']\")?.value === '{wave}'")
        self.browser.choose(label="School", value="dogwood")
        self.browser.choose(label="Team", value="grade-5")
        self.browser.click(role="button", name="Ask for a place in a wave")
        self.browser.see(text="Done. The answer:")
        self.browser.open(at=PAGES["practice"])
        self.browser.see(css="#waves ~ table", text="Dogwood Elementary, Grade 5")

    def test_a_phase_is_ended_from_the_board_with_the_form_of_its_artefacts(self):
        self.browser.open(at="#/riverbend/team/dogwood/grade-3")
        self.browser.see(text="Still needed: the problem of practice")
        self.browser.click(text="End the phase: Analyze")
        self.browser.click(role="button", name="End the phase")
        self.browser.see(text="This was not accepted:")
        self.browser.click(text="Record the analysis")
        for label, value in (("Problem of practice", "Few cite."), ("Evidence", "Exit slips"), ("Challenge", "Where to look")):
            self.browser.fill(label=label, value=value)
        self.browser.choose(label="Who met the challenge", value="CHALLENGE_SOURCE_STUDENTS")
        self.browser.click(role="button", name="Add: Probing question")
        self.browser.fill(label="Probing question 1", value="I wonder how to begin.")
        self.browser.click(role="button", name="Record the analysis")
        self.browser.see(text="What this phase needs is recorded.")
        self.browser.click(role="button", name="End the phase")
        self.browser.see(text="Still needed: a theory of action")
        self.refused("400")

    def test_the_draft_of_a_plan_begins_with_the_plan_as_it_is(self):
        self.browser.open(at="#/riverbend/command/DraftSitePlan?school=birch&plan=2026")
        self.browser.see(role="button", name="Write the draft of a plan")
        statement = "[name='plan.priorities.0.statement']"
        self.assertEqual(self.browser.evaluate(script=f'document.querySelector("{statement}").value'), "Read closely.")
        self.browser.fill(css=statement, value="Read closely, and say why.")
        self.browser.click(role="button", name="Write the draft of a plan")
        self.browser.see(text="Done. The answer:")
        draft = self.district.call("GET", "/v1/schools/birch/sitePlans/2026")["draft"]
        self.assertEqual((draft["priorities"][0]["statement"], draft["measures"][0]["target"]), ("Read closely, and say why.", 50))
        # Whoever has seen an older one overwrites nobody's change.
        self.browser.click(role="button", name="Write the draft of a plan")
        self.browser.see(text="This was not accepted:")
        self.refused("409")

    def test_a_plan_is_saved_as_it_is_written_and_says_what_is_vague(self):
        self.browser.open(at="#/riverbend/school/dogwood")
        self.browser.click(role="link", name="Write the plan")
        self.browser.see(css="section:has(h2:text('2. Measures')) .badge", text="answered")
        self.browser.fill(css="[name='plan.measures.0.target']", value="")
        self.browser.see(css="section:has(h2:text('2. Measures')) .badge", text="vague")
        self.browser.see(css=".field:has([name='plan.measures.0.target'])", text="The measure has no target.")
        self.browser.see(css=".bar [role='status']:text-is('Saved')")
        self.browser.click(css="section:has(h2:text('4. High')) fieldset label:has-text('close reading')")
        self.browser.see(text="1 link is broken.")
        self.browser.see(css=".pathway .missing", text="Practice missing")
        self.browser.see(text="No practice serves the indicator close-reading.")
        self.browser.shot(to=str(PICTURES / "plan-vague.png"))
        self.assertEqual(self.browser.violations(), [])
        draft = self.district.call("GET", "/v1/schools/dogwood/sitePlans/2026")["draft"]
        self.assertNotIn("target", draft["measures"][0])
        self.assertNotIn("close-reading", draft["practices"][0]["indicators"])
        # A draft beside a plan in force is found with its own findings.
        self.browser.open(at="#/riverbend/plan/dogwood")
        self.browser.see(css=".field:has([name='plan.measures.0.target'])", text="The measure has no target.")

    def test_a_plan_with_an_unanswered_question_is_not_published_and_an_answered_one_is(self):
        self.browser.open(at="#/riverbend/plan/cedar")
        self.browser.click(role="button", name="Remove: Timeframe 1")
        self.browser.see(css="section:has(h2:text('6. Timeframes')) .badge", text="unanswered")
        self.browser.click(role="button", name="Publish the draft")
        self.browser.see(css=".summary.refused", text="Give a timeframe.")
        # What is refused stays unsaved, and nothing is published without it.
        self.browser.fill(css="[name='plan.measures.0.target']", value="500")
        self.browser.see(css=".bar", text="Not saved: something was refused")
        self.browser.click(role="button", name="Publish the draft")
        self.browser.see(css=".field.wrong:has([name='plan.measures.0.target'])", text="from 0 to 100")
        self.browser.fill(css="[name='plan.measures.0.target']", value="55")
        self.browser.click(role="button", name="Add: Timeframe")
        self.browser.fill(css="[name='plan.timeframes.0.statement']", value="Two weeks a cycle.")
        self.browser.fill(css="[name='plan.timeframes.0.cycleWeeks']", value="2")
        self.browser.click(role="button", name="Publish the draft")  # what was written last is saved first
        self.browser.see(css="main p:has-text('revision 2') .badge", text="published")
        plan = self.district.call("GET", "/v1/schools/cedar/sitePlans/2026")["plan"]
        self.assertEqual((plan["revision"], plan["timeframes"]), (2, [{"statement": "Two weeks a cycle.", "cycleWeeks": 2}]))
        self.refused("400")

    def test_a_plan_that_somebody_else_has_changed_is_not_overwritten(self):
        self.browser.open(at="#/riverbend/plan/birch")
        found = self.district.call("GET", "/v1/schools/birch/sitePlans/2026")
        plan = found.get("draft", found["plan"])
        self.district.call("PUT", "/v1/schools/birch/sitePlans/2026", {"plan": plan | {
            "evidenceUse": plan["evidenceUse"] | {"statement": "Written elsewhere."}}})
        self.browser.fill(css="[name='plan.evidenceUse.statement']", value="Written here.")
        self.browser.see(css=".bar", text="somebody else has changed the plan")
        self.browser.click(role="button", name="Show the plan as it is now")
        self.browser.until(script="document.querySelector(\"[name='plan.evidenceUse.statement']\")?.value === 'Written elsewhere.'")
        self.refused("409")

    def test_what_is_written_into_a_plan_outlives_a_lost_connection(self):
        self.browser.open(at="#/riverbend/plan/alder")
        self.district.end()
        self.browser.fill(css="[name='plan.evidenceUse.adjustmentPoint']", value="On Fridays.")
        self.browser.see(css=".bar", text="cannot be reached")
        self.district.start()
        self.browser.see(css=".bar [role='status']:text-is('Saved')")
        draft = self.district.call("GET", "/v1/schools/alder/sitePlans/2026")["draft"]
        self.assertEqual(draft["evidenceUse"]["adjustmentPoint"], "On Fridays.")
        self.browser.complaints()  # the browser notes what it could not reach

    def test_a_school_without_a_plan_begins_one(self):
        self.district.call("PUT", "/v1/schools/elm", {"school": {"name": "Elm Elementary"}})
        self.browser.open(at="#/riverbend/plan/elm")
        self.browser.fill(label="School year", value="2026")
        self.browser.click(role="button", name="Begin the plan")
        self.browser.see(css="section:has(h2:text('1. Priorities')) .badge", text="unanswered")
        self.browser.click(role="button", name="Add: Priority")
        self.browser.fill(css="[name='plan.priorities.0.statement']", value="Read closely.")
        self.browser.see(css="section:has(h2:text('1. Priorities')) .badge", text="vague")
        self.browser.see(text="The priority names no problem of practice.")
        self.refused("404")  # that there is no plan yet

    def phone(self, at):
        """On a phone: what can be pressed is as large as a thumb."""
        self.browser.open(at=at)
        self.browser.resize(width=320)
        small = """[...document.querySelectorAll('.touch button, .touch input:not([type=radio]), .touch select, .touch .pick')]
            .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""
        self.assertEqual(self.browser.evaluate(script=small), [])

    def write_room(self, number, minutes="15"):
        for name, value in (("grade", "3"), ("subject", "reading"), ("minutes", minutes), ("notes", f"Pairs at work.\nRoom {number}.")):
            self.browser.fill(css=f"#room-{name}", value=value)
        self.browser.click(css="#look-citing .pick", text="Seen")
        self.browser.click(css="#look-asking .pick", text="Students ask each other.")

    def test_rooms_of_a_visit_are_recorded_on_a_phone_also_without_a_connection(self):
        self.phone(f"#/riverbend/visit/alder/{self.visit}")
        self.browser.see(text="Say for which school you visit")
        self.browser.choose(css="#from", value="birch")
        self.browser.see(css="#room-grade")
        self.write_room(1)
        self.browser.click(role="button", name="Record room 1")
        self.browser.see(text="1 room is recorded.")
        self.write_room(2, minutes="")
        self.browser.click(role="button", name="Record room 2")
        self.browser.see(css=".rooms .refusal", text="It is from 1 to 240.")
        self.browser.click(role="button", name="Correct room 2")
        self.browser.fill(css="#room-minutes", value="10")
        self.browser.click(role="button", name="Record room 2")
        self.browser.see(text="2 rooms are recorded.")
        self.refused("400")
        self.district.end()
        self.write_room(3)
        self.browser.click(role="button", name="Record room 3")
        self.browser.see(text="There is no connection. 1 room is kept here")
        self.assertIn("Room 3.", self.browser.evaluate(script="JSON.stringify({ ...sessionStorage })"))
        self.write_room(4)
        self.browser.shot(to=str(PICTURES / "visit-lost.png"))
        self.assertEqual(self.browser.violations(), [])
        self.district.start()
        self.browser.see(text="3 rooms are recorded.")
        self.browser.complaints()  # the browser notes what it could not reach
        self.phone(f"#/riverbend/visit/alder/{self.visit}?school=birch")  # what was typed is there again
        self.assertEqual(self.browser.evaluate(script="document.querySelector('#room-notes').value"), "Pairs at work.\nRoom 4.")
        self.browser.click(role="button", name="Record room 4")
        self.browser.see(text="4 rooms are recorded.")
        # Whoever visits for the same school sees that they are recorded, and not what was seen.
        self.browser.evaluate(script="sessionStorage.clear()")
        self.phone(f"#/riverbend/visit/alder/{self.visit}?school=birch")
        self.browser.see(role="heading", name="Rooms that others of your school recorded, or you on another device")
        self.assertEqual(self.browser.count(css="#others ~ ul li"), 4)
        self.browser.see(role="button", name="Record room 5")
        self.phone(f"#/riverbend/visit/alder/{self.visit}?school=cedar")
        self.browser.see(role="button", name="Record room 1")
        held = self.district.call("POST", f"/v1/visits/{self.visit}:endStep", {"host": "alder", "school": "alder", "step": "VISIT_STATE_PACKET"})
        self.assertEqual([(one["rooms"], one["seen"]) for one in held["visit"]["shares"]], [(4, 4), (4, 4)])

    def test_a_visit_is_found_on_the_page_of_the_school_that_visits(self):
        self.browser.open(at="#/riverbend/school/birch")
        self.browser.click(role="link", name="Record rooms of the visit to Alder Elementary")
        self.browser.see(role="heading", name="Rooms of the visit to Alder Elementary")
        self.browser.until(script="document.querySelector('#from')?.value === 'birch'")

    def test_a_survey_is_answered_on_a_phone_and_changed(self):
        self.phone(f"#/riverbend/survey/alder/{self.survey}")
        self.browser.see(text="Everybody names the same few priorities")
        self.browser.click(role="button", name="Send your answers")
        self.browser.see(text="Choose a level.")
        self.browser.until(script="document.activeElement.id === 'DRIVER_FACTOR_STRATEGIC_FOCUS'")
        self.browser.evaluate(script="document.querySelectorAll('[id^=DRIVER] .pick:nth-child(3) input').forEach((one) => one.click())")
        self.browser.see(text="12 of 12 answered")
        self.browser.fill(label="Who answers", value="R. Okafor")
        self.browser.click(css="#group .pick", text="staff")
        self.assertEqual(self.browser.violations(), [])
        self.browser.click(role="button", name="Send your answers")
        self.browser.see(text="Your answers are in.")
        self.browser.click(css="#DRIVER_FACTOR_DISCIPLINED_INQUIRY .pick")
        self.browser.see(text="Your answers have changed since you sent them.")
        self.browser.click(role="button", name="Send your answers again")
        self.browser.see(text="Your answers are in.")
        # Whoever takes the phone next sees nothing of them.
        self.assertNotIn("DRIVER_FACTOR", self.browser.evaluate(script="JSON.stringify({ ...sessionStorage })"))
        self.browser.evaluate(script="location.hash = '#/riverbend/alerts'")
        self.browser.see(role="heading", name="Alerts")
        self.browser.evaluate(script="history.back()")
        self.browser.see(text="0 of 12 answered")

    def test_a_review_that_is_answered_waits_no_more(self):
        self.browser.open(at="#/riverbend/team/alder/grade-4")
        before = self.browser.count(css=".reviews > li")
        self.browser.click(css=".reviews summary:has-text('Answer')")
        self.browser.choose(label="Answer", value="REVIEW_ANSWER_KEEP_ON")
        self.browser.click(role="button", name="Answer the review")
        self.browser.until(script=f"document.querySelectorAll('.reviews > li').length === {before - 1}")

    def test_while_it_is_paused_nothing_changes_and_then_nothing_is_missing(self):
        self.browser.open(at="#/riverbend/alerts?school=birch")
        self.browser.see(css=".live-bar.live")
        self.browser.click(role="button", name="Pause")
        self.browser.see(text="Paused")
        self.district.push("birch", "grade-3", FIRST, low)
        wait_until(lambda: self.off_track("birch"), "the alert")
        # A stream that was not closed would have handed it on by then: it does so once a second.
        self.browser.evaluate(script="new Promise((done) => { setTimeout(done, 2500); })")
        self.assertEqual(self.browser.count(css=".alert-item:has-text('Off track')"), 0)
        self.browser.click(role="button", name="Go on")
        self.browser.see(css=".alert-item", text="Off track")

    def off_track(self, school):
        return self.district.call("GET", f"/v1/alerts?school={school}&trigger=TRIGGER_OFF_TRACK&unresolvedOnly=true")["alerts"]

    def test_a_lost_connection_is_said_and_what_came_meanwhile_is_caught_up(self):
        self.browser.open(at="#/riverbend/alerts?school=dogwood")
        self.browser.see(css=".live-bar.live")
        self.district.end()
        self.browser.see(text="Connection lost")
        self.browser.shot(to=str(PICTURES / "lost.png"))
        self.district.start()
        self.district.push("dogwood", "grade-4", FIRST, low)
        self.browser.see(text="nothing was missed")
        self.browser.see(css=".alert-item", text="Off track")
        self.assertEqual(self.browser.count(css=".alert-item:has-text('Off track')"), 1)
        self.browser.complaints()  # the browser notes what it could not reach

    def test_the_keyboard_is_enough(self):
        self.browser.open(at="#/riverbend")
        focused = "document.activeElement.textContent.trim()"
        self.browser.press(key="Tab")
        self.assertEqual(self.browser.evaluate(script=focused), "Skip to the content")
        self.browser.press(key="Enter")
        self.assertEqual(self.browser.evaluate(script=focused), "Riverbend")
        self.browser.open(at="#/riverbend")
        for _ in range(20):
            if self.browser.evaluate(script=focused) == "Alerts":
                break
            self.browser.press(key="Tab")
        self.assertNotEqual(self.browser.evaluate(script="getComputedStyle(document.activeElement).outlineStyle"), "none")
        self.browser.press(key="Enter")
        self.browser.until(script="location.hash === '#/riverbend/alerts'")
        self.browser.until(script="document.activeElement.tagName === 'H1'")
        self.assertEqual(self.browser.evaluate(script=focused), "Alerts")
        # Also where the heading comes with the answer.
        self.browser.open(at="#/riverbend/practices")
        self.browser.evaluate(script="document.querySelector('main details.numbers summary').focus()")
        for key in ("Tab", "Enter"):
            self.browser.press(key=key)
        self.browser.until(script="location.hash.startsWith('#/riverbend/practice/')")
        self.browser.until(script="document.activeElement.tagName === 'H1'")
        self.assertEqual(self.browser.evaluate(script="document.title"), self.browser.evaluate(script=focused) + " · Throughline")

    def test_the_district_is_chosen_and_kept_in_the_address(self):
        self.browser.open(at="#/")
        self.browser.fill(label="District", value="riverbend")
        self.browser.press(key="Enter")
        self.browser.see(role="heading", name="Riverbend")
        self.assertEqual(self.browser.evaluate(script="location.hash"), "#/riverbend")
        self.browser.open(at="#/nowhere")
        self.browser.see(text="There is no district nowhere")

    def test_it_speaks_spanish(self):
        self.browser.open(at="#/riverbend", query="?lang=es")
        self.assertEqual(self.browser.evaluate(script="document.documentElement.lang"), "es")
        self.browser.see(text="¿Qué estudiantes tienen más dificultades?")
        self.browser.shot(to=str(PICTURES / "overview-spanish.png"))
        self.assertEqual(self.browser.violations(), [])
        self.browser.open(at="#/riverbend/indicator/alder/nobody/close-reading", query="?lang=es")
        self.browser.see(css=".refused", text="No existe ese equipo.")
        self.browser.open(at="#/riverbend/plan/alder", query="?lang=es")
        self.browser.see(role="button", name="Añadir: Prioridad")
        self.browser.see(text="Pocas: un plan con más de tres está fragmentado.")
        self.assertEqual(self.browser.violations(), [])

    def test_what_others_have_written_is_as_they_have_it_on_npm(self):
        modules, vendor = ROOT / "build/node/node_modules", ROOT / "services/gateway/board/web/vendor"
        for file, origin in (("preact.mjs", "preact/dist/preact.mjs"), ("hooks.mjs", "preact/hooks/dist/hooks.mjs"),
                             ("htm.mjs", "htm/dist/htm.mjs"), ("LICENSE-preact.txt", "preact/LICENSE"), ("LICENSE-htm.txt", "htm/LICENSE")):
            self.assertEqual((vendor / file).read_bytes(), (modules / origin).read_bytes(), file)


if __name__ == "__main__":
    unittest.main()
