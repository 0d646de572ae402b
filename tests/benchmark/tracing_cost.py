#!/usr/bin/env python3
"""What tracing costs whoever pushes results: processor time a result, of the whole program.

    deploy/bench --tracing [--counted] [--rounds N] [--pushes N] [--results N] [--ratio SHARE] [--without FILE] [--json]

The same pushes over HTTP into installations that differ in nothing but that one is traced, at the share, and sends its spans to a
collector in this process, which is not counted; one is not; and one more is not, which shows what two that are alike differ by.
--without is a program in which there is no tracing at all. A round pushes some results into each, and waits until all that
follows from them is done; which comes first changes from round to round. What is compared are the rounds, by the median of their
ratios, with its interval of 95 % by the order of the ratios. Goals: off at most 1 % more than without it, 0.01 traced at most 3 %.

--counted counts instructions instead, with valgrind, one program after the other: of --pushes pushes when nothing is traced, when of none
of them spans are exported, and when of all are; at the share it is in proportion. Of what is not traced it says how many of the
instructions are in functions of tracing, and in those of metrics that they share. Steady on a busy machine, but waiting costs nothing in it.
"""
import argparse
import contextlib
import datetime
import json
import math
import pathlib
import random
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "deploy" / "demo"), str(ROOT / "tests" / "system")]
import counted_program  # noqa: E402
from school_year import tools  # noqa: E402

SCHOOLS, TEAMS, STUDENTS = 4, 10, 25  # students of a team
INDICATOR = "close-reading"
MONDAY = datetime.date(2026, 9, 14)
WARM_UP = 2  # rounds
AT_MOST = 500  # results of a push


def class_of(school, team):
    return f"s{school}.t{team}"


class District:
    """Schools whose teams are in the middle of a cycle."""

    def __init__(self, at, seed=1):
        self.at = at
        self.random = random.Random(seed)  # the same for all of them
        self.pushed = 0
        self.students = [f"{class_of(school, team)}.{i}" for school in range(SCHOOLS) for team in range(TEAMS)
                         for i in range(STUDENTS)]

    def fill(self):
        self.at.move_to(datetime.date(2026, 9, 1))
        self.at.post("/v1/districts", district={
            "name": "A district", "timeZone": "America/Chicago",
            "calendar": {"terms": [{"first": "2026-08-31", "last": "2027-06-04"}], "closures": []}})
        self.at.post("/v1/assessments:define", assessments=[
            {"assessment": "check", "title": "Check", "kind": "ASSESSMENT_KIND_DAILY_CHECK", "scaleMax": 100,
             "indicators": [INDICATOR]}])
        for school in range(SCHOOLS):
            self.at.put(f"/v1/schools/s{school}", school={"name": f"School {school}"})
            self.at.post(f"/v1/schools/s{school}/teams:upsert",
                         teams=[{"team": f"t{team}", "name": f"Team {team}", "active": True} for team in range(TEAMS)])
            self.at.post(f"/v1/schools/s{school}/roster:update",
                         classes=[{"classId": class_of(school, team), "title": "A class", "team": f"t{team}"}
                                  for team in range(TEAMS)],
                         students=[{"student": f"{class_of(school, team)}.{i}", "classIds": [class_of(school, team)],
                                    "groups": ["language:learner" if i % 2 else "language:fluent"]}
                                   for team in range(TEAMS) for i in range(STUDENTS)])
        self.at.settle()
        self.at.move_to(MONDAY)
        for first in range(0, len(self.students), AT_MOST):
            self.push(MONDAY - datetime.timedelta(days=5), self.students[first:first + AT_MOST])
        for school in range(SCHOOLS):
            for team in range(TEAMS):
                self.at.post("/v1/cycles:schedule", school=f"s{school}", team=f"t{team}", start=str(MONDAY),
                             indicators=[INDICATOR])
        self.at.move_to(MONDAY, 10)
        self.at.settle()

    def push(self, day, students):
        self.pushed += 1
        self.at.post("/v1/results:ingest", source="sis", results=[
            {"sourceId": f"{self.pushed}.{student}", "student": student, "assessment": "check",
             "school": student.partition(".")[0], "classId": student.rpartition(".")[0], "date": str(day),
             "score": round(self.random.uniform(40, 80), 1)} for student in students])

    def work(self, pushes, results):
        """A round."""
        for _ in range(pushes):
            first = self.random.randrange(len(self.students))
            self.push(MONDAY, (self.students[first:] + self.students[:first])[:results])
        self.at.settle()


def processor_s(process):
    """Seconds of processor time that another process has used, to the nanosecond."""
    return time.clock_gettime((~process.pid << 3) | 2)


def interval(ratios):
    """That of the median, by the order of the values, at 95 %."""
    ordered, n = sorted(ratios), len(ratios)
    low, cumulated = 0, 0.0
    for k in range(n // 2):
        cumulated += math.comb(n, k) / 2 ** n
        if cumulated > 0.025:
            break
        low = k + 1
    return ordered[max(low - 1, 0)], ordered[min(n - low, n - 1)]


def measure(districts, chosen):
    """{name: [processor time of each round]}"""
    took = {name: [] for name in districts}
    names = list(districts)
    for number in range(chosen.rounds + WARM_UP):
        for name in names[number % len(names):] + names[:number % len(names)]:
            district = districts[name]
            before = processor_s(district.at.server)
            district.work(chosen.pushes, chosen.results)
            took[name].append(processor_s(district.at.server) - before)
    return {name: its[WARM_UP:] for name, its in took.items()}


def report(took, chosen):
    a_round = chosen.pushes * chosen.results
    found = {"us_a_result": {name: round(1e6 * statistics.median(its) / a_round, 2) for name, its in took.items()}}
    for name, to in (("off", "without"), ("traced", "off"), ("off again", "off")):
        if name not in took or to not in took:
            continue
        ratios = [its / of for its, of in zip(took[name], took[to])]
        low, high = interval(ratios)
        found[f"{name} / {to}"] = {"median": round(statistics.median(ratios), 4), "from": round(low, 4), "to": round(high, 4)}
    return found


def run(chosen, folder):
    from school_year.installation import Installation
    from trace_collector import Collector
    collector = Collector()
    # What takes long is exported, too: as much of it as the machine is busy, which is left out.
    traced = ["--traces", collector.grpc_address, "--trace-ratio", str(chosen.ratio), "--trace-slow", "0"]
    programs = {"off": (chosen.program, []), "off again": (chosen.program, []), "traced": (chosen.program, traced)}
    if chosen.without:
        programs["without"] = (chosen.without, [])
    with contextlib.closing(collector), contextlib.ExitStack() as begun:
        districts = {}
        for name, (program, options) in programs.items():
            at = begun.enter_context(Installation(program, str(pathlib.Path(folder) / name.replace(" ", "-")), *options))
            districts[name] = District(at)
            districts[name].fill()
        before = len(collector.spans)
        took = measure(districts, chosen)
        return report(took, chosen) | {"spans": len(collector.spans) - before, "rounds": chosen.rounds,
                                       "results_a_round": chosen.pushes * chosen.results, "ratio": chosen.ratio}


# What is there only to trace, or counts and traces.
OF_TRACING = (r"WithTrace|CurrentTrace|TraceParent|TraceContext|TraceIdOf|Tracer|BeginSending|EndSending|BeginSpan|EndSpan"
              r"|BatchRecord::|CallTelemetry|RequestTelemetry|DeliveryTelemetry")


def count(name, options, chosen, folder):
    """(instructions a result, share of them in functions of tracing)"""
    from school_year.installation import Installation
    place = pathlib.Path(folder) / name
    place.mkdir()
    program = counted_program.CountedProgram(chosen.program, place)
    with Installation(str(program.path), str(place / "data"), *options) as at:
        district = District(at)
        district.fill()
        for _ in range(WARM_UP):
            district.work(1, chosen.results)
        with program.counting(at.server):
            for _ in range(chosen.pushes):
                district.work(1, chosen.results)
    return program.total() / (chosen.pushes * chosen.results), program.of(OF_TRACING) / program.total()


def run_counted(chosen, folder):
    from trace_collector import Collector
    with contextlib.closing(Collector()) as collector:
        def traced(ratio):
            return ["--traces", collector.grpc_address, "--trace-ratio", str(ratio), "--trace-slow", "0"]
        (off, share), (none, _), (every, _) = (count(name, options, chosen, folder) for name, options in (
            ("off", []), ("none", traced(0)), ("all", traced(1))))
    at_ratio = none + chosen.ratio * (every - none)
    return {"instructions_a_result": {"off": round(off), "none exported": round(none), "all exported": round(every)},
            "tracing's own share when off": round(share, 6), "at the ratio / off": round(at_ratio / off, 4), "ratio": chosen.ratio}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    for name, value in ("rounds", 40), ("pushes", 20), ("results", 100):
        arguments.add_argument(f"--{name}", type=int, default=value)
    arguments.add_argument("--ratio", type=float, default=0.01)
    arguments.add_argument("--program", default=tools.PROGRAM)
    arguments.add_argument("--without", help="a program without tracing")
    arguments.add_argument("--counted", action="store_true", help="count instructions with valgrind")
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    if chosen.rounds < 6 or chosen.pushes < 1 or not 1 <= chosen.results <= AT_MOST or not 0 <= chosen.ratio <= 1:
        arguments.error(f"there are 6 rounds at least, of a push or more of 1 to {AT_MOST} results; a ratio is of 0 to 1")
    tools.need(chosen.program)
    with tempfile.TemporaryDirectory(prefix="throughline-tracing.") as folder:
        if chosen.counted:
            counted_program.need()
            print(json.dumps(run_counted(chosen, folder), indent=None if chosen.json else 2))
            return
        found = run(chosen, folder)
    if chosen.json:
        print(json.dumps(found))
        return
    for name, us in found["us_a_result"].items():
        print(f"{name:10} {us:8.2f} us of processor time a result")
    for name, one in found.items():
        if isinstance(one, dict) and "median" in one:
            print(f"{name:20} {one['median']:.4f} ({one['from']:.4f} to {one['to']:.4f})")
    print(f"{found['rounds']} rounds of {found['results_a_round']} results; {found['spans']} spans at {found['ratio']}")


if __name__ == "__main__":
    sys.exit(main())
