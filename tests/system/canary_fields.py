"""Calls every method once for each field of its request that takes words, with a canary in that field and something usual in all
others: so whatever a field takes is looked for wherever it may get to."""
import collections
import datetime
import itertools
import re

import grpc
from google.protobuf import descriptor_pb2

import canary_district
from canaries import given_name, student_id, text
from checker import messages

UNSAID = "Gimpelruf"  # in fields that are not said to hold anything of persons
SERVICES = ("plans", "evidence", "cycles", "notifications", "audit")
DEEPEST = 4  # messages in messages
USUAL = {  # by the name of a field: what makes a request that a service would take
    "district": canary_district.DISTRICT, "school": canary_district.SCHOOL, "team": canary_district.TEAM,
    "class_id": canary_district.CLASS, "class_ids": canary_district.CLASS, "assessment": "check", "assessments": "check",
    "indicator": "reading", "indicators": "reading", "time_zone": "UTC", "source": "filler", "student": "filler-1",
    "students": "filler-1", "source_id": "filler-1", "date": str(canary_district.TODAY), "start": str(canary_district.MONDAY),
    "came_to": canary_district.CLASS, "left": "another", "groups": "income:low", "url": "https://example.org/",
    "addresses": "ana@example.org", "score_text": "5", "reason": "for as long as it takes", "purpose": "for as long as it takes",
    "page_token": "", "after": "", "expected_source_id": "", "kind": 5, "hour": 6, "scale_max": 100, "year": 2026, "minutes": 60,
    "duration_s": 60, "feedback_days": 1, "horizon_days": 20, "channel": 2, "closures": str(canary_district.TODAY + datetime.timedelta(days=50)),
    "first": str(canary_district.BEFORE - datetime.timedelta(days=100)), "last": str(canary_district.TODAY + datetime.timedelta(days=100)),
    "priority": "p1", "ended_class_ids": "another",
    "predicted_effect": 0.2, "days": 1, "cycle_weeks": 3, "observations_per_year": 9, "desired_growth_per_year": 0.2, "plan": "plan",
    "progression": "g1", "subscription": "hook", "problem": "q1", "problems": "q1", "so_that_priority": "p1",
    "ends_at_ms": int(datetime.datetime.now().timestamp() + 30 * 24 * 3600) * 1000,
    # Of some messages otherwise.
    "District.district": "another", "Assessment.assessment": "filled", "RosterMove.student": "filler-2", "TeacherMove.teacher": "filler-2",
    "LineItem.assessment": "filled", "Enrolment.first": None, "Enrolment.over": None,
    "PlanPractice.practice": "r1", "ProblemOfPractice.problem": "q1", "Matcher.indicator": "other", "SitePlan.plan": "another",
}
LEFT_OUT = {"Subscription.digest", "Result.others", "Result.as_kept", "Matcher.triggers",
            "Matcher.levels", "UpdateDistrictRequest.policy", "District.policy", "RosterStudent.enrolments", "RosterMove.enrolments"}


def methods():
    """(`evidence.IngestResults`, `cycles.WavesService.DrawWave`, descriptor of its request) of every call that is no stream."""
    for package in SERVICES:
        for service in messages.services_of(package):
            for method in service.methods:
                said = descriptor_pb2.MethodDescriptorProto()
                method.CopyToProto(said)
                if not said.server_streaming and not said.client_streaming:
                    is_first = service.name == f"{package.capitalize()}Service"
                    yield f"{package}.{'' if is_first else service.name + '.'}{method.name}", method.input_type


def usual(descriptor, known, depth=0):
    """A message with all of its fields; `known` are ids of what is there."""
    made = messages.class_of(descriptor.full_name)()
    for field in descriptor.fields:
        is_list = field.label == field.LABEL_REPEATED
        full_name = f"{descriptor.name}.{field.name}"
        if full_name in LEFT_OUT:
            continue
        if field.message_type:
            if depth < DEEPEST and not field.containing_oneof:
                one = usual(field.message_type, known, depth + 1)
                getattr(made, field.name).add().CopyFrom(one) if is_list else getattr(made, field.name).CopyFrom(one)
            continue
        value = f"a-{field.name}"[:20] if field.type == field.TYPE_STRING else 1 if field.type == field.TYPE_ENUM else None
        for name in (field.name, full_name):
            value = (USUAL | known).get(name, value)
        if value is None or isinstance(value, str) != (field.type == field.TYPE_STRING):
            continue
        if is_list:
            getattr(made, field.name).append(value)
        else:
            setattr(made, field.name, value)
    return made


def places(message, path=()):
    """(path, field) of every string that is said in the message; a path leads through fields and indices."""
    for field, value in message.ListFields():
        many = enumerate(value) if field.label == field.LABEL_REPEATED else [(None, value)]
        for index, one in many:
            at = (*path, (field.name, index))
            if field.message_type:
                yield from places(one, at)
            elif field.type == field.TYPE_STRING:
                yield at, field


def with_canary(message, path, value):
    made = message.__class__.FromString(message.SerializeToString())
    at = made
    for name, index in path[:-1]:
        at = getattr(at, name) if index is None else getattr(at, name)[index]
    name, index = path[-1]
    if index is None:
        setattr(at, name, value)
    else:
        getattr(at, name)[index] = value
    return made


def canary_for(inventory, field, number):
    what = inventory.what(field, recorded=False)
    return {"STUDENT_ID": student_id(number), "SOURCE_ID": student_id(number), "STUDENT_NAME": given_name(number),
            "": f"{UNSAID} {number}"}.get(what, text(field.full_name))


def unsaid_in(value):
    """The canaries of fields that say nothing, in a text."""
    return re.findall(rf"{UNSAID} \d+", value) if isinstance(value, str) else []


def fill(doors, inventory, known):
    """How many calls were made of each method, how many of them were taken, and {canary: field} of those that were taken in
    fields that are not said to hold anything."""
    numbers, made, taken, unsaid = itertools.count(5000), collections.Counter(), collections.Counter(), {}
    for method, descriptor in methods():
        request = usual(descriptor, known)
        for path, field in places(request):
            number = next(numbers)
            canary = canary_for(inventory, field, number)
            filled = with_canary(request, path, canary)
            if "request_id" in descriptor.fields_by_name and path[-1][0] != "request_id":
                filled.request_id = f"filled-{number}"
            code, _ = doors.try_call("office", method, filled)
            made[method] += 1
            if code == grpc.StatusCode.OK:
                taken[method] += 1
                unsaid |= {one: f"{method}: {field.full_name}" for one in unsaid_in(canary)}
    return made, taken, unsaid
