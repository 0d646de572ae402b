"""What is brought to others: webhooks, verified by the specification's own library, and digests, by a
mail server that is not ours. Nothing is lost by a restart, and a repetition says that it is one."""
import base64
import collections
import datetime
import email
import email.policy
import http.server
import json
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
import unittest

import grpc
import standardwebhooks
from aiosmtpd.controller import Controller

import program
from checker import messages
from parts import wait_until
from simulated_clock import SimulatedClock

ROOT = pathlib.Path(__file__).parents[2]
DISTRICT = "lakeside"
PATIENCE_S = 60
MAIL = "throughline@lakeside.example"


class Receiver:
    """Takes webhooks at any path. What it answers is planned by path; otherwise 204."""

    def __init__(self, tls=None):
        self.requests = []
        self.plans = collections.defaultdict(list)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                plan = outer.plans[self.path]
                status, more = plan.pop(0) if plan else (204, {})
                outer.requests.append((self.path, headers, body))
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path, scheme="http"):
        return f"{scheme}://127.0.0.1:{self._server.server_port}{path}"

    def of(self, path):
        return [request for request in list(self.requests) if request[0] == path]

    def wait_for(self, path, count):
        wait_until(lambda: len(self.of(path)) >= count, f"request {count} at {path}")
        return self.of(path)

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Mailbox:
    """A mail server that refuses as many mails as it is told to, for the moment, and keeps the others."""

    def __init__(self, tls=None):
        self.refusals = 0
        self.refused, self.mails = [], []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, tls_context=tls,
                                      require_starttls=tls is not None)
        self._controller.start()

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail.envelope_to = envelope.rcpt_tos
        if self.refusals > 0:
            self.refusals -= 1
            self.refused.append(mail)
            return "451 Later"
        self.mails.append(mail)
        return "250 OK"

    def close(self):
        self._controller.stop()


class Server:
    """`throughline serve` on one data directory, which outlives it."""

    def __init__(self, data, *options):
        self._words = [program.THROUGHLINE, "serve", "--data", str(data), "--listen", "127.0.0.1:0", *map(str, options)]
        self.start()

    def start(self):
        self._process = subprocess.Popen(self._words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = re.search(r"127\.0\.0\.1:\d+", self._process.stdout.readline()).group()
        self.channel = grpc.insecure_channel(self.address)

    def stop(self, how=signal.SIGTERM):
        self.channel.close()
        self._process.send_signal(how)
        self._process.wait(15)
        self._process.stdout.close()

    def close(self):
        if self._process.poll() is None:
            self.stop(signal.SIGKILL)

    def hold(self):
        """It does nothing until it goes on."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self._process.send_signal(signal.SIGCONT)

    def call(self, method, **fields):
        service, name = method.split(".")
        request = messages.message(f"{service}.v1.{name}Request", **fields)
        answer = messages.class_of(f"throughline.{service}.v1.{name}Response")
        path = f"/throughline.{service}.v1.{service.capitalize()}Service/{name}"
        call = self.channel.unary_unary(path, request.__class__.SerializeToString, answer.FromString)
        return call(request, timeout=30, wait_for_ready=True)

    def events(self, kind):
        """Events of a kind, as JSON, from the beginning on."""
        request = messages.message("notifications.v1.WatchEventsRequest", district=DISTRICT)
        answer = messages.class_of("throughline.notifications.v1.WatchEventsResponse")
        call = self.channel.unary_stream("/throughline.notifications.v1.NotificationsService/WatchEvents",
                                         request.__class__.SerializeToString, answer.FromString)
        for event in call(request, timeout=PATIENCE_S):
            if event.type.endswith(f".{kind}"):
                yield json.loads(event.json)


class Case(program.Case):
    def serve(self, *options):
        server = Server(self.data, *options)
        self.addCleanup(server.close)
        return server

    def tls(self):
        """(context of a server on loopback, file with the authority of its certificate)"""
        cert, key = self.folder / "cert.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key,
                        "-out", cert, "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(cert, key)
        return context, cert

    def receiver(self, tls=None):
        receiver = Receiver(tls)
        self.addCleanup(receiver.close)
        return receiver

    def bring_in(self, server):
        """The district of the README, which tells what is new after a second, and of no phase that is
        overdue: on some days of the week one would be."""
        subprocess.run([ROOT / "deploy/demo/lakeside.py", self.folder / "lakeside"], check=True,
                       stdout=subprocess.DEVNULL)
        to = ["--district", DISTRICT, "--connect", server.address]
        program.run("import", self.folder / "lakeside/bundle", "--time-zone", "America/Chicago", *to)
        policy = messages.message("common.v1.Policy", group_wait_s=1, overdue_alert_days=60,
                                  overdue_escalation_days=60)
        server.call("plans.UpdateDistrict", request_id="policy", district=DISTRICT, policy=policy)

    def fall_back(self, server):
        """The class falls back: its team is off track, and is alerted."""
        today = datetime.date.today()
        monday = today - datetime.timedelta(days=today.weekday() or 7)
        to = ["--district", DISTRICT, "--connect", server.address]
        program.run("schedule", "--school", "north", "--team", "grade-3", "--indicator", "close-reading",
                    "--start", monday, *to)
        program.run("push", self.folder / "lakeside/today.csv", *to)

    def subscribe(self, server, url, name="hook", **more):
        subscription = messages.message(
            "notifications.v1.Subscription", district=DISTRICT, subscription=name, subscriber="a system",
            channel="CHANNEL_WEBHOOK", webhook=messages.message("notifications.v1.Webhook", url=url), **more)
        return server.call("notifications.UpsertSubscription", subscription=subscription)

    def about(self, name="hook"):
        return {"district": DISTRICT, "subscription": name}

    def dead_letters(self, server):
        return server.call("notifications.ListDeadLetters", district=DISTRICT).dead_letters

    def assert_refused(self, code, reason, call):
        with self.assertRaises(grpc.RpcError) as refused:
            call()
        self.assertEqual(refused.exception.code(), code)
        details = dict(refused.exception.trailing_metadata())["grpc-status-details-bin"]
        self.assertIn(reason.encode(), details)


def verified(secret, request):
    """The body, when the library of the specification finds that it is from who has the secret."""
    _, headers, body = request
    return standardwebhooks.Webhook(secret).verify(body, headers)


class Webhooks(Case):
    ALLOWED = ["--webhook-allow", "127.0.0.0/8", "--webhook-http"]

    def test_what_failed_comes_again_under_the_same_id_even_after_a_restart(self):
        receiver = self.receiver()
        # More redirects than one: a server that stops may not have recorded the attempt.
        receiver.plans["/hook"] = [(500, {}), *[(307, {"Location": receiver.url("/elsewhere")})] * 9]
        server = self.serve(*self.ALLOWED)
        self.bring_in(server)
        made = self.subscribe(server, receiver.url("/hook"))
        self.assertTrue(made.signing_secret.startswith("whsec_"))
        self.assertEqual(self.subscribe(server, receiver.url("/hook")).signing_secret, "", "it is shown once")
        self.fall_back(server)

        receiver.wait_for("/hook", 1)
        server.stop(signal.SIGKILL)  # whether or not it was recorded
        server.start()
        receiver.wait_for("/hook", 2)
        server.stop()
        server.start()
        failed = next(server.events("AttemptFailed"))
        self.assertEqual(failed["outcome"]["result"], "ATTEMPT_RESULT_REJECTED")

        first, second = receiver.of("/hook")[:2]
        told = verified(made.signing_secret, first)
        self.assertEqual(told["type"], "alert.notified")
        self.assertEqual(told["data"]["firing"][0]["condition"]["trigger"], "TRIGGER_OFF_TRACK")
        self.assertNotIn("student-", json.dumps(told))
        self.assertEqual(verified(made.signing_secret, second), told)
        self.assertEqual(first[1]["webhook-id"], second[1]["webhook-id"])
        self.assertEqual(receiver.of("/elsewhere"), [], "no redirect is followed")
        # The secret is in no log, nor anywhere else.
        text = made.signing_secret[len("whsec_"):]
        for file in filter(pathlib.Path.is_file, self.data.rglob("*")):
            for secret in (text.encode(), base64.b64decode(text)):
                self.assertNotIn(secret, file.read_bytes(), file)

    def test_what_arrived_comes_once(self):
        receiver = self.receiver()
        server = self.serve(*self.ALLOWED)
        self.bring_in(server)
        made = self.subscribe(server, receiver.url("/hook"))
        self.fall_back(server)
        request, = receiver.wait_for("/hook", 1)
        arrived = next(server.events("DeliverySucceeded"))
        self.assertEqual(arrived["delivery"], request[1]["webhook-id"])
        server.stop()
        server.start()
        tried = server.call("notifications.SendTestDelivery", **self.about()).delivery
        trial = receiver.wait_for("/hook", 2)[1]
        self.assertEqual(trial[1]["webhook-id"], tried)
        self.assertEqual(verified(made.signing_secret, trial)["type"], "subscription.tested")
        self.assertEqual(len(receiver.of("/hook")), 2)

    def test_while_a_key_is_rotated_both_are_good(self):
        receiver = self.receiver()
        server = self.serve(*self.ALLOWED)
        self.bring_in(server)
        old = self.subscribe(server, receiver.url("/hook")).signing_secret
        new = server.call("notifications.RotateWebhookSecret", overlap_s=3600, **self.about()).signing_secret
        server.call("notifications.SendTestDelivery", **self.about())
        request = receiver.wait_for("/hook", 1)[0]
        for secret in (old, new):
            verified(secret, request)
        newest = server.call("notifications.RotateWebhookSecret", **self.about()).signing_secret
        server.call("notifications.SendTestDelivery", **self.about())
        request = receiver.wait_for("/hook", 2)[1]
        verified(newest, request)
        with self.assertRaises(standardwebhooks.WebhookVerificationError):
            verified(old, request)
        listed = server.call("notifications.ListSubscriptions", district=DISTRICT)
        self.assertNotIn("whsec_", str(listed))

    def test_one_that_is_gone_is_disabled_and_may_come_back(self):
        receiver = self.receiver()
        receiver.plans["/hook"] = [(410, {})]
        server = self.serve(*self.ALLOWED)
        self.bring_in(server)
        self.subscribe(server, receiver.url("/hook"))
        tried = server.call("notifications.SendTestDelivery", **self.about()).delivery
        dead, = wait_until(lambda: self.dead_letters(server), "a dead letter")
        self.assertEqual(dead.delivery.delivery, tried)
        self.assertEqual(dead.reason, messages.enum("notifications.v1.DeadReason").Value("DEAD_REASON_GONE"))
        self.assertEqual(dead.delivery.last.status, 410)
        self.assert_refused(grpc.StatusCode.FAILED_PRECONDITION, "SUBSCRIPTION_ENDED",
                            lambda: server.call("notifications.SendTestDelivery", **self.about()))
        self.assertEqual(self.subscribe(server, receiver.url("/hook")).subscription.webhook.disabled_at_ms, 0)
        again = server.call("notifications.RedeliverDeadLetter", district=DISTRICT, delivery=tried).delivery
        self.assertEqual(again.attempt, 2)
        request = receiver.wait_for("/hook", 2)[1]
        self.assertEqual(request[1]["webhook-id"], tried)
        wait_until(lambda: not self.dead_letters(server), "no dead letter")

    def test_nothing_private_is_connected_to_unless_allowed(self):
        receiver = self.receiver()
        server = self.serve()
        self.bring_in(server)
        self.assert_refused(grpc.StatusCode.INVALID_ARGUMENT, "WEBHOOK_URL_INVALID",
                            lambda: self.subscribe(server, receiver.url("/hook")))
        self.subscribe(server, receiver.url("/hook", "https"))
        server.call("notifications.SendTestDelivery", **self.about())
        failed = next(server.events("AttemptFailed"))
        self.assertEqual(failed["outcome"]["result"], "ATTEMPT_RESULT_FORBIDDEN")
        self.assertEqual(receiver.requests, [])

    def test_https_is_for_receivers_that_an_authority_vouches_for(self):
        context, authority = self.tls()
        receiver = self.receiver(context)
        server = self.serve("--webhook-allow", "127.0.0.1", "--webhook-ca", authority)
        self.bring_in(server)
        secret = self.subscribe(server, receiver.url("/hook", "https")).signing_secret
        server.call("notifications.SendTestDelivery", **self.about())
        verified(secret, receiver.wait_for("/hook", 1)[0])
        next(server.events("DeliverySucceeded"))
        server.stop()
        server = self.serve("--webhook-allow", "127.0.0.1")  # and the machine's authorities
        server.call("notifications.SendTestDelivery", **self.about())
        failed = next(server.events("AttemptFailed"))
        self.assertEqual(failed["outcome"]["result"], "ATTEMPT_RESULT_UNREACHABLE")
        self.assertEqual(len(receiver.requests), 1)

    def test_a_slow_receiver_holds_up_no_other(self):
        receiver = self.receiver()
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        server = self.serve(*self.ALLOWED)
        self.bring_in(server)
        self.subscribe(server, f"http://127.0.0.1:{silent.getsockname()[1]}/", "slow")
        self.subscribe(server, receiver.url("/hook"), "quick")
        for _ in range(20):
            server.call("notifications.SendTestDelivery", **self.about("slow"))
        begun = time.monotonic()
        server.call("notifications.SendTestDelivery", **self.about("quick"))
        receiver.wait_for("/hook", 1)
        self.assertLess(time.monotonic() - begun, 10, "less than a silent receiver is waited for")


class Digests(Case):
    def begin(self, tls, *options):
        self.mailbox = Mailbox(tls)
        self.addCleanup(self.mailbox.close)
        self.server = self.serve("--simulated-clock", "--smtp", f"smtp://127.0.0.1:{self.mailbox.port}",
                                 "--mail-from", MAIL, "--unsubscribe-url", "https://lakeside.example/unsubscribe",
                                 *options)
        self.clock = SimulatedClock(self.server.channel)
        self.now_ms = int(time.time() * 1000)
        self.move()

    def move(self, seconds=0):
        self.now_ms += seconds * 1000
        self.clock.move_to_ms(self.now_ms)

    def subscribe_readers(self, *addresses):
        digest = messages.message("notifications.v1.EmailDigest", addresses=addresses, hour=6)
        subscription = messages.message(
            "notifications.v1.Subscription", district=DISTRICT, subscription="digest", subscriber="leaders",
            channel="CHANNEL_EMAIL_DIGEST", digest=digest)
        return self.server.call("notifications.UpsertSubscription", subscription=subscription)

    def subscription(self):
        return self.server.call("notifications.ListSubscriptions", district=DISTRICT).subscriptions

    def collect(self, *addresses):
        """A digest with an alert in it; milliseconds until it is due."""
        self.bring_in(self.server)
        self.subscribe_readers(*addresses)
        self.fall_back(self.server)
        self.clock.settle()
        self.move(2)
        noted = next(self.server.events("DigestNoted"))
        due = datetime.datetime.fromtimestamp(int(noted["dueAtMs"]) / 1000, datetime.timezone.utc)
        self.assertIn(due.hour, (11, 12), "six in Chicago")
        return int(noted["dueAtMs"]) - self.now_ms

    def test_a_server_without_tls_is_spoken_to_when_told_so(self):
        self.begin(None, "--smtp-plain")
        self.move(self.collect("ana@lakeside.example") // 1000 + 1)
        wait_until(lambda: self.mailbox.mails, "a mail")

    def test_a_server_without_tls_is_not_trusted_otherwise(self):
        self.begin(None)
        self.move(self.collect("ana@lakeside.example") // 1000 + 1)
        next(self.server.events("AttemptFailed"))
        self.assertEqual(self.mailbox.mails, [])

    def test_a_day_of_alerts_is_one_mail_to_each_reader(self):
        context, authority = self.tls()
        self.begin(context, "--smtp-ca", authority)
        due_ms = self.collect("ana@lakeside.example", "ben@lakeside.example")
        self.assertEqual(self.mailbox.mails, [])
        self.mailbox.refusals = 2
        self.move(due_ms // 1000 + 1)
        wait_until(lambda: len(self.mailbox.refused) == 2, "two mails were tried")
        self.clock.settle()
        failed = self.server.events("AttemptFailed")
        next(failed), next(failed)
        self.move(10)
        wait_until(lambda: len(self.mailbox.mails) == 2, "two mails")
        self.assertEqual({mail["Message-ID"] for mail in self.mailbox.mails},
                         {mail["Message-ID"] for mail in self.mailbox.refused})
        self.assertEqual({tuple(mail.envelope_to) for mail in self.mailbox.mails},
                         {("ana@lakeside.example",), ("ben@lakeside.example",)})
        for mail in self.mailbox.mails:
            plain = mail.get_body(("plain",)).get_content()
            page = mail.get_body(("html",)).get_content()
            for text in (plain, page):
                self.assertIn("off track", text)
                self.assertNotIn("student-", text)
            self.assertEqual(mail["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
            self.unsubscribe(mail)
        wait_until(lambda: not self.subscription(), "nobody is subscribed")

    def unsubscribe(self, mail):
        token = re.fullmatch(r"<https://lakeside\.example/unsubscribe\?token=([\w-]+)>",
                             mail["List-Unsubscribe"]).group(1)
        self.assert_refused(grpc.StatusCode.INVALID_ARGUMENT, "UNSUBSCRIBE_TOKEN_INVALID",
                            lambda: self.server.call("notifications.Unsubscribe", token="A" + token))
        self.server.call("notifications.Unsubscribe", token=token)
        self.server.call("notifications.Unsubscribe", token=token)
        left = [address for one in self.subscription() for address in one.digest.addresses]
        self.assertNotIn(mail["To"].strip("<>"), left)


if __name__ == "__main__":
    unittest.main()
