"""Two gateways on one Kafka share sessions: what begins at one holds at the other, and what ends at one is over at both."""
import signal
import subprocess
import unittest

import program
from parts import Broker, binaries_folder, free_port, wait_until
from sign_in_test import ANA, BEN, CLIENT, SESSION, SignIn

NOWHERE = "127.0.0.1:1"  # no service is asked


class TwoGateways(SignIn):
    def setUp(self):
        super().setUp()
        broker = Broker(self.folder / "kafka")
        broker.start()
        self.addCleanup(broker.stop)
        self.broker = broker.address
        self.addCleanup(self.end_all)
        self.gateways = {f"127.0.0.1:{free_port()}": None for _ in range(2)}
        self.one, self.other = self.gateways
        for at in self.gateways:
            self.begin_gateway(at)

    def begin_gateway(self, at):
        self.gateways[at] = subprocess.Popen([str(part) for part in [
            binaries_folder() / "throughline-gateway", "--http", at, "--connect", NOWHERE, "--kafka", self.broker, "--signing-key",
            self.folder / "signing.key", "--sign-in-issuer", self.issuer.url, "--sign-in-client", CLIENT, "--jwt-audience", "throughline", "--sign-in-roles",
            self.folder / "roles.json", "--sign-in-secret-file", self.folder / "secret"]])
        self.http = at
        wait_until(self.answers, f"{at} answers")

    def answers(self):
        self.assertIsNone(self.gateways[self.http].poll(), "it ended")
        try:
            return self.call("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def end_gateway(self, at, how):
        self.gateways[at].send_signal(how)
        self.gateways[at].wait(60)

    def end_all(self):
        for gateway in self.gateways.values():
            if gateway is not None and gateway.poll() is None:
                gateway.kill()
                gateway.wait()

    def at(self, address):
        self.http = address
        return self

    def ends_at(self, address, cookie):
        wait_until(lambda: self.at(address).is_over(cookie), f"the session is over at {address}")

    def sign_out(self, cookie):
        return self.call("POST", "/sign-out", {"Cookie": cookie, "Origin": f"http://{self.http}", "Content-Type": "application/json"}, "{}")[0]

    def subject_at(self, address, cookie):
        status, who = self.at(address).me(cookie)
        self.assertEqual(status, 200, who)
        return who["caller"]["subject"]

    def test_a_session_holds_at_both_and_is_over_at_both(self):
        ana = self.at(self.one).sign_in(ANA)
        self.assertEqual([self.subject_at(at, ana) for at in self.gateways], ["ana", "ana"])
        self.assertEqual(self.at(self.one).sign_out(ana), 200)
        self.assertTrue(self.is_over(ana))
        self.ends_at(self.other, ana)

    def test_a_sign_in_may_end_at_the_other(self):
        """A load balancer sends the provider's answer to whichever it likes."""
        attempt, provider = self.at(self.one).begin()
        back = self.call("GET", provider)[1]["Location"]
        status, headers, text = self.call("GET", back.replace(self.one, self.other), {"Cookie": attempt})
        self.assertEqual(status, 303, text)
        cookie = f"{SESSION}={self.cookies_of(headers)[SESSION].value}"
        self.assertEqual(self.subject_at(self.one, cookie), "ana")

    def test_the_providers_logout_reaches_both_and_one_that_was_away(self):
        ana, ben = self.at(self.one).sign_in(ANA), self.sign_in(BEN)
        self.end_gateway(self.other, signal.SIGKILL)
        self.assertEqual(self.at(self.one).logout(sid=ANA["sid"]), 200)
        self.ends_at(self.one, ana)
        self.begin_gateway(self.other)
        self.assertTrue(self.is_over(ana), "it was read before the first request was answered")
        self.assertEqual([self.subject_at(at, ben) for at in self.gateways], ["ben", "ben"])
        self.assertEqual(self.at(self.other).logout(sid=BEN["sid"]), 200)
        self.ends_at(self.one, ben)


if __name__ == "__main__":
    unittest.main()
