"""The program under test, and bundles for it."""
import csv
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from parts import wait_until

ROOT = pathlib.Path(__file__).parents[2]
THROUGHLINE = os.environ["THROUGHLINE"]


def run(*arguments, check=True):
    done = subprocess.run([THROUGHLINE, *map(str, arguments)], capture_output=True, text=True)
    if check and done.returncode != 0:
        raise AssertionError(f"{arguments} gave {done.returncode}: {done.stderr[-2000:]}")
    return done


def show(what, data, district, *more):
    return json.loads(run("show", what, "--district", district, "--data", data, "--json", *more).stdout)


def variance_of(results, ask):
    """What `ask` gives of a variance once it rests on so many results; None while it gives none. Readers are
    shown results some seconds after they came, together."""
    def shown():
        found = ask()
        return found if found is not None and int(found["resultCount"]) == results else None
    return wait_until(shown, f"a variance of {results} results")


def show_variance(results, assessment, *where):
    """What `throughline show variance` gives, once it rests on so many results."""
    def ask():
        done = run("show", "variance", "--assessment", assessment, *where, "--json", check=False)
        if done.returncode == 0:
            return json.loads(done.stdout)
        assert "SUPPRESSED" in done.stderr, done.stderr
        return None
    return variance_of(results, ask)


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.data = self.folder / "data"

    def serve(self, *options):
        """Starts the program; at `grpc` and `http` (host:port) once it serves. Ends with the test."""
        kept = [] if "--kafka" in options else ["--data", str(self.data)]
        self.server = subprocess.Popen(
            [THROUGHLINE, "serve", *kept, "--listen", "127.0.0.1:0", *map(str, options)], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        said = self.server.stdout.readline()
        self.grpc, self.http = re.search(r"at (127\S+), .* https?://(127\S+)\.", said).groups()
        self.port = int(self.http.rpartition(":")[2])

    def lakeside_files(self):
        """The files of the demo's district: a folder with `bundle`, and results to push."""
        subprocess.run([ROOT / "deploy/demo/lakeside.py", self.folder / "lakeside"], check=True,
                       stdout=subprocess.DEVNULL)

    def begin_lakeside(self):
        """The demo's district, served: its bundle brought in, and a cycle of its team begun last week."""
        self.lakeside_files()
        to = ["--district", "lakeside", "--connect", self.grpc]
        run("import", self.folder / "lakeside/bundle", "--time-zone", "America/Chicago", *to)
        monday = datetime.date.today() - datetime.timedelta(days=datetime.date.today().weekday())
        run("schedule", "--school", "north", "--team", "grade-3", "--indicator", "close-reading",
            "--start", monday - datetime.timedelta(days=7), *to)


FILES = ["orgs", "academicSessions", "courses", "classes", "users", "demographics", "enrollments",
         "categories", "lineItems", "results"]


def write_bundle(folder, tables, line_end="\r\n", bom=False):
    """Writes {file: [header, row, ...]} as a OneRoster bundle."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", "1.2"]]
    rows += [[f"file.{name}", "bulk" if name in tables else "absent"] for name in FILES]
    for name, content in [("manifest", rows), *tables.items()]:
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8-sig" if bom else "utf-8") as out:
            csv.writer(out, lineterminator=line_end).writerows(content)
    return folder


def small_district(schools=2, classes=3, students=12, results=None):
    """Tables of a district; `results` makes the rows of results.csv from (student, line item)."""
    tables = {
        "orgs": [["sourcedId", "name", "type"], ["d", "A district", "district"]],
        "courses": [["sourcedId", "title", "orgSourcedId"], ["math", "Mathematics, \"new\"", "d"]],
        "classes": [["sourcedId", "title", "courseSourcedId", "schoolSourcedId", "metadata.team"]],
        "users": [["sourcedId", "metadata.group.language"]],
        "enrollments": [["sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"]],
        "categories": [["sourcedId", "title"], ["quiz", "Weekly quiz"]],
        "lineItems": [["sourcedId", "title", "classSourcedId", "categorySourcedId", "resultValueMin",
                       "resultValueMax", "metadata.assessment", "metadata.indicator"]],
        "results": [["sourcedId", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score",
                     "scoreDate", "dateLastModified"]],
    }
    for s in range(schools):
        tables["orgs"].append([f"school {s}", f"School\n{s}", "school"])
        for c in range(classes):
            class_id = f"c{s}-{c}"
            tables["classes"].append([class_id, f"Class, {c}", "math", f"school {s}", "grade 4"])
            tables["lineItems"].append([f"li-{class_id}", "Quiz 1", class_id, "quiz", "0", "20",
                                        "quiz-1", "fractions"])
            for i in range(students):
                student = f"{class_id}/é{i}"
                tables["users"].append([student, "english" if i % 2 else "other"])
                tables["enrollments"].append([f"e-{student}", class_id, f"school {s}", student, "student"])
                tables["results"].append([f"r-{student}", f"li-{class_id}", student, "fully graded",
                                          str((i * 7 + c * 3 + s) % 21), "2024-10-01",
                                          "2024-10-02T08:00:00.000Z"])
    return tables
