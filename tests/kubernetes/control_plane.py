"""A Kubernetes control plane as child processes on loopback: etcd, API server, controller manager,
scheduler. Nodes are for whoever uses it: simulated (`kwok`) or with real processes (`node_agent.py`)."""
import json
import os
import pathlib
import secrets
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "system"))
from parts import PartFailed, free_port, wait_until  # noqa: E402

from api import Api, Refused  # noqa: E402
from network import SERVICES  # noqa: E402

TOOLS = pathlib.Path(os.environ.get("THROUGHLINE_KUBERNETES", ROOT / "build" / "kubernetes")) / "bin"
END_S = 20


def make_certificates(folder):
    """An authority, the API server's certificate, and the one it shows to APIs behind it."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=test", "-days", "2")
    for name, subject, extension in (("server", "/CN=kube-apiserver", "subjectAltName=IP:127.0.0.1,DNS:localhost"),
                                     ("proxy", "/CN=front-proxy", "extendedKeyUsage=clientAuth")):
        openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject)
        (folder / f"{name}.ext").write_text(extension)
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                "-out", f"{name}.crt", "-days", "2", "-extfile", f"{name}.ext")
    openssl("genrsa", "-out", "accounts.key", "2048")
    openssl("rsa", "-in", "accounts.key", "-pubout", "-out", "accounts.pub")


class ControlPlane:
    def __init__(self, folder):
        self.folder = folder
        self.kubeconfig = folder / "kubeconfig"
        self.token = secrets.token_hex(16)
        self._processes = {}  # in the order in which they were started

    def start(self):
        missing = [name for name in ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl")
                   if not (TOOLS / name).is_file()]
        if missing:
            raise PartFailed(f"There is no {missing[0]} in {TOOLS}; deploy/kubernetes-tools compiles it.")
        self.folder.mkdir(parents=True, exist_ok=True)
        make_certificates(self.folder)
        etcd = self._start_etcd()
        self.address = f"127.0.0.1:{free_port()}"
        self._start_api_server(etcd)
        self.api = Api(self.address, self.folder / "ca.crt", self.token)
        self._write_kubeconfig()
        self._wait(self._is_ready, "kube-apiserver")
        self._start_controllers()
        self._wait(lambda: self.api.find("/api/v1/namespaces/default/serviceaccounts/default"), "kube-controller-manager")

    def _wait(self, condition, name):
        try:
            wait_until(condition, name)
        except PartFailed as late:
            lines = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()
            raise PartFailed("\n".join([str(late), *lines[-5:]])) from None

    def run(self, name, *words):
        """A child process that ends with the control plane, its log beside the others."""
        with open(self.folder / f"{name}.log", "ab") as log:
            self._processes[name] = subprocess.Popen([str(word) for word in words], stdout=log, stderr=log)
        return self._processes[name]

    def kubectl(self, *words, given=None, check=True):
        """What it prints; PartFailed, with its last words, when it fails and `check`."""
        done = self._tool("kubectl", words, given)
        if check and done.returncode != 0:
            raise PartFailed(f"kubectl {' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout if check else done

    def helm(self, *words):
        done = self._tool("helm", words, None)
        if done.returncode != 0:
            raise PartFailed(f"helm {' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout

    def _tool(self, name, words, given):
        environment = {**os.environ, "KUBECONFIG": str(self.kubeconfig), "HOME": str(self.folder)}
        return subprocess.run([TOOLS / name, *map(str, words)], input=given, capture_output=True, text=True,
                              env=environment)

    def close(self):
        """Ends what was started, the last first."""
        for process in reversed(self._processes.values()):
            process.terminate()
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def _is_ready(self):
        if self._processes["kube-apiserver"].poll() is not None:
            raise PartFailed("The API server ended.")
        try:
            self.api.request("GET", "/readyz")
        except (OSError, Refused):
            return False
        return True

    def _start_etcd(self):
        client, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        # A test that loses its machine has nothing to keep.
        self.run("etcd", TOOLS / "etcd", "--data-dir", self.folder / "etcd", "--unsafe-no-fsync",
                 "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
                 "--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}", "--log-level", "warn")
        return client

    def _start_api_server(self, etcd):
        here = self.folder
        (here / "tokens").write_text(f"{self.token},admin,admin,system:masters\n")
        self.run(
            "kube-apiserver", TOOLS / "kube-apiserver", "--etcd-servers", etcd, "--bind-address", "127.0.0.1",
            "--secure-port", self.address.rsplit(":", 1)[1], "--advertise-address", "127.0.0.1",
            "--endpoint-reconciler-type", "none",  # it would refuse an address of loopback
            "--tls-cert-file", here / "server.crt", "--tls-private-key-file", here / "server.key",
            "--token-auth-file", here / "tokens", "--authorization-mode", "RBAC",
            "--service-account-issuer", "https://kubernetes.default.svc",
            "--service-account-key-file", here / "accounts.pub",
            "--service-account-signing-key-file", here / "accounts.key",
            "--service-cluster-ip-range", SERVICES,
            "--requestheader-client-ca-file", here / "ca.crt", "--requestheader-allowed-names", "front-proxy",
            "--requestheader-username-headers", "X-Remote-User", "--requestheader-group-headers", "X-Remote-Group",
            "--requestheader-extra-headers-prefix", "X-Remote-Extra-",
            "--proxy-client-cert-file", here / "proxy.crt", "--proxy-client-key-file", here / "proxy.key")

    def _start_controllers(self):
        # Quick where a cluster is patient, so that a test sees in seconds what takes minutes there.
        self.run(
            "kube-controller-manager", TOOLS / "kube-controller-manager", "--kubeconfig", self.kubeconfig,
            "--leader-elect=false", "--authentication-skip-lookup", "--secure-port", free_port(),
            "--cert-dir", self.folder / "controller-certificates",
            "--service-account-private-key-file", self.folder / "accounts.key", "--root-ca-file", self.folder / "ca.crt",
            "--horizontal-pod-autoscaler-sync-period", "1s",
            "--horizontal-pod-autoscaler-downscale-stabilization", "3s")
        self.run(
            "kube-scheduler", TOOLS / "kube-scheduler", "--kubeconfig", self.kubeconfig, "--leader-elect=false",
            "--authentication-skip-lookup", "--secure-port", free_port(),
            "--cert-dir", self.folder / "scheduler-certificates")

    def _write_kubeconfig(self):
        self.kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": f"https://{self.address}",
                                                      "certificate-authority": str(self.folder / "ca.crt")}}],
            "users": [{"name": "admin", "user": {"token": self.token}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}]}))
