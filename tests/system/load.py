"""A district at work: schools that are founded one after the other, each with teams whose evidence
comes in, goes bad, is corrected and taken back, so that every rule is met and ceases to be. What is
acknowledged is written down for the checker, one line a call."""
import datetime
import json
import random
import threading

from calls import Refused

DISTRICT = "chaos"
SOURCE = "sis"
INDICATOR = "reading"
STUDENTS = 24  # of a team; half of them in the group that falls behind
PAUSE_S = 0.02  # between two calls of a pusher
OUTCOMES = ("UNSPECIFIED", "ACCEPTED", "DUPLICATE", "CORRECTED", "QUARANTINED", "UNSCORED")


def monday():
    """The start of the window that holds today, in the district's zone."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return today - datetime.timedelta(days=today.weekday())


class Acknowledged:
    """The file of what callers were told. Thread-safe."""

    def __init__(self, path, caller):
        """`caller`: as whom the services know them; empty where they ask for no credentials."""
        self._file = open(path, "w", encoding="utf-8")
        self._caller = {"caller": caller} if caller else {}
        self._lock = threading.Lock()
        self.results = 0

    def write(self, request_id, school, results, outcomes):
        line = {"request_id": request_id, "district": DISTRICT, "school": school, "source": SOURCE,
                "results": [[one["source_id"], OUTCOMES[outcome]] for one, outcome in zip(results, outcomes)],
                **self._caller}
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            self.results += len(results)

    def close(self):
        self._file.close()


def found_district(caller):
    caller.call("plans.CreateDistrict", request_id="district", district={
        "district": DISTRICT, "name": "Chaos", "time_zone": "UTC"})
    caller.settle("evidence.DefineAssessments", "assessments", district=DISTRICT, assessments=[
        {"assessment": "check", "kind": 5, "scale_max": 100, "indicators": [INDICATOR]}])


class School:
    """One school's life, a call at a time: `live` yields after each."""

    def __init__(self, name, seed, caller, acknowledged, stop):
        self.name = name
        self._random = random.Random(seed)
        self._caller = caller
        self._acknowledged = acknowledged
        self._stop = stop
        self._calls = 0
        self._teams = [f"t{i}" for i in range(self._random.randint(1, 3))]
        self._students = [f"{name}-{team}-{i}" for team in self._teams for i in range(STUDENTS)]

    def _id(self):
        self._calls += 1
        return f"{self.name}.{self._calls}"

    def live(self):
        yield from self._open()
        yield from self._push("before", self._before, monday() - datetime.timedelta(days=7))
        yield from self._push("now", self._behind)
        for _ in range(self._random.randint(1, 3)):
            yield self._answer_reviews()
            yield from self._push("now", lambda student: 95)
            yield self._acknowledge_alerts()
            yield from self._push("now", self._behind)
        yield self._take_access()
        yield from self._take_back()

    def _open(self):
        at = {"district": DISTRICT, "school": self.name}
        yield self._caller.call("plans.UpsertSchool", request_id=self._id(), school=at)
        yield self._caller.call("plans.UpsertTeams", request_id=self._id(), **at, teams=[
            {"team": team, "active": True} for team in self._teams])
        yield self._caller.settle(
            "evidence.UpdateRoster", self._id(), **at,
            classes=[{"class_id": self._class_of(team), "team": team} for team in self._teams],
            students=[{"student": one, "class_ids": [self._class_of(one.split("-")[1])],
                       "groups": ["income:low" if self._is_low(one) else "income:other"]} for one in self._students])
        for team in self._teams:
            yield self._caller.settle(
                "cycles.ScheduleCycle", self._id(), until=self._stop.is_set, **at, team=team,
                start=monday().isoformat(), indicators=[INDICATOR])

    def _class_of(self, team):
        return f"{self.name}-{team}"

    @staticmethod
    def _is_low(student):
        return int(student.rsplit("-", 1)[1]) % 2 == 0

    def _before(self, student):
        return 50 if self._is_low(student) else 60

    def _behind(self, student):
        return 30 if self._is_low(student) else 58

    def _result(self, what, student, score, date=None):
        return {"source_id": f"{what}-{student}", "student": student, "school": self.name, "assessment": "check",
                "class_id": self._class_of(student.split("-")[1]), "score": score + self._random.uniform(-9, 5),
                "date": (date or monday()).isoformat()}

    def _push(self, what, score, date=None):
        """A result of every student, in batches of any size, with some that are no good."""
        students = list(self._students)
        self._random.shuffle(students)
        while students:
            size = self._random.randint(5, 40)
            batch = [self._result(what, one, score(one), date) for one in students[:size]]
            students = students[size:]
            if self._random.random() < 0.3:
                batch.append({**batch[0], "source_id": self._id(), "score": 140.0})
            if self._random.random() < 0.3:
                batch.append({**batch[0], "source_id": self._id(), "student": "nobody"})
            if self._random.random() < 0.3:
                batch.append(dict(batch[0]))
            yield self._ingest(batch)
            if self._random.random() < 0.2:
                yield self._ingest(batch)  # as a system does that was not sure

    def _take_back(self):
        students = self._random.sample(self._students, len(self._students) // 2)
        yield self._ingest([{**self._result("now", one, 0), "retracted": True} for one in students])
        yield self._ingest([self._result("now", one, 70) for one in students])

    def _ingest(self, batch):
        request_id = self._id()
        answer = self._caller.call("evidence.IngestResults", request_id=request_id, district=DISTRICT, source=SOURCE,
                                   results=batch)
        self._acknowledged.write(request_id, self.name, batch, answer.outcomes)

    def _answer_reviews(self):
        found = self._caller.read("cycles.ListReviews", district=DISTRICT, school=self.name, open_only=True)
        for review in found.reviews:
            self._unless_too_late("cycles.AnswerReview", review=review.review, answer=1)

    def _acknowledge_alerts(self):
        found = self._caller.read("notifications.ListAlerts", district=DISTRICT, school=self.name)
        for alert in found.alerts[:3]:
            self._unless_too_late("notifications.AcknowledgeAlert", alert=alert.alert, acknowledged_by="a leader")

    def _take_access(self):
        taken = self._caller.call("plans.TakeEmergencyAccess", request_id=self._id(), district=DISTRICT,
                                  school=self.name, reason="A child is missing after the trip.")
        self._unless_too_late("plans.EndEmergencyAccess", access=taken.access.access)

    def _unless_too_late(self, method, **fields):
        try:
            self._caller.call(method, request_id=self._id(), district=DISTRICT, school=self.name, **fields)
        except Refused as refused:
            if refused.code.name != "FAILED_PRECONDITION":
                raise


class Pusher(threading.Thread):
    """Founds school after school until told to stop, and then finishes the call in hand."""

    def __init__(self, number, seed, caller, acknowledged):
        super().__init__(name=f"pusher {number}", daemon=True)
        self._number = number
        self._random = random.Random(seed * 1000 + number)
        self._caller = caller
        self._acknowledged = acknowledged
        self._stop_asked = threading.Event()
        self.calls = 0
        self.schools = 0
        self.failure = None

    def run(self):
        try:
            while not self._stop_asked.is_set():
                name = f"s{self._number}.{self.schools}"
                self.schools += 1
                school = School(name, self._random.random(), self._caller, self._acknowledged, self._stop_asked)
                for _ in school.live():
                    self.calls += 1
                    if self._stop_asked.wait(PAUSE_S):
                        return
        except Exception as failure:  # looked at by whoever waits for this thread
            if not (self._stop_asked.is_set() and isinstance(failure, Refused)):
                self.failure = failure

    def stop(self):
        self._stop_asked.set()


class Load:
    """The district, founded, and its pushers at work."""

    def __init__(self, caller, seed, folder, pushers=3, known_as=""):
        """`known_as`: as whom the services know `caller`; empty where they ask for no credentials."""
        self.path = folder / "acknowledged.jsonl"
        self.caller = caller
        self.acknowledged = Acknowledged(self.path, known_as)
        found_district(self.caller)
        self._pushers = [Pusher(i, seed, self.caller, self.acknowledged) for i in range(pushers)]
        for pusher in self._pushers:
            pusher.start()

    @property
    def schools(self):
        return sum(pusher.schools for pusher in self._pushers)

    def check(self):
        for pusher in self._pushers:
            if pusher.failure is not None:
                raise pusher.failure

    def progress(self):
        """A condition: every pusher has got on with so many calls since now."""
        before = [pusher.calls for pusher in self._pushers]

        def has_moved(calls=3):
            self.check()
            return all(pusher.calls >= was + calls for pusher, was in zip(self._pushers, before))
        return has_moved

    def finish(self):
        """Every call has its answer."""
        for pusher in self._pushers:
            pusher.stop()
        for pusher in self._pushers:
            pusher.join()
        self.acknowledged.close()
        self.check()
