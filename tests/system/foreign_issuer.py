"""An issuer of tokens that is not ours, as a child process."""
import json
import os
import pathlib
import subprocess
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Issuer:
    """oauth2-mock-server by issuer.mjs. `claims` are in every token of its own; `add_cleanup` ends it with a test."""

    def __init__(self, add_cleanup, claims, port=0):
        self.process = subprocess.Popen(
            ["node", ROOT / "tests/system/issuer.mjs", str(port), json.dumps(claims)], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env=os.environ | {"NODE_MODULES": str(ROOT / "build/node")})
        add_cleanup(self.stop)
        self.url = json.loads(self.process.stdout.readline())["issuer"]

    def ask(self, **asked):
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def generate(self, algorithm, kid):
        if self.ask(generate=algorithm, kid=kid) != {"kid": kid}:
            raise AssertionError(f"{self.url} made no key {kid}")

    def token(self, kid, claims=None, expires_in=3600, by=None, kind=None):
        return self.ask(sign=kid, claims=claims or {}, expires_in=expires_in, by=by, type=kind)["token"]

    def token_as_a_client(self):
        body = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "throughline"})
        with urllib.request.urlopen(f"{self.url}/token", body.encode(), timeout=30) as answer:
            return json.load(answer)["access_token"]

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.kill()
            self.process.wait()
