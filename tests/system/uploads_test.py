"""OneRoster bundles uploaded to the public API: brought in with progress, again, as a delta; and what goes wrong."""
import csv
import datetime
import hashlib
import http.client
import io
import json
import signal
import socket
import struct
import subprocess
import unittest
import urllib.parse
import zipfile

import program
from parts import wait_until

BUNDLES = "/ims/oneroster/bundles"
DISTRICT = {"Throughline-District": "lakeside"}
ZIP = {"Content-Type": "application/zip"}


def zip_of(folder):
    """The files of a bundle in a folder of the archive, as SISs export them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"export/{file.name}")
    return out.getvalue()


def delta_of(tables):
    """A zip with these tables, each of them what changed."""
    out = io.BytesIO()
    manifest = [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", "1.2"]]
    manifest += [[f"file.{name}", "delta" if name in tables else "absent"] for name in program.FILES]
    with zipfile.ZipFile(out, "w") as archive:
        for name, rows in {"manifest": manifest, **tables}.items():
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            archive.writestr(f"{name}.csv", text.getvalue())
    return out.getvalue()


class Gateway(program.Case):
    """A program that serves, and a district's bundle to bring in."""

    def options(self):
        return []

    def setUp(self):
        super().setUp()
        self.serve(*self.options())
        self.lakeside_files()

    def begin(self, method, target, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.addCleanup(connection.close)
        connection.putrequest(method, target)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection

    def send(self, body, target=BUNDLES, headers=None):
        """An upload whose answer is not read yet."""
        headers = (DISTRICT | ZIP if headers is None else headers) | {"Content-Length": str(len(body))}
        connection = self.begin("PUT", target, headers)
        connection.send(body)
        response = connection.getresponse()
        # Without this the machine would go on taking what is written for a client that is gone.
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        response.go_away = connection.sock.close
        return response

    def bring(self, body, target=BUNDLES):
        response = self.send(body, target)
        lines = [json.loads(line) for line in response]
        self.assertEqual(response.status, 200, lines)
        self.assertTrue(all("progress" in line for line in lines[:-1]), lines)
        self.assertIn("summary", lines[-1], lines)
        return lines

    def refused(self, body, headers=None):
        response = self.send(body, headers=headers)
        return response.status, json.loads(response.read())["imsx_description"]

    def get(self, target):
        connection = self.begin("GET", target, DISTRICT)
        return json.loads(connection.getresponse().read())

    def count(self, outcome):
        return int(self.get("/v1/resultCounts")[outcome])

    def known(self, *students):
        """Those of them whose results are taken in: who is in the roster, or was."""
        self.looks = getattr(self, "looks", 0) + 1
        push = json.dumps({"source": f"look-{self.looks}", "results": [
            {"sourceId": student, "student": student, "lineItem": "first", "score": 12,
             "date": str(datetime.date.today() - datetime.timedelta(days=13))} for student in students]}).encode()
        connection = self.begin("POST", "/v1/results:ingest", DISTRICT | {
            "Content-Type": "application/json", "Content-Length": str(len(push))})
        connection.send(push)
        answer = json.loads(connection.getresponse().read())
        return {student for student, outcome in zip(students, answer["outcomes"], strict=True)
                if outcome == "RESULT_OUTCOME_ACCEPTED"}

    def lakeside(self):
        return zip_of(self.folder / "lakeside/bundle")

    def large(self):
        """A district whose import takes some while, and how many results it has."""
        tables = program.small_district(schools=2, classes=10, students=25)
        header, rows = tables["results"][0], tables["results"][1:]
        tables["results"] = [header] + [[f"{row[0]}-{copy}", *row[1:]] for copy in range(300) for row in rows]
        return zip_of(program.write_bundle(self.folder / "large", tables)), len(tables["results"]) - 1


class Uploads(Gateway):
    def test_a_bundle_is_brought_in_as_curl_sends_it(self):
        path = self.folder / "bundle.zip"
        path.write_bytes(self.lakeside())
        done = subprocess.run(
            ["curl", "-sS", "-N", "-D", "-", "-T", path, "-H", "Content-Type: application/zip",
             "-H", "Throughline-District: lakeside", f"http://{self.http}{BUNDLES}?time_zone=America/Denver"],
            capture_output=True, text=True, check=True)
        head, _, body = done.stdout.rpartition("\n\n")
        self.assertIn("application/x-ndjson", head)
        lines = [json.loads(line) for line in body.splitlines()]
        self.assertIn("progress", lines[0])
        summary = lines[-1]["summary"]
        self.assertEqual((summary["schools"], summary["students"], summary["outcomes"]), (1, 24, {"accepted": 24}))
        self.assertNotIn("student-", done.stdout)
        self.assertEqual(self.get("/v1/districts/lakeside")["district"]["timeZone"], "America/Denver")

        # The same again says nothing new.
        again = self.bring(path.read_bytes())[-1]["summary"]
        self.assertEqual((again["problemCount"], again["outcomes"]), (0, {"duplicate": 24}))
        self.assertEqual(self.count("accepted"), 24)

    def test_a_full_export_is_asked_before_it_ends_more_than_a_tenth(self):
        self.bring(zip_of(program.write_bundle(self.folder / "all", program.small_district())))
        tables = program.small_district(classes=2)
        fewer = zip_of(program.write_bundle(self.folder / "fewer", tables))
        summary = self.bring(fewer)[-1]["summary"]
        self.assertEqual((summary["enrolmentsKnown"], summary["enrolmentsMissing"], summary["enrolmentsEnded"]),
                         (72, 24, 0))
        self.assertEqual([one["reason"] for one in summary["problems"]], ["REMOVAL_UNCONFIRMED"])
        self.assertIn("24 of the district's 72 enrolments", summary["problems"][0]["message"])
        response = self.send(fewer, BUNDLES + "?confirm_removal=perhaps")
        self.assertEqual(response.status, 422)
        response.read()
        summary = self.bring(fewer, BUNDLES + "?confirm_removal=true")[-1]["summary"]
        self.assertEqual((summary["enrolmentsEnded"], summary["problemCount"]), (24, 0))
        summary = self.bring(fewer)[-1]["summary"]
        self.assertEqual((summary["enrolmentsKnown"], summary["enrolmentsMissing"]), (48, 0))

    def test_a_delta_says_what_changed_and_takes_back(self):
        self.bring(self.lakeside())
        monday = datetime.date.today() - datetime.timedelta(days=datetime.date.today().weekday())
        program.run("schedule", "--school", "north", "--team", "grade-3", "--indicator", "close-reading",
                    "--start", monday, "--district", "lakeside", "--connect", self.grpc)
        # How many are rostered is not shown before many have results, and then only where it tells of no few
        # students. So look at who is known; that students leave is tested in roster_moves_test.cc.
        self.assertNotIn("rostered", self.get("/v1/coverage")["rows"][0])
        newcomers = ["newcomer", "newcomer-2"]
        self.assertEqual(self.known("student-01", "student-24", *newcomers), {"student-01", "student-24"})
        enrollments = [["sourcedId", "status", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"]]
        summary = self.bring(delta_of({
            "users": [["sourcedId", "status"], ["student-02", "tobedeleted"]],
            "enrollments": enrollments + [
                ["student-01-3a", "tobedeleted", "3a", "north", "student-01", "student"],
                ["newcomer-3a", "active", "3a", "north", "newcomer", "student"],
                ["newcomer-2-3a", "active", "3a", "north", "newcomer-2", "student"]],
            "lineItems": [["sourcedId", "status", "title", "classSourcedId", "categorySourcedId", "resultValueMin",
                           "resultValueMax"],
                          ["today", "tobedeleted", "", "", "", "", ""]],
            "results": [["sourcedId", "status", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score",
                         "scoreDate"],
                        ["first-student-03", "tobedeleted", "", "", "", "", ""],
                        ["first-student-04", "active", "first", "student-04", "fully graded", "20",
                         datetime.date.today() - datetime.timedelta(days=14)]],
        }))[-1]["summary"]
        self.assertEqual(summary["problemCount"], 0, summary)
        self.assertEqual(summary["lineItemsRemoved"], 1)
        self.assertEqual(summary["outcomes"], {"corrected": 2})
        self.assertEqual(self.known(*newcomers), set(newcomers))
        self.assertEqual(self.get("/v1/schools")["schools"][0]["name"], "North Elementary")

        # What the line item of today took before is set aside now.
        program.run("push", self.folder / "lakeside/today.csv", "--district", "lakeside", "--connect", self.grpc)
        self.assertEqual(self.count("quarantined"), 2 + 21)

        # A class that is over.
        over = [["sourcedId", "status", "title", "courseSourcedId", "schoolSourcedId"], ["3a", "tobedeleted", "", "", ""]]
        self.assertEqual(self.bring(delta_of({"classes": over}))[-1]["summary"]["problemCount"], 0)

        # The bundle of the beginning undoes what was said since, but for whom it does not know.
        outcomes = self.bring(self.lakeside())[-1]["summary"]["outcomes"]
        self.assertEqual(outcomes, {"duplicate": 22, "corrected": 2})
        self.assertEqual(self.known(*newcomers), set(newcomers))

    def test_what_cannot_be_brought_in_is_refused_before_anything_starts(self):
        whole = self.lakeside()
        status, said = self.refused(b"PK, but no zip")
        self.assertEqual((status, "zip" in said), (422, True), said)
        self.assertEqual(self.refused(whole[:len(whole) // 2])[0], 422)
        status, said = self.refused(zip_of_one("orgs.csv", "sourcedId\n"))
        self.assertEqual((status, "manifest.csv" in said), (422, True), said)
        self.assertEqual(self.refused(whole, DISTRICT | {"Content-Type": "text/csv"})[0], 415)
        status, said = self.refused(whole, ZIP)
        self.assertEqual((status, "Throughline-District" in said), (422, True), said)
        large = self.begin("PUT", BUNDLES, DISTRICT | ZIP | {"Content-Length": str(1 << 30)})
        self.assertEqual(large.getresponse().status, 413)
        self.assertEqual(self.send(whole, BUNDLES + "?time_zone=Nowhere").status, 422)
        # Damage that only reading shows is told in the last line.
        at = whole.index(b"export/users.csv") + 40
        broken = whole[:at] + bytes(256 - byte if byte else 1 for byte in whole[at:at + 40]) + whole[at + 40:]
        lines = [json.loads(line) for line in self.send(broken)]
        self.assertEqual(lines[-1]["error"]["reason"], "ARCHIVE_BROKEN", lines)
        self.assertEqual(self.bring(whole)[-1]["summary"]["results"], 24)

    def test_two_at_once_come_to_the_same_and_a_third_is_told_to_come_back(self):
        whole = self.lakeside()
        headers = DISTRICT | ZIP | {"Content-Length": str(len(whole))}
        two = [self.begin("PUT", BUNDLES, headers | {"Expect": "100-continue"}) for _ in range(2)]
        for connection in two:  # it has its place once it is told to go on
            self.assertTrue(connection.sock.recv(64).startswith(b"HTTP/1.1 100"))
        third = self.begin("PUT", BUNDLES, headers | {"Expect": "100-continue"}).getresponse()
        self.assertEqual(third.status, 429)
        self.assertGreater(int(third.headers["Retry-After"]), 0)
        for connection in two:
            connection.send(whole)
        for connection in two:
            self.assertIn("summary", json.loads(list(connection.getresponse())[-1]))
        self.assertEqual((self.count("pushed"), self.count("accepted"), self.count("duplicate")), (48, 24, 24))

    def test_a_client_that_goes_away_ends_the_import(self):
        body, results = self.large()
        response = self.send(body)
        self.assertIn("progress", json.loads(response.readline()))
        response.go_away()
        response.close()
        # Both places of the district are free again once it has ended.
        headers = DISTRICT | ZIP | {"Content-Length": "1000", "Expect": "100-continue"}
        first = self.begin("PUT", BUNDLES, headers)
        self.assertTrue(first.sock.recv(64).startswith(b"HTTP/1.1 100"))
        second = lambda: self.begin("PUT", BUNDLES, headers).sock.recv(64).startswith(b"HTTP/1.1 100")
        wait_until(second, "a place for a second bundle", 20)
        self.assertLess(self.count("pushed"), results)

    def test_it_stops_in_seconds_although_a_bundle_is_coming_in(self):
        body, _ = self.large()
        response = self.send(body)
        self.assertIn("progress", json.loads(response.readline()))
        self.server.send_signal(signal.SIGTERM)
        last = list(response)[-1]
        self.assertEqual(json.loads(last)["error"]["reason"], "IMPORT_STOPPED")
        self.assertEqual(self.server.wait(10), 0)


class WithCredentials(Gateway):
    SECRET = "a secret of forty characters, or thereabouts"
    SCOPE = "https://purl.imsglobal.org/spec/or/v1p2/scope/"

    def options(self):
        clients = self.folder / "clients.json"
        one = {"secret_sha256": hashlib.sha256(self.SECRET.encode()).hexdigest(), "district": "lakeside"}
        roles = [one | {"client_id": role, "role": role} for role in ("district_administrator", "integration", "observer")]
        reader = one | {"client_id": "reader", "role": "integration", "scopes": [self.SCOPE + "gradebook.readonly"]}
        clients.write_text(json.dumps([*roles, reader]))
        return ["--clients", str(clients)]

    def token(self, client):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.addCleanup(connection.close)
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": self.SECRET}
        connection.request("POST", "/oauth/token", urllib.parse.urlencode(form),
                           {"Content-Type": "application/x-www-form-urlencoded"})
        return ZIP | {"Authorization": "Bearer " + json.loads(connection.getresponse().read())["access_token"]}

    def last_line(self, role):
        return json.loads(list(self.send(self.lakeside(), headers=self.token(role)))[-1])

    def test_whoever_uploads_may_do_what_the_services_let_them(self):
        self.assertEqual(self.send(self.lakeside(), headers=ZIP).status, 401)
        self.assertEqual(self.send(self.lakeside(), headers=self.token("reader")).status, 403)
        # Who may bring in nothing is told so before a body is read.
        self.assertEqual(self.send(self.lakeside(), headers=self.token("observer")).status, 403)
        # Nor by another way: the scope goes with the credential.
        push = json.dumps({"source": "sis", "results": [{"sourceId": "r", "student": "s"}]}).encode()
        refused = self.begin("POST", "/v1/results:ingest", self.token("reader") | {
            "Content-Type": "application/json", "Content-Length": str(len(push))})
        refused.send(push)
        answer = refused.getresponse()
        reason = json.loads(answer.read())["error"]["details"][0]["reason"]
        self.assertEqual((answer.status, reason), (403, "SCOPE_MISSING"))
        # A district is made by its office; a system brings in what is in it.
        self.assertEqual(self.last_line("integration")["error"]["reason"], "NOT_ALLOWED")
        self.assertEqual(self.last_line("district_administrator")["summary"]["outcomes"], {"accepted": 24})
        self.assertEqual(self.last_line("integration")["summary"]["problemCount"], 0)


def zip_of_one(name, text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, text)
    return out.getvalue()


if __name__ == "__main__":
    unittest.main()
