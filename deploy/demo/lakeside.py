#!/usr/bin/env python3
"""Writes a small OneRoster 1.2 bundle, dated around today, to begin with and to copy from.

    deploy/demo/lakeside.py FOLDER

FOLDER/bundle: one school, one team, one class of 24 invented students, and the results of a first
check two weeks ago. FOLDER/today.csv and FOLDER/today.json: the results of today's check, as a SIS would push them; the
class fell back, and one score is off its scale.
"""
import csv
import datetime
import json
import pathlib
import sys

FILES = ["orgs", "academicSessions", "courses", "classes", "users", "demographics", "enrollments",
         "categories", "lineItems", "results"]
RESULTS = ["sourcedId", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate"]
STUDENTS = [f"student-{i:02}" for i in range(1, 25)]


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\r\n").writerows(rows)


def bundle(today):
    day = datetime.timedelta(days=1)
    before = today - 14 * day
    tables = {
        "orgs": [["sourcedId", "name", "type", "parentSourcedId"],
                 ["lakeside", "Lakeside School District", "district", ""],
                 ["north", "North Elementary", "school", "lakeside"]],
        "academicSessions": [["sourcedId", "title", "type", "startDate", "endDate", "schoolYear"],
                             ["term", "This term", "term", today - 90 * day, today + 90 * day, today.year]],
        "courses": [["sourcedId", "title", "orgSourcedId"], ["reading-3", "Reading, grade 3", "north"]],
        "classes": [["sourcedId", "title", "courseSourcedId", "schoolSourcedId", "termSourcedIds", "metadata.team"],
                    ["3a", "3A", "reading-3", "north", "term", "grade-3"]],
        "users": [["sourcedId", "metadata.group.language"]],
        "enrollments": [["sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"]],
        "categories": [["sourcedId", "title"], ["check", "Quick check"]],
        "lineItems": [["sourcedId", "title", "dueDate", "classSourcedId", "categorySourcedId",
                       "resultValueMin", "resultValueMax", "metadata.indicator", "metadata.kind", "metadata.scale"],
                      ["first", "First check", before, "3a", "check", 0, 20, "close-reading", "daily_check",
                       "quick-check"],
                      ["today", "Today's check", today, "3a", "check", 0, 20, "close-reading", "daily_check",
                       "quick-check"]],
        "results": [RESULTS],
    }
    for i, student in enumerate(STUDENTS):
        tables["users"].append([student, "english-learner" if i % 2 else "english"])
        tables["enrollments"].append([f"{student}-3a", "3a", "north", student, "student"])
        tables["results"].append([f"first-{student}", "first", student, "fully graded", 10 + i % 8, before])
    manifest = [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", "1.2"]]
    manifest += [[f"file.{name}", "bulk" if name in tables else "absent"] for name in FILES]
    return {"manifest": manifest, **tables}


def pushed(today):
    rows = [[f"today-{student}", "today", student, "fully graded", 10 + i % 8 - i % 4, today]
            for i, student in enumerate(STUDENTS[:21])]
    rows[3][4] = 27
    return [RESULTS, *rows]


def as_posted(rows):
    """The rows as results of OneRoster's REST binding; the line item is that of the address."""
    return [{"sourcedId": sourced_id, "student": {"sourcedId": student}, "scoreStatus": status, "score": score,
             "scoreDate": str(day)} for sourced_id, _, student, status, score, day in rows[1:]]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    (folder / "bundle").mkdir(parents=True, exist_ok=True)
    today = datetime.date.today()
    for name, rows in bundle(today).items():
        write(folder / "bundle" / f"{name}.csv", rows)
    write(folder / "today.csv", pushed(today))
    (folder / "today.json").write_text(json.dumps({"results": as_posted(pushed(today))}, indent=1))
    print(f"Wrote {folder}/bundle, {folder}/today.csv and {folder}/today.json, dated around {today}.")


if __name__ == "__main__":
    main()
