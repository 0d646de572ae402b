#!/usr/bin/env python3
"""Writes a large district as OneRoster: a bundle with its roster, and a file of results.

    large_district.py FOLDER SCHOOLS START TODAY

FOLDER/bundle: schools of 700 invented students in 28 classes, four to a team, and ten checks of a
class, two of them before START. FOLDER/results.csv: ten results a student; half of the teams fall back.
"""
import csv
import datetime
import pathlib
import sys

STUDENTS_OF_A_CLASS = 25
CLASSES = 28
TEAMS = 7
FILES = ["orgs", "academicSessions", "courses", "classes", "users", "demographics", "enrollments",
         "categories", "lineItems", "results"]
RESULTS = ["sourcedId", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate"]


def classes(schools):
    for school in range(schools):
        for one in range(CLASSES):
            yield f"school-{school}", f"class-{school}-{one}", one % TEAMS


def students(of_class):
    return [f"student-{of_class[6:]}-{i}" for i in range(STUDENTS_OF_A_CLASS)]


def checks(monday, today):
    """Their days: two before the cycle, the others in it."""
    days = [monday - datetime.timedelta(days=21), monday - datetime.timedelta(days=14)]
    return [*days, *[monday + (today - monday) * i // 7 for i in range(8)]]


def tables(schools, monday, today):
    day = datetime.timedelta(days=1)
    made = {
        "orgs": [["sourcedId", "name", "type", "parentSourcedId"], ["large", "A large district", "district", ""]],
        "academicSessions": [["sourcedId", "title", "type", "startDate", "endDate", "schoolYear"],
                             ["term", "This term", "term", monday - 90 * day, monday + 90 * day, monday.year]],
        "courses": [["sourcedId", "title", "orgSourcedId"], ["reading", "Reading", "large"]],
        "classes": [["sourcedId", "title", "courseSourcedId", "schoolSourcedId", "termSourcedIds", "metadata.team"]],
        "users": [["sourcedId", "metadata.group.language"]],
        "enrollments": [["sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"]],
        "categories": [["sourcedId", "title"], ["check", "Quick check"]],
        "lineItems": [["sourcedId", "title", "dueDate", "classSourcedId", "categorySourcedId", "resultValueMin",
                       "resultValueMax", "metadata.assessment", "metadata.indicator", "metadata.kind"]],
    }
    made["orgs"] += [[f"school-{school}", f"School {school}", "school", "large"] for school in range(schools)]
    for school, one, team in classes(schools):
        made["classes"].append([one, one, "reading", school, "term", f"team-{team}"])
        for i, due in enumerate(checks(monday, today)):
            made["lineItems"].append([f"check-{one[6:]}-{i}", f"Check {i}", due, one, "check", 0, 20, f"check-{i}",
                                      "reading", "daily_check"])
        for i, student in enumerate(students(one)):
            made["users"].append([student, "english-learner" if i % 2 else "english"])
            made["enrollments"].append([f"{student}-in", one, school, student, "student"])
    manifest = [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", "1.2"]]
    manifest += [[f"file.{name}", "bulk" if name in made else "absent"] for name in FILES]
    return {"manifest": manifest, **made}


def results(schools, monday, today):
    yield RESULTS
    for _, one, team in classes(schools):
        for i, taken in enumerate(checks(monday, today)):
            change = 0 if i < 2 else (-3 if team % 2 else 3)
            for number, student in enumerate(students(one)):
                yield [f"{student}-{i}", f"check-{one[6:]}-{i}", student, "fully graded", 8 + number % 7 + change, taken]


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\r\n").writerows(rows)


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    folder, schools = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    monday, today = (datetime.date.fromisoformat(day) for day in sys.argv[3:])
    (folder / "bundle").mkdir(parents=True)
    for name, rows in tables(schools, monday, today).items():
        write(folder / "bundle" / f"{name}.csv", rows)
    write(folder / "results.csv", results(schools, monday, today))


if __name__ == "__main__":
    main()
