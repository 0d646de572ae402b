"""A Keycloak on loopback, fetched by Maven once: the provider that most districts that run their own have."""
import json
import os
import pathlib
import shutil
import subprocess
import urllib.parse
import urllib.request
import zipfile

from parts import free_port, wait_until

VERSION = "26.4.0"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "throughline"
ADMIN = {"KC_BOOTSTRAP_ADMIN_USERNAME": "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD": "a password of the test"}
START_S = 300


def distribution():
    """Its folder, fetched when it is not there yet."""
    folder = CACHE / f"keycloak-{VERSION}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mvn", "-q", "-B", "dependency:copy", f"-Dartifact=org.keycloak:keycloak-quarkus-dist:{VERSION}:zip",
                        f"-DoutputDirectory={CACHE}"], check=True)
        packed = CACHE / f"keycloak-quarkus-dist-{VERSION}.zip"
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(CACHE)
        packed.unlink()
    return folder


class Keycloak:
    def __init__(self, folder, realm, add_cleanup):
        """`realm` as its export says it; `add_cleanup` ends it with a test."""
        self.home, self.address = folder / "keycloak", f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.address}/realms/{realm['realm']}"
        self._realm = realm["realm"]
        shutil.copytree(distribution(), self.home)
        (self.home / "data/import").mkdir(parents=True)
        (self.home / "data/import/realm.json").write_text(json.dumps(realm))
        host, port = self.address.split(":")
        self.log = folder / "keycloak.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["sh", self.home / "bin/kc.sh", "start-dev", "--db=dev-mem", f"--http-host={host}", f"--http-port={port}", "--import-realm"],
                stdout=log, stderr=log, env=os.environ | ADMIN)
        add_cleanup(self.stop)
        wait_until(self._answers, f"Keycloak answers; see {self.log}", START_S)

    def _answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"Keycloak ended: {self.log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{self.url}/.well-known/openid-configuration", timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False

    def _as_administrator(self, method, path):
        form = {"grant_type": "password", "client_id": "admin-cli", "username": ADMIN["KC_BOOTSTRAP_ADMIN_USERNAME"],
                "password": ADMIN["KC_BOOTSTRAP_ADMIN_PASSWORD"]}
        with urllib.request.urlopen(f"http://{self.address}/realms/master/protocol/openid-connect/token",
                                    urllib.parse.urlencode(form).encode(), timeout=60) as answer:
            token = json.load(answer)["access_token"]
        request = urllib.request.Request(f"http://{self.address}/admin/realms/{self._realm}{path}", method=method,
                                         headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def end_sessions_of(self, name):
        """As its administrator does it; it then tells all clients by the back channel."""
        who, = self._as_administrator("GET", f"/users?exact=true&username={name}")
        self._as_administrator("POST", f"/users/{who['id']}/logout")

    def sessions_of(self, name):
        who, = self._as_administrator("GET", f"/users?exact=true&username={name}")
        return self._as_administrator("GET", f"/users/{who['id']}/sessions")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
