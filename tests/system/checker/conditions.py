"""From evidence to reviews, conditions and alerts: what each fact demands, computed again.

A downstream partition is walked decision by decision. The positions of a decision say which facts
of the upstream partition had been taken by then; for each of them, what it demands of the state at
that moment has to be what was decided on it, or nothing was demanded and nothing decided.
"""
from checker import messages

TRIGGERS = messages.enum("common.v1.Trigger")
STATES = messages.enum("cycles.v1.CycleState")
EFFECTS = messages.options_of_values("common.v1.Trigger", "common.v1.trigger_effect")
CADENCE = TRIGGERS.Value("TRIGGER_CADENCE")
OPENS_REVIEW = {trigger for trigger, effect in EFFECTS.items() if effect.opens_review}
RAISES_ALERT = {trigger for trigger, effect in EFFECTS.items() if effect.raises_alert}
OVER = {STATES.Value("CYCLE_STATE_CLOSED"), STATES.Value("CYCLE_STATE_CANCELLED")}


def key_of(about):
    """Of a condition, a review, or moved evidence: each holds at most once under it. What is of no cycle is of a team,
    a school or the district, or of one emergency access, visit, commitment, offer, wave or survey."""
    visit = f"{about.visit}/{about.commitment}" if getattr(about, "visit", "") else ""
    of_team = "/".join(filter(None, (about.team, getattr(about, "offer", ""), getattr(about, "wave", ""),
                                     getattr(about, "survey", ""))))
    whose = about.cycle or f"/{getattr(about, 'access', '') or visit or of_team}"
    practice = about.practice.practice if "practice" in about.DESCRIPTOR.fields_by_name else ""
    return (about.district, about.school, whose, about.trigger, about.indicator, about.group, practice)


class Cycles:
    """What a partition of events.cycles says holds."""
    upstream = "evidence"

    def __init__(self):
        self.over = {}  # (district, school, cycle): whether it is closed or cancelled
        self.holds = {}  # key: severity
        self.open_reviews = set()

    def demanded(self, fact):
        """What a fact of evidence demands now, as (event, key); None when it is not looked at."""
        if not fact.is_a("evidence.v1.EvidenceMoved"):
            return None
        moved = fact.message
        if moved.cycle and self.over.get((moved.district, moved.school, moved.cycle), True):
            return []
        key = key_of(moved)
        if not moved.met:
            return [("ConditionCleared", key)] if key in self.holds else []
        demanded = []
        if moved.trigger in OPENS_REVIEW and key not in self.open_reviews:
            demanded.append(("ReviewOpened", key))
        if moved.trigger in RAISES_ALERT and key not in self.holds:
            demanded.append(("ConditionRaised", key))
        return demanded

    @staticmethod
    def decided(decision):
        return [(event.full_name.rpartition(".")[2], _subject_of(event)) for event in decision.events]

    def apply(self, event, tally):
        name = event.full_name.removeprefix("throughline.cycles.v1.")
        if name in ("CycleScheduled", "PhaseReopened", "CycleClosed", "CycleCancelled"):
            cycle = event.message.cycle
            self.over[cycle.district, cycle.school, cycle.cycle] = cycle.state in OVER
        elif name == "ConditionRaised":
            condition = event.message.condition
            key = key_of(condition)
            if self.holds.get(key, -1) >= condition.severity:
                tally.violation(f"{event}: raised, and held already")
            self.holds[key] = condition.severity
            tally.count(f"conditions raised: {TRIGGERS.Name(condition.trigger)[8:].lower()}")
        elif name == "ConditionCleared":
            if self.holds.pop(key_of(event.message.condition), None) is None:
                tally.violation(f"{event}: cleared, and did not hold")
            tally.count("conditions cleared")
        elif name == "ReviewOpened":
            key = key_of(event.message.review)
            if event.message.review.trigger != CADENCE and key in self.open_reviews:
                tally.violation(f"{event}: opened, and was open already")
            self.open_reviews.add(key)
            tally.count("reviews opened")
        elif name == "ReviewAnswered":
            self.open_reviews.discard(key_of(event.message.review))


class Alerts:
    """What a partition of events.notifications says holds. A silence keeps an alert from being
    told, not from being raised. Alerts of emergency access follow from facts of plans, which are not compared: that
    each holds once until it is resolved is."""
    upstream = "cycles"

    def __init__(self):
        self.holds = {}  # key: severity

    def demanded(self, fact):
        if fact.is_a("cycles.v1.ConditionRaised"):
            condition = fact.message.condition
            key = key_of(condition)
            if key not in self.holds:
                return [("AlertRaised", key)]
            # The same with other numbers changes the alert, or nothing when they are the same.
            return [("AlertChanged", key)] if condition.severity > self.holds[key] else None
        if fact.is_a("cycles.v1.ConditionCleared"):
            key = key_of(fact.message.condition)
            return [("AlertResolved", key)] if key in self.holds else []
        return None

    @staticmethod
    def decided(decision):
        return [(event.full_name.rpartition(".")[2], _subject_of(event)) for event in decision.events]

    def apply(self, event, tally):
        name = event.full_name.removeprefix("throughline.notifications.v1.")
        if name not in ("AlertRaised", "AlertChanged", "AlertResolved"):
            return
        condition = event.message.alert.condition
        key = key_of(condition)
        if name == "AlertRaised":
            if key in self.holds:
                tally.violation(f"{event}: raised, and held already")
            tally.count("alerts raised")
        elif key not in self.holds:
            tally.violation(f"{event}: is about an alert that does not hold")
        if name == "AlertResolved":
            self.holds.pop(key, None)
            tally.count("alerts resolved")
        else:
            self.holds[key] = condition.severity


def _subject_of(event):
    message = event.message
    for field in ("condition", "review", "alert"):
        if field in message.DESCRIPTOR.fields_by_name:
            about = getattr(message, field)
            return key_of(about.condition if field == "alert" else about)
    return None


def check(rules, decisions, upstream_events, tally):
    """Walks one partition: `rules` is Cycles() or Alerts(), `upstream_events` the facts it reads."""
    facts = iter(upstream_events)
    pending = next(facts, None)
    topic = f"events.{rules.upstream}"
    for decision in decisions:
        taken = decision.position(topic)
        while pending is not None and pending.sequence <= taken:
            _compare(rules, pending, decision if pending.id == decision.cause else None, tally)
            pending = next(facts, None)
        for event in decision.events:
            rules.apply(event, tally)
    while pending is not None:
        _compare(rules, pending, None, tally)
        pending = next(facts, None)


def _compare(rules, fact, decision, tally):
    demanded = rules.demanded(fact)
    if demanded is None:
        return
    decided = [] if decision is None else rules.decided(decision)
    if sorted(demanded) != sorted(decided, key=str):
        tally.violation(f"{fact} demands {_text(demanded)}, and {_text(decided)} was decided")
    tally.count(f"facts of {rules.upstream} whose effects were computed again")


def _text(effects):
    return " and ".join(f"{name} of {key}" for name, key in effects) or "nothing"


def check_moves(decisions, tally):
    """In events.evidence: a rule that is met is said once until it is no longer met."""
    met = set()
    for decision in decisions:
        for event in decision.events:
            if not event.is_a("evidence.v1.EvidenceMoved"):
                continue
            key = key_of(event.message)
            if event.message.met == (key in met):
                tally.violation(f"{event}: {'met again' if event.message.met else 'no longer met, and was not'}")
            met.add(key) if event.message.met else met.discard(key)
            state = "met" if event.message.met else "no longer met"
            tally.count(f"rules {state}: {TRIGGERS.Name(event.message.trigger)[8:].lower()}")
