#!/usr/bin/env python3
"""How long `throughline whatif` takes on a history of so many results, and how much memory.

    tests/benchmark/what_if.py PROGRAM [--results N]... [--times K] [--keep FOLDER]

For each N a district is made up and lived through by PROGRAM: 25 students a team, 10 teams a school, 35 results a
student, most of them in the window of the team's cycle. What it prints beside the whole run's seconds is the peak of
resident memory. With --times each result is sent K times, each time with another score: as many events as of K times the
results, and no more state. With --keep the data stay in FOLDER/N-K, and are used again."""
import argparse
import csv
import datetime
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

STUDENTS, TEAMS, BASELINES, CHECKS = 25, 10, 5, 35


def schools_for(results):
    return max(1, round(results / (STUDENTS * TEAMS * CHECKS)))


def begin():
    """Monday of a week ago or more."""
    today = datetime.date.today()
    return today - datetime.timedelta(days=today.weekday() + 7)


def day_of(check):
    """Baselines on the days before the cycle begins, the others from its first day on."""
    if check < BASELINES:
        return begin() - datetime.timedelta(days=3 + BASELINES - check)
    offset = (check - BASELINES) * 5 // (CHECKS - BASELINES)
    return begin() + datetime.timedelta(days=offset)


def tables(schools):
    rnd = random.Random(7)
    made = {
        "orgs": [["sourcedId", "name", "type"], ["d", "A district", "district"]],
        "courses": [["sourcedId", "title", "orgSourcedId"], ["k", "Course", "d"]],
        "classes": [["sourcedId", "title", "courseSourcedId", "schoolSourcedId", "metadata.team"]],
        "users": [["sourcedId", "metadata.group.language"]],
        "enrollments": [["sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"]],
        "categories": [["sourcedId", "title"], ["check", "Check"]],
        "lineItems": [["sourcedId", "title", "dueDate", "classSourcedId", "categorySourcedId", "resultValueMin",
                       "resultValueMax", "metadata.assessment", "metadata.kind", "metadata.indicator"]],
        "results": [["sourcedId", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate"]],
    }
    for s in range(schools):
        made["orgs"].append([f"s{s}", f"School {s}", "school"])
    classes = [(s, t, f"{s}-{t}") for s in range(schools) for t in range(TEAMS)]
    means = {}
    for s, t, name in classes:
        made["classes"].append([f"c{name}", name, "k", f"s{s}", f"t{t}"])
        for i in range(STUDENTS):
            student = f"u{name}-{i}"
            learner = i % 2
            made["users"].append([student, "learner" if learner else "english"])
            made["enrollments"].append([f"e{student}", f"c{name}", f"s{s}", student, "student"])
            means[student] = rnd.gauss(55 - 5 * learner, 12), rnd.gauss(-0.3 * t - 2 * learner, 6)
    for check in range(CHECKS):  # day by day, as results come
        day = day_of(check)
        for s, t, name in classes:
            item = f"l{check}-{name}"
            made["lineItems"].append([item, f"check {check}", day, f"c{name}", "check", 0, 100, f"check{check % 7}",
                                      "daily_check", "skill"])
            for i in range(STUDENTS):
                student = f"u{name}-{i}"
                mean, change = means[student]
                score = mean + (change if check >= BASELINES else 0) + rnd.gauss(0, 4)
                made["results"].append([f"r{item}-{i}", item, student, "fully graded",
                                        f"{min(100, max(0, score)):.1f}", day])
    return made


def write_bundle(folder, made):
    """As OneRoster 1.2 CSV."""
    folder.mkdir(parents=True)
    files = [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", "1.2"]]
    files += [[f"file.{name}", "bulk"] for name in made]
    for name, rows in [("manifest", files), *made.items()]:
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(rows)
    return folder


def corrected(rows, time):
    """The same results with other scores."""
    head, *scored = rows
    at = head.index("score")
    return [head, *([*row[:at], f"{(float(row[at]) + time) % 100:.1f}", *row[at + 1:]] for row in scored)]


def live(program, folder, results, times):
    """Makes the data of a district that has recorded so many results, each so many times."""
    schools = schools_for(results)
    made = tables(schools)
    bundle = write_bundle(folder / "bundle", made)
    server = subprocess.Popen([program, "serve", "--data", folder / "data", "--listen", "127.0.0.1:0"],
                              stdout=subprocess.PIPE, text=True)
    try:
        address = re.search(r"at (127\S+),", server.stdout.readline()).group(1)
        to = ["--district", "d", "--connect", address]

        def run(*arguments):
            subprocess.run([program, *map(str, arguments), *to], check=True, stdout=subprocess.DEVNULL)
        run("import", bundle, "--time-zone", "UTC", "--only", "references")
        for s in range(schools):
            for t in range(TEAMS):
                run("schedule", "--school", f"s{s}", "--team", f"t{t}", "--indicator", "skill", "--start", begin())
        run("import", bundle)
        for again in range(1, times):
            made["results"] = corrected(made["results"], again)
            run("import", write_bundle(folder / f"bundle{again}", made))
    finally:
        server.terminate()
        server.wait()


def measure(program, folder):
    policy = folder / "policy.json"
    policy.write_text('{"falseAlarmRate": 0.2}')
    started = time.monotonic()
    done = subprocess.Popen([program, "whatif", "--district", "d", "--policy", policy, "--data", folder / "data", "--json"],
                            stdout=subprocess.PIPE, text=True)
    said = done.stdout.read()
    _, status, usage = os.wait4(done.pid, 0)
    seconds = time.monotonic() - started
    if status != 0:
        sys.exit(f"whatif ended with {status}")
    answer = json.loads(said)
    fates = {name: answer[name] for name in ("stay", "come", "go")}
    return {"seconds": round(seconds, 1), "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
            "peak_mb": usage.ru_maxrss // 1024, **fates}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program", type=lambda path: pathlib.Path(path).resolve())
    options.add_argument("--results", type=int, action="append")
    options.add_argument("--times", type=int, default=1)
    options.add_argument("--keep", type=pathlib.Path)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for results in asked.results or [80_000, 700_000]:
            folder = (asked.keep or pathlib.Path(temporary)) / f"{results}-{asked.times}"
            if not (folder / "data").exists():
                live(asked.program, folder, results, asked.times)
            exact = schools_for(results) * STUDENTS * TEAMS * CHECKS
            print(json.dumps({"results": exact, "times": asked.times, **measure(asked.program, folder)}), flush=True)


if __name__ == "__main__":
    main()
