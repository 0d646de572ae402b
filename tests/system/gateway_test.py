"""The public API: results pushed with curl, alerts read as server-sent events, and what goes wrong."""
import json
import signal
import subprocess
import unittest
import urllib.parse

import district_gateway
from district_gateway import GRADEBOOK, Events


class Gateway(district_gateway.Case):
    def push(self, result):
        done = subprocess.run(
            ["curl", "-sS", "-X", "PUT", "-H", "Throughline-District: lakeside", "-H", "Content-Type: application/json",
             "-d", json.dumps({"result": result}), "-w", "\n%{http_code}",
             f"http://{self.http}{GRADEBOOK}/results/{urllib.parse.quote(result['sourcedId'], safe='')}"],
            capture_output=True, text=True, check=True)
        body, _, status = done.stdout.rpartition("\n")
        return int(status), json.loads(body)

    def test_a_pushed_result_becomes_an_alert_on_a_stream(self):
        stream = Events(self.port, "/v1/alerts:watch?district=lakeside&from=beginning")
        self.addCleanup(stream.close)
        self.assertEqual(stream.response.status, 200)
        self.assertEqual(stream.response.headers["Content-Type"].partition(";")[0], "text/event-stream")
        told = {}
        for result in self.results():
            status, info = self.push(result)
            told[result["sourcedId"]] = info["imsx_description"]
            self.assertIn(status, (200, 201), info)
        self.assertEqual(sum(text == "accepted" for text in told.values()), len(told) - 1)
        self.assertEqual([text for text in told.values() if text.startswith("quarantined: SCORE_OFF_SCALE")].__len__(), 1)
        raised = stream.next("raised")
        alert = json.loads(raised["data"])["raised"]["alert"]
        self.assertEqual(alert["condition"]["school"], "north")
        self.assertNotIn("student-", raised["data"])

        # From its position on, and by another name for the same: nothing is missed or comes twice. Of other
        # schools a position may have passed more when it is read again.
        def without_position(event):
            return {name: value for name, value in event.items() if name != "id"}
        behind = without_position(next(iter(stream)))
        for again in (Events(self.port, "/v1/alerts:watch?district=lakeside", raised["id"]),
                      Events(self.port, "/v1/alerts:watch?district=lakeside&after=" + urllib.parse.quote(raised["id"]))):
            self.addCleanup(again.close)
            self.assertEqual(without_position(next(iter(again))), behind)

        # The same again changes nothing; another score corrects.
        first = next(self.results())
        self.assertEqual(self.push(first)[1]["imsx_description"], "duplicate")
        self.assertEqual(self.push(first | {"score": 1})[1]["imsx_description"], "corrected")
        self.assertEqual(self.ask("DELETE", f"{GRADEBOOK}/results/{first['sourcedId']}")[0], 204)

    def test_a_batch_is_answered_item_by_item(self):
        results = list(self.results())
        line_item = results[0]["lineItem"]["sourcedId"]
        results[1] = {"student": results[1]["student"]}
        status, _, body = self.ask("POST", f"{GRADEBOOK}/lineItems/{line_item}/results", {"results": results})
        self.assertEqual(status, 201, body)
        answer = json.loads(body)
        self.assertEqual(answer["outcomes"][0]["outcome"], "accepted")
        self.assertEqual((answer["outcomes"][1]["outcome"], answer["outcomes"][1]["field"]), ("rejected", "scoreStatus"))
        self.assertEqual(len(answer["sourcedIdPairs"]), len(results) - 1)

    def test_assessments_are_defined_and_listed(self):
        item = {"title": "Fluency screen", "resultValueMin": 0, "resultValueMax": 12.50,
                "metadata": {"kind": "trimester_screening", "indicator": "close-reading"}}
        status, _, body = self.ask("PUT", f"{GRADEBOOK}/assessmentLineItems/fluency", {"assessmentLineItem": item})
        self.assertEqual(status, 201, body)
        status, headers, body = self.ask("GET", f"{GRADEBOOK}/assessmentLineItems?filter=sourcedId%3D'fluency'")
        self.assertEqual((status, headers["X-Total-Count"]), (200, "1"))
        self.assertEqual(json.loads(body)["assessmentLineItems"][0]["resultValueMax"], 12.5)
        item["resultValueMax"] = 0
        status, _, body = self.ask("PUT", f"{GRADEBOOK}/assessmentLineItems/fluency", {"assessmentLineItem": item})
        self.assertEqual(status, 422)
        self.assertIn("above resultValueMin", json.loads(body)["imsx_description"])

    def test_line_items_are_given_back_and_removed(self):
        items = f"{GRADEBOOK}/lineItems"
        status, headers, body = self.ask("GET", items + "?limit=1&filter=title~'check'")
        self.assertEqual((status, headers["X-Total-Count"]), (200, "2"), body)
        self.assertIn('rel="next"', headers["Link"])
        self.assertEqual(json.loads(body)["lineItems"][0]["sourcedId"], "first")
        status, _, body = self.ask("GET", items + "/today")
        item = json.loads(body)["lineItem"]
        self.assertEqual((status, item["title"], item["class"]["sourcedId"], item["resultValueMax"]),
                         (200, "Today's check", "3a", 20))
        self.assertEqual(self.ask("DELETE", items + "/today")[0], 204)
        for method in ("GET", "DELETE"):
            status, _, body = self.ask(method, items + "/today")
            self.assertEqual((status, json.loads(body)["imsx_codeMajor"]), (404, "failure"), body)
        status, info = self.push(next(self.results()))
        self.assertTrue(info["imsx_description"].startswith("quarantined"), info)
        # What was recorded before stays.
        counts = json.loads(self.ask("GET", "/v1/resultCounts")[2])
        self.assertEqual((counts["accepted"], counts["quarantined"]), ("24", "1"))
        assessment = f"{GRADEBOOK}/assessmentLineItems/{item['metadata']['assessment']}"
        status, _, body = self.ask("GET", assessment)
        self.assertEqual((status, json.loads(body)["assessmentLineItem"]["title"]), (200, "Today's check"))
        self.assertEqual(self.ask("DELETE", assessment)[0], 204)
        self.assertEqual([self.ask(method, assessment)[0] for method in ("GET", "DELETE")], [404, 404])

    def test_what_goes_wrong_says_so(self):
        put = f"{GRADEBOOK}/results/r1"
        for body, status, words in [("{", 400, "valid JSON"), ({"x": 1}, 422, "result"), ({"result": {}}, 422, "student"),
                                    ("[" * 100_000, 400, "depth"), (" " * 2_000_000, 413, "bytes")]:
            got, _, said = self.ask("PUT", put, body)
            self.assertEqual((got, words in json.loads(said)["imsx_description"]), (status, True), said)
        self.assertEqual(self.ask("PUT", put, "{}", {"Throughline-District": "no district"})[0], 422)
        self.assertEqual(self.ask("GET", "/nowhere")[0], 404)
        status, headers, _ = self.ask("POST", put, "{}")
        self.assertEqual((status, headers["Allow"]), (405, "DELETE, PUT"))
        nobody = Events(self.port, "/v1/alerts:watch")
        self.assertEqual(nobody.response.status, 400)
        self.assertIn("DISTRICT_MISSING", nobody.response.read().decode())
        nobody.close()

    def test_a_position_of_another_log_is_told_so(self):
        lost = Events(self.port, "/v1/alerts:watch?district=lakeside", "nonsense")
        self.addCleanup(lost.close)
        reset = next(iter(lost))
        self.assertEqual(reset["event"], "reset")
        told = json.loads(reset["data"])
        self.assertEqual(told["reason"], "POSITION_UNKNOWN")
        self.assertEqual({alert["school"] for alert in told["alerts"]}, {"north"})

    def test_a_position_of_a_log_that_was_lost_is_told_so(self):
        def push_all():
            for result in self.results():
                self.push(result)
            return next(iter(self.watch("alerts", **{"from": "beginning"})))["id"]
        lost = push_all()
        self.server.kill()
        self.server.wait()
        self.data.rename(self.folder / "lost")
        self.serve()
        self.begin_lakeside()
        push_all()
        stream = self.watch("alerts", lost)
        reset = next(iter(stream))
        self.assertEqual(reset["event"], "reset")
        self.assertEqual({alert["school"] for alert in json.loads(reset["data"])["alerts"]}, {"north"})
        self.assertEqual(self.watch("alerts", reset["id"]).position(), reset["id"])

    def test_a_stream_may_begin_with_the_alerts_that_are_open(self):
        alerts = json.loads(self.ask("GET", "/v1/alerts?unresolvedOnly=true&pageSize=1000")[2])["alerts"]
        self.assertTrue(alerts)
        for what in ("alerts", "events"):
            snapshot = next(iter(self.watch(what, **{"from": "snapshot"})))
            self.assertEqual(snapshot["event"], "snapshot")
            self.assertEqual(json.loads(snapshot["data"]), {"alerts": alerts})
            self.assertEqual(self.watch(what, snapshot["id"]).position(), snapshot["id"])

    def test_a_list_says_where_to_watch_on(self):
        here = json.loads(self.ask("GET", "/v1/alerts")[2])["watchAfter"]
        for stream in (self.watch("alerts", here), self.watch("alerts", after=here)):
            self.assertEqual(stream.position(), here)
        for result in self.results():
            self.push(result)
        self.assertEqual(self.watch("alerts", here).next("raised")["event"], "raised")

    def test_it_stops_although_streams_are_open(self):
        streams = [Events(self.port, "/v1/events:watch?district=lakeside&from=beginning") for _ in range(20)]
        for stream in streams:
            self.addCleanup(stream.close)
            self.assertIn("id", next(iter(stream)))
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(15), 0)


if __name__ == "__main__":
    unittest.main()
