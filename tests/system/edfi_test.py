"""The Ed-Fi endpoint of the real program, with a client that is not ours: PyPI's edfi-api-client."""
import copy
import hashlib
import json
import pathlib
import re
import subprocess
import unittest
import urllib.request

import requests
from edfi_api_client import EdFiClient

import program

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT / "services/gateway/edfi/testdata"
RESULTS = "/data/v3/ed-fi/studentAssessments"
SECRETS = {"vendor": "a secret of the vendor of assessments, long enough", "office": "a secret of the district office, long enough"}


def client_of(name, role):
    return {"client_id": name, "secret_sha256": hashlib.sha256(SECRETS[name].encode()).hexdigest(),
            "district": "lakeside", "role": role}


def document(name):
    return json.loads((DOCUMENTS / f"{name}.json").read_text())


class EdFi(program.Case):
    def setUp(self):
        super().setUp()
        clients = self.folder / "clients.json"
        clients.write_text(json.dumps([client_of("vendor", "integration"), client_of("office", "district_administrator")]))
        self.server = subprocess.Popen(
            [program.THROUGHLINE, "serve", "--data", str(self.data), "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0",
             "--clients", str(clients), "--signing-key", str(self.folder / "token-key.json")],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.kill)
        self.url = re.search(r"http://127\.0\.0\.1:\d+", self.server.stdout.readline()).group()
        self.office = self.connect("office")
        self.client = self.connect("vendor")
        self.session = self.client.session
        self.set_up_the_district()

    def connect(self, name):
        client = EdFiClient(self.url, name, SECRETS[name])
        client.connect()
        return client

    def ours(self, verb, path, body=None):
        """A call of the JSON API, by the district's office."""
        headers = dict(self.office.session.auth_headers) | {"Idempotency-Key": f"{verb} {path}"}
        answer = requests.request(verb, self.url + path, headers=headers if verb != "GET" else
                                  dict(self.office.session.auth_headers), json=body, timeout=30)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def set_up_the_district(self):
        self.ours("POST", "/v1/districts", {"district": {
            "name": "Lakeside", "timeZone": "America/Chicago",
            "calendar": {"terms": [{"first": "2020-08-15", "last": "2021-05-30"}]}}})
        for school, student in (("north", "6048999"), ("south", "6049000")):
            self.ours("PUT", f"/v1/schools/{school}", {"school": {"name": school}})
            self.ours("POST", f"/v1/schools/{school}/teams:upsert",
                      {"teams": [{"team": "grade-3", "name": "Grade 3", "active": True}]})
            self.ours("POST", f"/v1/schools/{school}/roster:update", {
                "classes": [{"classId": f"3-{school}", "title": "3", "team": "grade-3"}],
                "students": [{"student": student, "classIds": [f"3-{school}"]}]})

    def post(self, resource, body):
        return self.session.post_response(f"{self.url}/data/v3/ed-fi/{resource}", body)

    def refused(self, ask):
        """The response that the client raises over."""
        with self.assertRaises(requests.HTTPError) as raised:
            ask()
        response = raised.exception.response
        problem = response.json()
        self.assertEqual(response.headers["Content-Type"], "application/problem+json")
        self.assertEqual(problem["status"], response.status_code)
        self.assertTrue(problem["correlationId"])
        self.assertNotIn("6048999", response.text)
        return response.status_code, problem["type"].removeprefix("urn:ed-fi:api:"), problem

    def define(self):
        objectives = [{"assessmentReference": {"assessmentIdentifier": document("assessment")["assessmentIdentifier"],
                                               "namespace": "uri://assessmentprovider.com"},
                       "identificationCode": f"GB-CCSS.ELA-LITERACY.RL.3.{n}",
                       "scores": [{"assessmentReportingMethodDescriptor":
                                   "uri://ed-fi.org/AssessmentReportingMethodDescriptor#Percent correct",
                                   "resultDatatypeTypeDescriptor":
                                   "uri://ed-fi.org/ResultDatatypeTypeDescriptor#Percentage",
                                   "minimumScore": "0", "maximumScore": "100"}]} for n in (1, 2)]
        self.assertEqual(self.post("assessments", document("assessment")).status_code, 201)
        for objective in objectives:
            self.assertEqual(self.post("objectiveAssessments", objective).status_code, 201)

    def counts(self):
        counts = self.ours("GET", "/v1/resultCounts")
        return {name: int(value) for name, value in counts.items()}

    def test_a_client_finds_its_way(self):
        info = self.client.get_info()
        self.assertEqual(info["urls"]["dataManagementApi"], self.url + "/data/v3/")
        self.assertEqual(self.client.get_data_model_version(), "5.0.0")
        self.assertEqual(self.client.oauth_url, info["urls"]["oauth"])
        with urllib.request.urlopen(info["urls"]["dependencies"], timeout=30) as answer:
            order = [one["resource"] for one in json.load(answer)]
        self.assertEqual(order[-1], "/ed-fi/studentAssessments")

    def test_a_document_is_made_changed_and_deleted(self):
        self.define()
        made = self.post("studentAssessments", document("student_assessment"))
        self.assertEqual((made.status_code, made.text), (201, ""))
        location = made.headers["Location"]
        self.assertRegex(location, "^" + self.url + RESULTS + "/[0-9a-f]{32}$")
        self.assertEqual(self.counts()["accepted"], 2)
        self.assertEqual(self.counts()["unscored"], 1)

        again = self.post("studentAssessments", document("student_assessment"))
        self.assertEqual((again.status_code, again.headers["Location"]), (200, location))
        changed = document("student_assessment")
        changed["scoreResults"][2]["result"] = "2440"
        self.assertEqual(self.post("studentAssessments", changed).status_code, 200)
        self.assertEqual(self.counts()["corrected"], 1)

        id = location.rpartition("/")[2]
        changed["scoreResults"][2]["result"] = "2450"
        self.assertEqual(self.session.put_response(self.url + RESULTS, id, changed).status_code, 204)
        other = copy.deepcopy(changed)
        other["studentReference"]["studentUniqueId"] = "6049000"
        status, kind, _ = self.refused(lambda: self.session.put_response(self.url + RESULTS, id, other))
        self.assertEqual((status, kind), (400, "bad-request:data-validation-failed:key-change-not-supported"))
        made = self.post("studentAssessments", other)
        self.assertEqual(made.status_code, 201, "the same identifier of another student, in another school")
        self.assertNotEqual(made.headers["Location"], location)

        self.assertEqual(self.session.delete_response(self.url + RESULTS, id).status_code, 204)
        self.assertEqual(self.refused(lambda: self.session.delete_response(self.url + RESULTS, id))[:2],
                         (404, "not-found"))
        variance = [one for one in self.ours("GET", "/v1/assessments")["assessments"]
                    if one["title"].endswith("(Scale score)")]
        found = requests.get(f"{self.url}/v1/assessments/{variance[0]['assessment']}/variance",
                             headers=self.office.session.auth_headers, timeout=30)
        self.assertEqual(found.status_code, 400, "one student is too few to be shown")

    def test_what_cannot_be_used_yet_is_taken_in_and_says_so(self):
        answer = self.post("studentAssessments", document("student_assessment"))
        self.assertEqual(answer.status_code, 200)
        self.assertEqual([(one["result"], one["reason"]) for one in answer.json()["setAside"]],
                         [("$", "ASSESSMENT_UNKNOWN"), ("$.studentObjectiveAssessments[0]", "ASSESSMENT_UNKNOWN"),
                          ("$.studentObjectiveAssessments[1]", "ASSESSMENT_UNKNOWN")])
        self.assertNotIn("6048999", answer.text)
        self.assertEqual(self.counts()["quarantined"], 3)
        self.define()
        self.assertEqual(self.post("studentAssessments", document("student_assessment")).status_code, 201)
        self.assertEqual(self.counts()["quarantined"], 0)
        id = self.post("studentAssessments", document("student_assessment")).headers["Location"].rpartition("/")[2]
        self.assertEqual(self.session.delete_response(self.url + RESULTS, id).status_code, 204)

    def test_a_stranger_is_set_aside(self):
        self.define()
        stranger = document("student_assessment")
        stranger["studentReference"]["studentUniqueId"] = "1"
        answer = self.post("studentAssessments", stranger)
        self.assertEqual(answer.json()["setAside"][0]["reason"], "SCHOOL_UNKNOWN")
        id = answer.headers["Location"].rpartition("/")[2]
        self.assertEqual(self.session.delete_response(self.url + RESULTS, id).status_code, 204, "and can be deleted")
        self.assertEqual(self.counts()["quarantined"], 0)

    def test_refusals_are_ed_fis(self):
        wrong = document("student_assessment")
        del wrong["studentReference"]
        wrong["assessmentReference"]["namespace"] = ""
        status, kind, problem = self.refused(lambda: self.post("studentAssessments", wrong))
        self.assertEqual((status, kind), (400, "bad-request:data-validation-failed"))
        self.assertEqual(sorted(problem["validationErrors"]), ["$.assessmentReference.namespace", "$.studentReference"])
        flat = document("assessment")
        flat["scores"][1]["maximumScore"] = flat["scores"][1]["minimumScore"]
        status, _, problem = self.refused(lambda: self.post("assessments", flat))
        self.assertEqual((status, list(problem["validationErrors"])), (400, ["$.scores[1].maximumScore"]))
        self.define()
        longer = document("assessment")
        longer["scores"][1]["maximumScore"] = "3000"
        self.assertEqual(self.refused(lambda: self.post("assessments", longer))[:2], (409, "data-conflict"))
        self.assertEqual(self.refused(lambda: self.post("students", {"studentUniqueId": "1"}))[:2], (404, "not-found"))
        self.assertEqual(self.refused(lambda: self.session.delete_response(self.url + RESULTS, "x"))[0], 404)

    def test_results_are_not_given_back(self):
        endpoint = self.client.resource("studentAssessments")
        for ask in (endpoint.get, lambda: list(endpoint.get_rows()), endpoint.get_total_count,
                    lambda: endpoint.get_by_id("0" * 32)):
            self.assertEqual(self.refused(ask)[:2], (403, "security:authorization:access-denied:action"))

    def test_what_a_client_never_sends_is_refused_in_ed_fis_words_too(self):
        def ask(verb, path, body=b"", kind="application/json", headers=None):
            headers = dict(self.session.auth_headers) if headers is None else headers
            answer = requests.request(verb, self.url + path, data=body, headers=headers | {"Content-Type": kind}, timeout=30)
            return answer.status_code, answer.json()["type"].removeprefix("urn:ed-fi:api:")
        self.assertEqual(ask("POST", RESULTS, b"{"), (400, "bad-request:data-validation-failed"))
        self.assertEqual(ask("POST", RESULTS), (400, "bad-request"))
        self.assertEqual(ask("POST", RESULTS, b'{"id": "1"}'), (400, "bad-request:data-validation-failed"))
        self.assertEqual(ask("POST", RESULTS, b"<a/>", "application/xml"), (415, "unsupported-media-type"))
        self.assertEqual(ask("PUT", RESULTS, b"{}"), (405, "method-not-allowed"))
        self.assertEqual(ask("POST", RESULTS, b" " * (5 << 20)), (413, "about:blank"))
        self.assertEqual(ask("POST", RESULTS, b"{}", headers={}), (401, "security:authentication"))


if __name__ == "__main__":
    unittest.main()
