"""One pod on a node: its sandbox, containers, probes and state, as the kubelet keeps them."""
import datetime
import shutil
import signal
import threading
import time

import probes
from api import STRATEGIC, Refused
from sandbox import Container
from volumes import NotThere, Volumes, field_of

PACE_S = 0.1  # between two looks at the processes
REFRESH_S = 1.0  # between two looks at what is mounted
BACK_OFF_S = (0.5, 1, 2, 4, 8)  # between two starts; the kubelet's are twenty times as long
MEMORY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "k": 10**3, "M": 10**6, "G": 10**9}


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def bytes_of(quantity):
    for unit, factor in MEMORY.items():
        if quantity.endswith(unit):
            return int(float(quantity.removesuffix(unit)) * factor)
    return int(quantity)


class Running:
    """A container of the pod through its restarts."""

    def __init__(self, spec, folder, network, log):
        self.spec = spec
        self.name = spec["name"]
        self.folder = folder
        self.network = network
        self.log = log
        self.process = None
        self.image = None
        self.probes = {}
        self.restarts = 0
        self.last = None  # how it ended the last time
        self.waiting = "ContainerCreating"
        self.message = ""
        self.begun = ""
        self.address = None  # once the pod has one
        self._start_again_at = 0.0

    def is_running(self):
        return self.process is not None and self.process.exit_code() is None

    def started(self):
        startup = self.probes.get("startupProbe")
        return self.is_running() and (startup is None or startup.good is True)

    def ready(self):
        """Without a probe it is ready as soon as it has started."""
        readiness = self.probes.get("readinessProbe")
        return self.started() and (readiness is None or readiness.good is True)

    def start(self, environment, user, volumes, read_only):
        words = self.spec.get("command") or self.image["entrypoint"]
        arguments = self.spec.get("args", self.image.get("arguments", []) if "command" not in self.spec else [])
        limit = self.spec.get("resources", {}).get("limits", {}).get("memory")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = Container(self.folder, self.network, self.log)
        self.process.start(self.image, [expand(word, environment) for word in [*words, *arguments]], environment, user,
                           volumes, read_only, bytes_of(limit) if limit else None)
        self.begun, self.waiting = now(), ""

    def watch(self, address):
        """Probes: readiness and liveness wait for the startup probe."""
        if not self.is_running():
            return
        wanted = ["startupProbe"] if "startupProbe" in self.spec and not self.started() else [
            "readinessProbe", "livenessProbe"]
        for kind in wanted:
            if kind in self.spec and kind not in self.probes:
                self.probes[kind] = probes.Probe(self.spec[kind], self.spec, address, self.process)
                self.probes[kind].start()
        startup = self.probes.get("startupProbe")
        if startup is not None and startup.good:
            startup.stop()
        if any(self.probes.get(kind) and self.probes[kind].good is False for kind in ("startupProbe", "livenessProbe")):
            self.stop(self.spec.get("terminationGracePeriodSeconds", 30))

    def note_end(self):
        """Of a process that is over: what is said of it, and when it may start again."""
        code = self.process.exit_code()
        self.stop_probes()
        self.last = {"exitCode": code, "startedAt": self.begun, "finishedAt": now(),
                     "reason": "OOMKilled" if self.process.was_out_of_memory() else "Completed" if code == 0 else "Error"}
        self.process.clean_up()
        self.process = None

    def plan_restart(self):
        wait_s = BACK_OFF_S[min(self.restarts, len(BACK_OFF_S) - 1)]
        self._start_again_at = time.monotonic() + wait_s
        self.restarts += 1
        self.waiting = "CrashLoopBackOff"

    def may_start(self):
        return self.process is None and self.waiting and time.monotonic() >= self._start_again_at

    def stop_probes(self):
        for probe in self.probes.values():
            probe.stop()
        self.probes = {}

    def stop(self, grace_s):
        """Its preStop hook counts against the grace, as it does for the kubelet."""
        self.stop_probes_but_readiness()
        deadline = time.monotonic() + grace_s
        hook = self.spec.get("lifecycle", {}).get("preStop")
        if hook and self.is_running():
            try:
                probes.ask({**hook, "timeoutSeconds": grace_s}, self.spec, self.address, self.process)
            except OSError:
                pass
        if self.process is not None:
            self.process.stop(deadline - time.monotonic())

    def stop_probes_but_readiness(self):
        for kind in ("startupProbe", "livenessProbe"):
            if kind in self.probes:
                self.probes[kind].stop()

    def status(self):
        state = {"waiting": {"reason": self.waiting, "message": self.message}}
        if self.is_running():
            state = {"running": {"startedAt": self.begun}}
        elif not self.waiting and self.last is not None:
            state = {"terminated": self.last}
        return {"name": self.name, "image": self.spec["image"], "imageID": "", "ready": self.ready(),
                "started": self.started(), "restartCount": self.restarts, "state": state,
                "lastState": {"terminated": self.last} if self.last and self.restarts else {}}


def expand(word, environment):
    """$(NAME), where there is such a variable."""
    for name, value in environment.items():
        word = word.replace(f"$({name})", value)
    return word


class PodWorker(threading.Thread):
    def __init__(self, node, pod):
        super().__init__(name=pod["metadata"]["name"], daemon=True)
        self.pod = pod
        self._node = node
        self._api = node.api
        meta = pod["metadata"]
        self.uid = meta["uid"]
        self._path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
        self._folder = node.folder / f"{meta['name']}-{self.uid[:8]}"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._volumes = Volumes(self._api, pod, self._folder)
        self._said = None
        self._conditions = {}
        self._grace_s = None  # once it is told to end
        self._killed = threading.Event()
        self.address = None
        self._refreshed = 0.0
        self._containers = [self._running(spec) for spec in pod["spec"]["containers"]]

    def _running(self, spec):
        meta = self.pod["metadata"]
        log = self._node.logs / f"{meta['namespace']}_{meta['name']}_{spec['name']}.log"
        return Running(spec, self._folder / spec["name"], f"p{self.uid[:8]}", log)

    def end(self, grace_s):
        """It is deleted: so many seconds to end in. May be called again with fewer."""
        self._grace_s = grace_s if self._grace_s is None else min(grace_s, self._grace_s)
        if grace_s == 0:
            self._killed.set()

    def run(self):
        try:
            self._set_up()
            while self._grace_s is None and not self._is_over():
                self._look()
                self._report()
                self._killed.wait(PACE_S)
            self._stop()
        finally:
            self._clean_up()

    def _set_up(self):
        self.address = self._node.network.add(f"p{self.uid[:8]}", self.pod)
        for container in self._containers:
            container.address = self.address
        self._started_at = now()

    def _is_over(self):
        """Whether the pod came to its end by itself, as those of jobs do."""
        return self.pod["spec"].get("restartPolicy", "Always") != "Always" and all(
            container.process is None and not container.waiting for container in self._containers)

    def _look(self):
        for container in self._containers:
            if container.process is not None and not container.is_running():
                container.note_end()
                policy = self.pod["spec"].get("restartPolicy", "Always")
                if policy == "Always" or (policy == "OnFailure" and container.last["exitCode"] != 0):
                    container.plan_restart()
            if container.may_start():
                self._start(container)
            container.watch(self.address)
        if time.monotonic() > self._refreshed + REFRESH_S and any(one.is_running() for one in self._containers):
            self._refreshed = time.monotonic()
            try:
                self._volumes.refresh()
            except (NotThere, Refused):
                pass  # what is mounted stays

    def _start(self, container):
        container.image = self._node.images.find(container.spec["image"])
        if container.image is None:
            container.waiting, container.message = "ErrImagePull", f"no image {container.spec['image']} on this node"
            return
        try:
            self._volumes.lay_out()
            environment = self._environment(container)
            user = self._user(container)
        except NotThere as absent:
            container.waiting, container.message = "CreateContainerConfigError", str(absent)
            return
        volumes = [*self._volumes.of(container.spec), *self._node.network.files(self.pod, self._folder, self.address)]
        read_only = container.spec.get("securityContext", {}).get("readOnlyRootFilesystem", False)
        container.start(environment, user, volumes, read_only)

    def _environment(self, container):
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                       "HOSTNAME": self.pod["metadata"]["name"], **self._node.service_variables(self.pod)}
        for source in container.spec.get("envFrom", []):
            of = source.get("secretRef") or source["configMapRef"]
            kind = "secrets" if "secretRef" in source else "configmaps"
            environment |= {source.get("prefix", "") + key: value.decode() for key, value in
                            self._volumes.all(kind, of["name"], of.get("optional", False)).items()}
        for one in container.spec.get("env", []):
            value = self._variable(one, container.spec)
            if value is not None:
                environment[one["name"]] = expand(value, environment)
        return environment

    def _variable(self, one, spec):
        source = one.get("valueFrom")
        if source is None:
            return one.get("value", "")
        if "fieldRef" in source:
            path = source["fieldRef"]["fieldPath"]
            return self.address if path == "status.podIP" else str(field_of(self.pod, path))
        if "resourceFieldRef" in source:
            kind, name = source["resourceFieldRef"]["resource"].split(".")
            return str(spec["resources"][kind][name])
        of = source.get("secretKeyRef") or source["configMapKeyRef"]
        kind = "secrets" if "secretKeyRef" in source else "configmaps"
        value = self._volumes.value(kind, of["name"], of["key"], of.get("optional", False))
        return None if value is None else value.decode()

    def _user(self, container):
        """(user, group, further groups), or NotThere when it must not be root and is."""
        security = {**self.pod["spec"].get("securityContext", {}), **container.spec.get("securityContext", {})}
        uid = security.get("runAsUser", container.image.get("user", 0))
        gid = security.get("runAsGroup", container.image.get("group", uid if uid else 0))
        if security.get("runAsNonRoot") and uid == 0:
            raise NotThere("container has runAsNonRoot and image will run as root")
        groups = [*security.get("supplementalGroups", []), *([security["fsGroup"]] if "fsGroup" in security else [])]
        return uid, gid, groups

    def _report(self):
        ready = all(one.ready() for one in self._containers)
        phase = "Running" if any(one.is_running() or one.restarts for one in self._containers) else "Pending"
        if self._is_over():
            good = all(one.last["exitCode"] == 0 for one in self._containers)
            phase = "Succeeded" if good else "Failed"
        self._send({"phase": phase, "hostIP": self._node.network.node_address,
                    "hostIPs": [{"ip": self._node.network.node_address}],
                    "podIP": self.address, "podIPs": [{"ip": self.address}], "startTime": self._started_at,
                    "conditions": [self._condition(kind, is_true) for kind, is_true in (
                        ("PodReadyToStartContainers", True), ("Initialized", True), ("ContainersReady", ready),
                        ("Ready", ready))],
                    "containerStatuses": [one.status() for one in self._containers]})

    def _condition(self, kind, is_true):
        status = "True" if is_true else "False"
        if self._conditions.get(kind, ("", ""))[0] != status:
            self._conditions[kind] = (status, now())
        status, since = self._conditions[kind]
        return {"type": kind, "status": status, "lastTransitionTime": since}

    def _send(self, status):
        if status == self._said:
            return
        try:
            self._api.patch(self._path + "/status", {"metadata": {"uid": self.uid}, "status": status}, STRATEGIC)
            self._said = status
        except (Refused, OSError):
            pass  # it is gone, or the next look says it again

    def _stop(self):
        """All containers at once, each with the grace; readiness is reported meanwhile."""
        grace_s = self._grace_s if self._grace_s is not None else 0
        stopping = [threading.Thread(target=one.stop, args=(grace_s,), daemon=True) for one in self._containers]
        for one in stopping:
            one.start()
        while any(one.is_alive() for one in stopping):
            if self._killed.is_set():
                for container in self._containers:
                    if container.process is not None:
                        container.process.signal(signal.SIGKILL)
            self._report()
            time.sleep(PACE_S)
        for container in self._containers:
            if container.process is not None:
                container.note_end()
                if container.last["exitCode"] != 0 and not self._killed.is_set():
                    # For whoever reads the log: a program ends with 0 when it is told to, and in time.
                    print(f"{self._path}: {container.name} ended with {container.last['exitCode']}", flush=True)
            container.waiting = ""
            container.stop_probes()
        self._report()

    def _clean_up(self):
        self._node.network.remove(f"p{self.uid[:8]}")
        self._volumes.clean_up()
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._grace_s is not None:
            try:
                self._api.delete(self._path, {"gracePeriodSeconds": 0, "preconditions": {"uid": self.uid}})
            except (Refused, OSError):
                pass  # somebody else did
        self._node.forget(self)
