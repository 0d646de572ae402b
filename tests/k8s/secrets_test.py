"""What k8s/make-secrets writes: what the pods mount, and what the programs take; and the first steps of k8s/README.md."""
import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import manifests
from manifests import K8S, PROGRAMS, ROOT, SERVICES

sys.path.insert(0, str(ROOT / "tests" / "system"))
import program  # noqa: E402
from parts import wait_until  # noqa: E402


def make(*words):
    """The Secrets by name, each its files, and what was said of clients."""
    done = subprocess.run([K8S / "make-secrets", *words], capture_output=True, text=True, check=True)
    made = {one["metadata"]["name"]: {key: base64.b64decode(text) for key, text in one["data"].items()}
            for one in json.loads(done.stdout)["items"]}
    return made, done.stderr


class Secrets(program.Case):
    @classmethod
    def setUpClass(cls):
        cls.above = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        cls.addClassCleanup(shutil.rmtree, cls.above, True)
        cls.made, said = make("--client", "admin=lakeside:district_administrator", "--client", "sis=lakeside")
        cls.clients = cls.above / "clients.txt"
        cls.clients.write_text(said)
        for name, files in cls.made.items():
            for key, content in files.items():
                path = cls.above / name / key
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
                path.chmod(0o600)

    def test_pods_find_every_secret_that_they_mount_but_those_of_kafka_and_redis(self):
        mounted = {}
        for workload in manifests.workloads().values():
            for volume in workload["spec"]["template"]["spec"]["volumes"]:
                for source in [volume, *volume.get("projected", {}).get("sources", [])]:
                    if "secret" in source:
                        named = source["secret"].get("secretName") or source["secret"]["name"]
                        mounted.setdefault(named, set()).update(item["key"] for item in source["secret"].get("items", []))
        others = {"kafka-cluster-ca-cert", "throughline-redis", *manifests.values(K8S / "base/values.yaml")[0]["kafka"]["users"].values()}
        self.assertEqual(set(mounted) - others, set(self.made))
        for name in self.made:
            self.assertLessEqual(mounted[name], set(self.made[name]), name)

    def test_every_service_has_a_certificate_for_the_name_by_which_the_gateway_calls_it(self):
        authorities = {self.made[f"throughline-{one}-tls"]["ca.crt"] for one in PROGRAMS}
        self.assertEqual(len(authorities), 1)
        for one in PROGRAMS:
            at = self.above / f"throughline-{one}-tls"
            use = ["-purpose", "sslclient"] if one == "gateway" else ["-purpose", "sslserver", "-verify_hostname", f"throughline-{one}"]
            subprocess.run(["openssl", "verify", *use, "-CAfile", at / "ca.crt", at / "tls.crt"], check=True, capture_output=True)
        (connect,) = [a for a in manifests.container(manifests.workloads()["gateway"])["args"] if a.startswith("--connect=")]
        self.assertEqual(connect, "--connect=" + ",".join(f"{one}=throughline-{one}:7400" for one in SERVICES))

    def test_keys_are_new_each_time_and_never_change_in_place(self):
        again, _ = make("--no-tls")
        for name in ("pseudonyms", "deliveries", "audit", "tokens"):
            self.assertNotEqual(again[f"throughline-{name}"], self.made[f"throughline-{name}"])
        listed = json.loads(subprocess.run([K8S / "make-secrets"], capture_output=True, text=True, check=True).stdout)["items"]
        self.assertEqual({one["metadata"]["name"] for one in listed if one["immutable"]},
                         {f"throughline-{name}" for name in ("pseudonyms", "deliveries", "audit", "tokens")})

    def test_the_secret_of_a_client_is_said_once_and_kept_as_a_digest(self):
        said = dict(line.removeprefix("client ").split(" of lakeside: ") for line in self.clients.read_text().splitlines())
        self.assertEqual(set(said), {"admin", "sis"})
        for files in self.made.values():
            for content in files.values():
                for secret in said.values():
                    self.assertNotIn(secret.encode(), content)

    def test_names_that_are_none_are_refused(self):
        for wrong in (["--client", "sis"], ["--release", "A b"]):
            self.assertNotEqual(subprocess.run([K8S / "make-secrets", *wrong], capture_output=True).returncode, 0)

    def test_the_first_steps_lead_to_an_alert(self):
        keys = {"--pseudonyms-key": "pseudonyms/pseudonyms.key", "--audit-key": "audit/audit.key",
                "--deliveries-key": "deliveries/deliveries.key", "--signing-key": "tokens/token-key.json",
                "--clients": "clients/clients.json"}
        self.serve("--jwt-audience", "throughline", *(word for option, path in keys.items()
                                                      for word in (option, self.above / f"throughline-{path}")))
        shutil.copytree(ROOT / "deploy/demo", self.folder / "deploy/demo", ignore=shutil.ignore_patterns("data"))

        def shell(words):
            done = subprocess.run(["sh", "-euc", f". {K8S}/examples/lakeside; {words}"], capture_output=True, text=True,
                                  cwd=self.folder, env={"PATH": "/usr/bin:/bin", "THROUGHLINE_AT": f"http://{self.http}",
                                                        "THROUGHLINE_CLIENTS": str(self.clients)})
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return done.stdout
        self.assertIn('"students":24', shell("lakeside_begin"))
        self.assertIn('"accepted"', shell("lakeside_push"))
        wait_until(lambda: "matched students" in shell("lakeside_alerts"), "the alert")


if __name__ == "__main__":
    unittest.main()
