"""Containers without a container runtime: a real process in a mount, process and network namespace of
its own, on its image's files, as the user that the pod names, under the memory limit that it has.

What differs from a container runtime: no seccomp profile, and no limit on processors. The process
has no capabilities because it is not root; one that is root keeps them.
"""
import json
import os
import pathlib
import shlex
import signal
import subprocess

MEMORY_GROUPS = pathlib.Path("/sys/fs/cgroup/memory")
DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9)}


class Images:
    """What a node has of images: a file that says, by reference, which folder is an image's root and
    what it runs: {"throughline/plans:0.2": {"root": "/...", "entrypoint": ["/usr/bin/..."], "user": 10001}}."""

    def __init__(self, path):
        self._path = path

    def find(self, reference):
        """None when there is no such image."""
        return json.loads(self._path.read_text()).get(reference)


def mounts_script(root, volumes, read_only):
    """Shell that lays `root` out inside the namespace. `volumes`: (source, path, read only)."""
    lines = [f"mount -t proc proc {root}/proc", f"mount -t tmpfs -o mode=755,size=64k tmpfs {root}/dev"]
    for name, (major, minor) in DEVICES.items():
        lines.append(f"mknod -m 666 {root}/dev/{name} c {major} {minor}")
    lines += [f"mkdir {root}/dev/shm", f"mount -t tmpfs -o mode=1777,size=64m tmpfs {root}/dev/shm",
              f"ln -s /proc/self/fd {root}/dev/fd"]
    for source, path, is_read_only in volumes:
        target = shlex.quote(f"{root}{path}")
        make = f"mkdir -p {target}" if source.is_dir() else f"mkdir -p $(dirname {target}) && touch {target}"
        lines.append(f"{make} && mount --bind {shlex.quote(str(source))} {target}")
        if is_read_only:
            lines.append(f"mount -o remount,bind,ro {target}")
    if read_only:
        lines.append(f"mount -o remount,ro {root}")
    return "\n".join(lines)


class Container:
    """One process and its children. Started once; a restart is another."""

    def __init__(self, folder, network, log):
        self._folder = folder
        self._network = network
        self._log = log
        self._outer = None  # `unshare`, whose exit code is the process's
        self._killed = False
        self._group = MEMORY_GROUPS / f"throughline-test-{network}-{folder.name}"

    def start(self, image, words, environment, user, volumes, read_only, memory_bytes):
        """`user`: (user, group, further groups)."""
        layers = self._folder / "layers"
        layers.mkdir(parents=True, exist_ok=True)
        uid, gid, groups = user
        script = "\n".join([
            "set -eu", "mount --make-rprivate /",
            # In memory, as an overlay cannot have its upper layer below the lower one.
            f"mount -t tmpfs -o mode=755 tmpfs {layers}", f"mkdir {layers}/upper {layers}/work {layers}/root",
            f"mount -t overlay -o lowerdir={image['root']},upperdir={layers}/upper,workdir={layers}/work overlay "
            f"{layers}/root",
            f"mkdir -p {layers}/root/proc {layers}/root/dev",
            mounts_script(f"{layers}/root", volumes, read_only),
            f"exec setpriv --no-new-privs chroot --userspec={uid}:{gid} "
            f"--groups={','.join(map(str, groups or [gid]))} {layers}/root " + shlex.join(words)])
        if memory_bytes:
            self._group.mkdir(exist_ok=True)
            (self._group / "memory.limit_in_bytes").write_text(str(memory_bytes))
        with open(self._log, "ab") as log:
            self._outer = subprocess.Popen(
                ["nsenter", f"--net=/run/netns/{self._network}", "unshare", "--mount", "--pid", "--fork", "--kill-child",
                 "--", "/bin/sh", "-c", self._joining(script, memory_bytes)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True)

    def _joining(self, script, memory_bytes):
        return f"echo 0 >{self._group}/cgroup.procs\n{script}" if memory_bytes else script

    def exit_code(self):
        """None while it runs; 128 + n when a signal ended it."""
        code = self._outer.poll()
        if code is None:
            return None
        return 128 + signal.SIGKILL if self._killed or self.was_out_of_memory() else code if code >= 0 else 128 - code

    def was_out_of_memory(self):
        control = self._group / "memory.oom_control"
        return control.exists() and not control.read_text().rstrip().endswith("oom_kill 0")

    def process(self):
        """The process itself, seen from the node; None when it is over."""
        for line in self._children(self._outer.pid):
            return int(line)
        return None

    @staticmethod
    def _children(of):
        try:
            return pathlib.Path(f"/proc/{of}/task/{of}/children").read_text().split()
        except OSError:
            return []

    def signal(self, which):
        process = self.process()
        if process is not None:
            try:
                os.kill(process, which)
            except ProcessLookupError:
                pass

    def run_inside(self, words, timeout_s):
        """The exit code of a command in the container."""
        process = self.process()
        if process is None:
            return 1
        try:
            return subprocess.run(["nsenter", "-t", str(process), "--net", "--mount", "--pid", "--root", *words],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  timeout=timeout_s).returncode
        except subprocess.TimeoutExpired:
            return 1

    def stop(self, grace_s):
        """SIGTERM, and SIGKILL when that is not enough. Seconds are counted by who calls."""
        self.signal(signal.SIGTERM)
        try:
            self._outer.wait(max(grace_s, 0))
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        self._killed = True
        self.signal(signal.SIGKILL)
        self._outer.wait()

    def clean_up(self):
        if self._group.exists():
            try:
                self._group.rmdir()
            except OSError:
                pass  # its last process is not quite gone; the folder is empty of meaning
