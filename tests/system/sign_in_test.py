"""Signing in to the real program with npm's oauth2-mock-server: in a browser, and by hand for what no browser would do."""
import base64
import hashlib
import http.client
import http.cookies
import json
import re
import secrets
import signal
import subprocess
import time
import unittest
import urllib.parse

import program
from board_browser import Browser
from foreign_issuer import Issuer
from parts import free_port, wait_until

CLIENT = "throughline-board"
SECRET = "a secret of 32 bytes, or of more!"
ANA = {"sub": "ana", "name": "Ana Ruiz", "groups": ["leaders"], "sid": "session-of-ana"}
BEN = {"sub": "ben", "name": "Ben Okafor", "groups": ["teachers"], "school": "north", "team": "grade-3", "sid": "session-of-ben"}
GUEST = {"sub": "guest", "name": "A Guest", "groups": ["parents"]}
ROLES = {"rules": [
    {"when": [{"claim": "groups", "is": "leaders"}], "role": "district_administrator", "district": "lakeside"},
    {"when": [{"claim": "groups", "is": "teachers"}], "role": "team_member", "district": "lakeside",
     "school": {"claim": "school"}, "team": {"claim": "team"}}]}
LOGOUT = {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}
SESSION = "throughline-session"
GRADEBOOK = "/ims/oneroster/gradebook/v1p2"


class SignIn(program.Case):
    def setUp(self):
        super().setUp()
        self.issuer = Issuer(self.addCleanup, ANA)
        self.issuer.generate("RS256", "rsa")
        self.http = f"127.0.0.1:{free_port()}"
        self.server = None
        self.addCleanup(self.end)
        (self.folder / "roles.json").write_text(json.dumps(ROLES))
        (self.folder / "clients.json").write_text(json.dumps([{
            "client_id": "sis", "secret_sha256": hashlib.sha256(SECRET.encode()).hexdigest(), "district": "lakeside",
            "role": "integration"}]))
        (self.folder / "secret").write_text("the client's secret\n")

    def start(self, *options, signing_in=True):
        more = ["--sign-in-issuer", self.issuer.url, "--sign-in-client", CLIENT, "--sign-in-roles", self.folder / "roles.json",
                "--sign-in-secret-file", self.folder / "secret", "--clients", self.folder / "clients.json"] if signing_in else []
        self.server = subprocess.Popen(
            [program.THROUGHLINE, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--http", self.http, *map(str, more),
             *options], stdout=subprocess.PIPE, text=True)
        self.grpc = re.search(r"at (127\S+),", self.server.stdout.readline()).group(1)

    def end(self, how=signal.SIGKILL):
        if self.server is None:
            return
        self.server.send_signal(how)
        self.server.wait(60)
        self.server.stdout.close()
        self.server = None

    def call(self, method, target, headers=None, body=None):
        """(status, headers, body) of the program, or of whoever the address is of."""
        at = urllib.parse.urlsplit(target if "://" in target else f"http://{self.http}{target}")
        connection = http.client.HTTPConnection(at.netloc, timeout=60)
        connection.request(method, at._replace(scheme="", netloc="").geturl(), body, headers or {})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    @staticmethod
    def cookies_of(headers):
        """name -> Morsel"""
        jar = http.cookies.SimpleCookie()
        for one in headers.get_all("Set-Cookie") or []:
            jar.load(one)
        return jar

    def begin(self, query="", session="a=b"):
        """What a browser has after its first step: its cookie, and where it is sent."""
        status, headers, _ = self.call("GET", f"/sign-in{query}", {"Cookie": session})
        self.assertEqual((status, headers["Cache-Control"]), (303, "no-store"))
        return f"throughline-sign-in={self.cookies_of(headers)['throughline-sign-in'].value}", headers["Location"]

    def sign_in(self, who=ANA, session="a=b"):
        """The cookie of a new session, in a browser that has a session perhaps."""
        self.issuer.ask(say=who)
        attempt, provider = self.begin(session=session)
        back = self.call("GET", provider)[1]["Location"]
        status, headers, text = self.call("GET", back, {"Cookie": attempt})
        self.assertEqual((status, headers["Location"]), (303, f"http://{self.http}/"), text)
        jar = self.cookies_of(headers)
        self.assertEqual(jar["throughline-sign-in"].value, "")
        return f"{SESSION}={jar[SESSION].value}"

    def found_district(self, cookie):
        """As an administrator does it, from a page of the board."""
        status, _, text = self.call("POST", "/v1/districts", {
            "Cookie": cookie, "Origin": f"http://{self.http}", "Content-Type": "application/json"}, json.dumps({"district": {
                "name": "Lakeside", "timeZone": "America/Chicago", "calendar": {"terms": [{"first": "2026-08-17", "last": "2027-05-28"}]}}}))
        self.assertEqual(status, 200, text)

    def stream(self, cookie):
        """The connection and the answer of a stream; None until there is something to stream."""
        connection = http.client.HTTPConnection(self.http, timeout=60)
        connection.request("GET", "/v1/alerts:watch", headers={"Cookie": cookie})
        answer = connection.getresponse()
        if answer.status == 200:
            return connection, answer
        connection.close()
        return None

    def me(self, cookie):
        status, _, text = self.call("GET", "/v1/me", {"Cookie": cookie})
        return status, json.loads(text)

    def is_over(self, cookie):
        status, answer = self.me(cookie)
        return status == 401 and answer["error"]["details"][0]["reason"] == "SESSION_OVER"

    def actions(self):
        """(action, outcome, reason, subject) of what is in the audit trail of signing in and out."""
        lines = [json.loads(line) for line in program.run("audit", "export", "--data", self.data).stdout.splitlines()]
        records = [line["record"] for line in lines if "record" in line]
        return [(one["action"], one["outcome"], one.get("reason", ""), one.get("actor", {}).get("subject", "")) for one in records
                if one["action"] in ("ACTION_SIGNED_IN", "ACTION_SIGNED_OUT") and "sign" in one.get("method", "")]

    def logout(self, kind="logout+jwt", by=None, **claims):
        token = self.issuer.token("rsa", {"aud": CLIENT, "jti": secrets.token_hex(8), **LOGOUT, **claims}, 120, by, kind)
        return self.send_logout(token)

    def send_logout(self, token):
        status, headers, _ = self.call("POST", "/sign-in/back-channel-logout", {"Content-Type": "application/x-www-form-urlencoded"},
                                       urllib.parse.urlencode({"logout_token": token}))
        self.assertEqual(headers["Cache-Control"], "no-store")
        return status


class ByHand(SignIn):
    def test_the_provider_is_asked_as_the_standards_say(self):
        self.start()
        _, provider = self.begin()
        at = urllib.parse.urlsplit(provider)
        asked = dict(urllib.parse.parse_qsl(at.query))
        self.assertEqual(f"{at.scheme}://{at.netloc}{at.path}", f"{self.issuer.url}/authorize")
        self.assertEqual({name: asked[name] for name in ("response_type", "client_id", "redirect_uri", "scope", "code_challenge_method")},
                         {"response_type": "code", "client_id": CLIENT, "redirect_uri": f"http://{self.http}/sign-in/callback",
                          "scope": "openid profile email", "code_challenge_method": "S256"})
        for name in ("state", "nonce", "code_challenge"):
            self.assertEqual(len(base64.urlsafe_b64decode(asked[name] + "=")), 32, name)
        self.assertNotEqual(asked["state"], dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.begin()[1]).query))["state"])

    def test_a_session_is_who_the_mapping_says(self):
        self.start()
        ana = self.me(self.sign_in(ANA))[1]
        self.assertEqual(ana["signIn"], "/sign-in")
        valid_until = int(ana["caller"].pop("validUntilMs"))
        self.assertAlmostEqual(valid_until / 1000, time.time() + 480 * 60, delta=120)
        may_call = ana["caller"].pop("mayCall")
        self.assertIn("CreateSilence", may_call)
        self.assertNotIn("ExportStudent", may_call, "it is for privacy officers")
        self.assertEqual(ana["caller"], {"subject": "ana", "name": "Ana Ruiz", "role": "ROLE_DISTRICT_ADMINISTRATOR", "district": "lakeside",
                                         "signedIn": True})
        ben = self.me(self.sign_in(BEN))[1]["caller"]
        self.assertIn("WatchEvents", ben["mayCall"])
        self.assertNotIn("ListSilences", ben["mayCall"])
        self.assertEqual((ben["role"], ben["school"], ben["team"]), ("ROLE_TEAM_MEMBER", "north", "grade-3"))
        self.assertEqual(self.me("a=b"), (200, {"signIn": "/sign-in"}))
        # A cookie is a credential for the gateway alone: it is no token.
        cookie = self.sign_in(ANA)
        self.found_district(cookie)
        self.assertEqual(self.call("GET", "/v1/schools", {"Authorization": f"Bearer {cookie.partition('=')[2]}"})[0], 401)
        self.assertEqual(self.call("GET", "/v1/schools?district=lakeside", {"Cookie": cookie})[0], 200)
        self.assertEqual(self.call("GET", "/v1/schools?district=seaside", {"Cookie": cookie})[0], 403)

    def test_an_answer_that_no_attempt_of_this_browser_waits_for_signs_nobody_in(self):
        self.start()
        attempt, provider = self.begin()
        back = self.call("GET", provider)[1]["Location"]
        other = re.sub(r"state=[^&]+", f"state={secrets.token_urlsafe(32)}", back)
        foreign = self.begin()[0]
        for what, (target, cookie) in {"another state": (other, attempt), "no cookie": (back, "a=b"),
                                       "another browser": (back, foreign), "no state": (back.split("&state")[0], attempt)}.items():
            with self.subTest(what):
                status, headers, text = self.call("GET", target, {"Cookie": cookie})
                self.assertEqual(status, 400)
                self.assertIn("nobody is signing in", text)
                self.assertNotIn(SESSION, self.cookies_of(headers))
        refused, headers, _ = self.call("GET", re.sub(r"code=[^&]+", "error=access_denied", back), {"Cookie": attempt})
        self.assertEqual((refused, list(self.cookies_of(headers))), (403, ["throughline-sign-in"]))
        # The provider has given the code away once: nobody gets a session for it a second time.
        self.assertEqual(self.call("GET", back, {"Cookie": attempt})[0], 303)
        self.assertEqual(self.call("GET", back, {"Cookie": attempt})[0], 403)
        for page in ("//evil.example", "/\\evil.example", "https://evil.example", "/v1/me", "/#a%0d%0aX: y"):
            self.assertEqual(self.call("GET", f"/sign-in?return={urllib.parse.quote(page)}")[0], 400, page)

    def test_what_the_provider_says_of_somebody_is_checked(self):
        self.start()
        for what, who in {"another client": {**ANA, "aud": "another"}, "another sign-in": {**ANA, "nonce": "another"},
                          "another issuer": {**ANA, "iss": "https://evil.example"}, "over": {**ANA, "exp": int(time.time()) - 120},
                          "no role": GUEST, "a system": {**ANA, "sub": "sis"}}.items():
            with self.subTest(what):
                self.issuer.ask(say=who)
                attempt, provider = self.begin()
                status, headers, _ = self.call("GET", self.call("GET", provider)[1]["Location"], {"Cookie": attempt})
                self.assertEqual((status, list(self.cookies_of(headers))), (403, ["throughline-sign-in"]))

    def test_pages_of_other_sites_can_do_nothing_with_a_session(self):
        self.start()
        cookie = {"Cookie": self.sign_in(ANA)}
        typed = {**cookie, "Content-Type": "application/json"}
        own = {**typed, "Origin": f"http://{self.http}"}
        silence = json.dumps({"silence": {"comment": "c", "matcher": {"school": "north"}, "endsAtMs": "1"}})
        for what, headers in {"another origin": {**typed, "Origin": "https://evil.example"}, "no page": typed,
                              "another site": {**typed, "Sec-Fetch-Site": "cross-site"},
                              "a sibling": {**own, "Sec-Fetch-Site": "same-site"}, "no origin": {**typed, "Origin": "null"}}.items():
            with self.subTest(what):
                status, _, text = self.call("POST", "/v1/silences", headers, silence)
                self.assertEqual((status, "CROSS_SITE_REFUSED" in text), (403, True), text)
                status, headers, _ = self.call("POST", "/sign-out", headers)
                self.assertEqual((status, headers["Set-Cookie"]), (403, None))
        for kind in ("text/plain", "application/x-www-form-urlencoded"):
            self.assertEqual(self.call("POST", "/v1/silences", {**own, "Content-Type": kind}, silence)[0], 415, kind)
        self.assertEqual(self.call("GET", "/v1/schools", {**cookie, "Sec-Fetch-Site": "cross-site"})[0], 403)
        for headers in (own, {**typed, "Sec-Fetch-Site": "same-origin"}):
            self.assertIn(self.call("POST", "/v1/silences", headers, silence)[0], (400, 404), "it is the service that refuses it")
        self.assertEqual(self.me(cookie["Cookie"])[0], 200)

    def test_pages_are_its_own_by_the_public_address_where_there_is_one(self):
        self.start("--public-url", "https://board.district.example")
        self.issuer.ask(say=ANA)
        status, headers, _ = self.call("GET", "/sign-in")
        attempt = f"__Host-throughline-sign-in={self.cookies_of(headers)['__Host-throughline-sign-in'].value}"
        back = urllib.parse.urlsplit(self.call("GET", headers["Location"])[1]["Location"])
        self.assertEqual((status, back.netloc), (303, "board.district.example"))
        _, headers, _ = self.call("GET", back._replace(scheme="", netloc="").geturl(), {"Cookie": attempt})
        session = f"__Host-{SESSION}={self.cookies_of(headers)[f'__Host-{SESSION}'].value}"
        for origin, expected in ((f"http://{self.http}", 403), ("https://board.district.example", 200)):
            self.assertEqual(self.call("POST", "/sign-out", {"Cookie": session, "Origin": origin})[0], expected, origin)

    def test_the_provider_ends_sessions_and_they_stay_ended(self):
        self.start()
        ana, again, ben = self.sign_in(ANA), self.sign_in({**ANA, "sid": "another"}), self.sign_in(BEN)
        self.found_district(ana)
        stream, events = wait_until(lambda: self.stream(ana), "a stream of the new district")
        self.addCleanup(stream.close)
        for what, sent in {"another issuer": {"iss": "https://evil.example"}, "another client": {"aud": "another"}, "a nonce": {"nonce": "n"},
                           "no event": {"events": {}}, "nobody": {"sid": None, "sub": None}, "too old": {"iat": int(time.time()) - 3600},
                           "another key": {"by": "another"}, "another type": {"kind": "at+jwt"}}.items():
            with self.subTest(what):
                self.assertEqual(self.logout(**{"sid": "session-of-ana", **sent}), 400)
        self.assertEqual(self.send_logout("nonsense"), 400)
        self.assertEqual(self.me(ana)[0], 200)
        token = self.issuer.token("rsa", {"aud": CLIENT, "jti": "once", "sub": "ana", "sid": "session-of-ana", **LOGOUT}, 120, None, "logout+jwt")
        self.assertEqual(self.send_logout(token), 200)
        self.assertTrue(self.is_over(ana))
        self.assertEqual(events.read().count(b"\nevent:"), 0)  # to its end, which comes
        self.assertEqual(self.send_logout(token), 400)
        self.assertEqual([self.me(one)[0] for one in (again, ben)], [200, 200])
        self.assertEqual(self.logout(sub="ben", sid=None), 200)
        self.end()
        self.start()
        self.assertEqual([self.is_over(one) for one in (ana, again, ben)], [True, False, True])
        self.assertEqual(self.send_logout(token), 400)
        self.assertEqual(self.me(self.sign_in(BEN))[0], 200)

    def test_whoever_signs_in_is_refused_or_signs_out_is_on_record(self):
        self.start()
        cookie = self.sign_in(ANA)
        self.issuer.ask(say=GUEST)
        attempt, provider = self.begin()
        self.call("GET", self.call("GET", provider)[1]["Location"], {"Cookie": attempt})
        status, headers, text = self.call("POST", "/sign-out", {"Cookie": cookie, "Origin": f"http://{self.http}"})
        self.assertEqual((status, self.cookies_of(headers)[SESSION].value), (200, ""))
        self.assertTrue(json.loads(text)["next"].startswith(f"{self.issuer.url}/endsession?"))
        self.assertTrue(self.is_over(cookie))
        self.assertEqual(self.logout(sub="nobody"), 200)
        self.assertEqual(self.logout(sub="nobody", kind="JWE"), 400)
        self.end(signal.SIGTERM)
        done, refused = "OUTCOME_DONE", "OUTCOME_REFUSED"
        self.assertEqual(self.actions(), [
            ("ACTION_SIGNED_IN", done, "", "ana"), ("ACTION_SIGNED_IN", refused, "ROLE_UNMAPPED", "guest"),
            ("ACTION_SIGNED_OUT", done, "", "ana"), ("ACTION_SIGNED_OUT", done, "", ""),
            ("ACTION_SIGNED_OUT", refused, "LOGOUT_TOKEN_INVALID", "")])

    def test_signing_in_ends_the_session_that_the_browser_had(self):
        self.start()
        elsewhere, before = self.sign_in(ANA), self.sign_in(ANA)
        self.issuer.ask(say=GUEST)  # who is refused takes nobody's place
        attempt, provider = self.begin(session=before)
        self.assertEqual(self.call("GET", self.call("GET", provider)[1]["Location"], {"Cookie": attempt})[0], 403)
        self.assertEqual(self.me(before)[0], 200)
        after = self.sign_in(BEN, before)
        self.assertEqual([self.is_over(one) for one in (elsewhere, before, after)], [False, True, False])
        again = self.sign_in(BEN, before)  # a cookie that is good for nothing ends nothing
        self.assertEqual([self.is_over(one) for one in (after, again)], [False, False])
        self.end(signal.SIGTERM)
        self.start()
        self.assertTrue(self.is_over(before))
        self.end(signal.SIGTERM)
        done = "OUTCOME_DONE"
        signed_in = [("ACTION_SIGNED_IN", done, "", "ana")] * 2 + [("ACTION_SIGNED_IN", "OUTCOME_REFUSED", "ROLE_UNMAPPED", "guest")]
        self.assertEqual(self.actions(), signed_in + [
            ("ACTION_SIGNED_IN", done, "", "ben"), ("ACTION_SIGNED_OUT", done, "", "ben"), ("ACTION_SIGNED_IN", done, "", "ben")])

    def test_what_is_wrong_stops_the_start_and_a_provider_that_is_away_does_not(self):
        def start(*options):
            return program.run("serve", "--data", self.data, "--listen", "127.0.0.1:0", "--http", self.http, "--sign-in-client", CLIENT,
                               *options, check=False).stderr
        roles = ("--sign-in-roles", self.folder / "roles.json")
        at = ("--sign-in-issuer", self.issuer.url, *roles)
        self.assertIn("SIGN_IN_INSECURE", start(*at, "--public-url", "http://board.district.example"))
        self.assertIn("ROLES_UNUSABLE", start("--sign-in-issuer", self.issuer.url, "--sign-in-roles", "/nowhere"))
        self.assertIn("SIGN_IN_SECRET_UNUSABLE", start(*at, "--sign-in-secret-file", "/nowhere"))
        self.assertIn("SIGN_IN_OPTION_MISSING", start(*at, "--sign-in-scopes", "profile"))
        self.assertIn("PROVIDER_UNUSABLE", start("--sign-in-issuer", f"{self.issuer.url}/", *roles))
        self.assertIn("SIGN_IN_AUDIENCE_SHARED", start(*at, "--jwks", f"{self.issuer.url}/jwks", "--jwt-issuer", self.issuer.url,
                                                       "--jwt-audience", CLIENT))
        self.assertIn("ACCESS_CONTRADICTORY", start(*at, "--open-access"))
        self.issuer.stop()
        self.start()
        status, _, text = self.call("GET", "/sign-in")
        self.assertEqual((status, "does not answer" in text), (503, True))


class InABrowser(SignIn):
    def setUp(self):
        super().setUp()
        self.start(signing_in=False)
        self.begin_lakeside()
        self.end(signal.SIGTERM)

    def open_browser(self, *options):
        self.start(*options)
        self.browser = Browser(f"http://{self.http}")
        self.addCleanup(self.browser.end)
        self.browser.begin()

    def push(self, score):
        """Today's results, all of them as this score, from the SIS."""
        _, _, text = self.call("POST", "/oauth/token", {"Content-Type": "application/x-www-form-urlencoded"}, urllib.parse.urlencode(
            {"grant_type": "client_credentials", "client_id": "sis", "client_secret": SECRET}))
        rows = [line.split(",") for line in (self.folder / "lakeside/today.csv").read_text().splitlines()]
        at = {name: i for i, name in enumerate(rows[0])}
        results = [{"sourcedId": row[at["sourcedId"]], "scoreStatus": "fully graded", "score": score, "scoreDate": row[at["scoreDate"]],
                    "lineItem": {"sourcedId": row[at["lineItemSourcedId"]]}, "student": {"sourcedId": row[at["studentSourcedId"]]}}
                   for row in rows[1:]]
        status, _, text = self.call("POST", f"{GRADEBOOK}/lineItems/today/results", {
            "Authorization": f"Bearer {json.loads(text)['access_token']}", "Content-Type": "application/json"},
            json.dumps({"results": results}))
        self.assertEqual(status, 201, text)

    def test_somebody_signs_in_sees_what_happens_and_signs_out(self):
        self.open_browser()
        self.browser.open(at="#/lakeside/alerts")
        self.browser.see(role="heading", name="Sign in")
        self.assertEqual(self.browser.violations(), [])
        self.assertNotIn("North", self.browser.text(css="body"))
        self.browser.click(role="link", name="Sign in with your district’s account")
        self.browser.see(role="heading", name="Alerts")
        self.assertEqual(self.browser.address(), f"http://{self.http}/#/lakeside/alerts")
        self.browser.see(css="header", text="Ana Ruiz")
        self.browser.see(css="header", text="district administrator")
        self.assertEqual(self.browser.violations(), [])
        session, = [one for one in self.browser.cookies() if one["name"] == SESSION]
        self.assertEqual((session["httpOnly"], session["sameSite"], session["path"]), (True, "Strict", "/"))
        self.assertEqual(self.browser.evaluate(script="document.cookie"), "")
        # What browsers have for this kind of stream comes with the session by itself.
        self.browser.evaluate(script="""new Promise((done, failed) => {
            window.heard = [];
            const source = new EventSource('/v1/alerts:watch');
            source.addEventListener('raised', (event) => window.heard.push(event.data));
            source.onopen = () => done(true);
            source.onerror = () => failed(new Error('no stream'));
        })""")
        self.browser.see(css=".live-bar.live")
        self.push("1")
        self.browser.see(css=".alert-item", text="Off track")
        self.browser.until(script="window.heard.length > 0")
        self.browser.click(css=".alert-item:has-text('Off track') p a:has-text('matched students')")
        self.browser.see(role="heading", name="Why you see this")
        self.browser.click(role="button", name="Acknowledge: ")
        self.browser.see(text="Handled by")
        self.assertEqual(self.browser.complaints(), [])
        self.browser.click(role="button", name="Sign out")
        self.browser.see(role="heading", name="Sign in")
        self.assertEqual(self.browser.address(), f"http://{self.http}/")
        self.assertEqual([one for one in self.browser.cookies() if one["name"] == SESSION], [])
        self.assertTrue(self.is_over(f"{SESSION}={session['value']}"))
        self.assertEqual(self.browser.complaints(), [])
        self.browser.open(at="", query="?lang=es")
        self.browser.see(role="heading", name="Iniciar sesión")

    def test_a_session_that_is_over_is_said_to_be_and_begun_again_where_one_was(self):
        self.open_browser("--session-minutes", "0.2")
        self.browser.open(at="#/lakeside/practices")
        self.browser.click(role="link", name="Sign in with your district’s account")
        self.browser.see(role="heading", name="Practices")
        self.browser.see(role="heading", name="Your session is over")
        self.browser.click(role="link", name="Sign in with your district’s account")
        self.browser.see(role="heading", name="Practices")
        # Before its time the provider ends it: the page that is open hears of it.
        self.end(signal.SIGTERM)
        self.start()
        self.browser.open(at="#/lakeside/alerts")
        self.browser.click(role="link", name="Sign in with your district’s account")
        self.browser.see(css=".live-bar.live")
        self.assertEqual(self.logout(sid="session-of-ana"), 200)
        self.browser.see(role="heading", name="Your session is over")
        complaints = self.browser.complaints()
        self.assertEqual([one for one in complaints if "401" not in one and "ERR_" not in one], [])

    def test_a_page_of_a_team_follows_each_result_and_asks_for_nothing_that_is_refused(self):
        self.open_browser()
        self.issuer.ask(say=BEN)
        self.browser.open(at="")
        self.browser.click(role="link", name="Sign in with your district’s account")
        self.browser.see(css=".trail", text="North")
        self.browser.see(css=".live-bar.live")
        covered = r"(document.querySelector('main').innerText.match(/\d+ students have a result on/) ?? [''])[0]"
        before = self.browser.evaluate(script=covered)
        self.push("1")
        self.browser.until(script=f"{covered} !== '{before}'")
        streams = self.browser.evaluate(script="""performance.getEntriesByType('resource').map((one) => one.name)
            .filter((one) => one.includes(':watch')).join()""")
        self.assertNotIn("/v1/alerts:watch", streams)
        self.browser.open(at="#/lakeside/alerts")
        self.browser.see(css=".live-bar.live")
        self.assertEqual(self.browser.count(css="#silences"), 0)
        self.browser.open(at="#/lakeside/practices")
        self.browser.see(css=".live-bar.live")
        self.assertEqual(self.browser.complaints(), [], "the browser notes every refusal")
        # Of another team nothing is told.
        cookie = self.sign_in(BEN)
        own = self.call("GET", "/v1/schools", {"Cookie": cookie})[0]
        self.assertEqual(own, 200)
        for query in ("school=north", "school=north&team=grade-4", ""):
            self.assertEqual(self.call("GET", f"/v1/events:watch?{query}", {"Cookie": cookie})[0], 403, query)

    def test_somebody_without_a_role_is_told_so(self):
        self.open_browser()
        self.issuer.ask(say=GUEST)
        self.browser.open(at="#/lakeside")
        self.browser.click(role="link", name="Sign in with your district’s account")
        self.browser.see(role="heading", name="You are not signed in")
        self.browser.see(text="nobody has said what your role")
        self.assertEqual(self.browser.violations(), [])
        self.assertEqual(self.browser.cookies(), [])
        self.assertEqual(len(self.browser.complaints()), 1, "the browser notes that the page is a 403")
        self.issuer.ask(say=BEN)
        self.browser.click(role="link", name="Sign in as somebody else")
        self.browser.see(css="header", text="Ben Okafor")
        # The refusal's page knows no place to come back to: the board opens at the team of who signed in.
        self.browser.see(css=".district", text="Lakeside")
        self.browser.see(css=".trail", text="North")
        self.browser.see(css=".live-bar.live")
        self.assertEqual(self.browser.complaints(), [])
        self.browser.open(at="#/lakeside/calendar")
        self.browser.see(css=".live-bar.live")
        self.assertEqual(self.browser.complaints(), [])


if __name__ == "__main__":
    unittest.main()
