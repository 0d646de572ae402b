"""What a pod mounts, as folders of the node: secrets and configuration as the kubelet lays them out
(names that link into `..data`, which is swapped as a whole when it changes), and empty folders."""
import base64
import os
import pathlib
import shutil
import subprocess
import uuid


class NotThere(Exception):
    """Something that the pod needs does not exist; the text says what."""


class Volumes:
    def __init__(self, api, pod, folder):
        self._api = api
        self._pod = pod
        self._folder = folder
        self._written = {}
        self._mounted = []
        security = pod["spec"].get("securityContext", {})
        self._group = security.get("fsGroup")

    def lay_out(self):
        """Makes all of them, or NotThere."""
        for volume in self._pod["spec"].get("volumes", []):
            path = self.path(volume["name"])
            path.mkdir(parents=True, exist_ok=True)
            if "emptyDir" in volume and not path.is_mount():
                self._make_empty(path, volume["emptyDir"])
        self.refresh()

    def refresh(self):
        """Writes again what has changed."""
        for volume in self._pod["spec"].get("volumes", []):
            if "emptyDir" not in volume and "hostPath" not in volume:
                files, mode = self._files_of(volume)
                self._write(volume["name"], files, mode)

    def path(self, name):
        return self._folder / "volumes" / name

    def of(self, container):
        """(source, path, read only) of each that the container mounts."""
        found = []
        for mount in container.get("volumeMounts", []):
            volume = self._volume(mount)
            source = pathlib.Path(volume["hostPath"]["path"]) if "hostPath" in volume else self.path(mount["name"])
            if "subPath" in mount:
                source = source / mount["subPath"]
            is_written = "emptyDir" in volume or "hostPath" in volume
            found.append((source, mount["mountPath"], mount.get("readOnly", False) or not is_written))
        return found

    def _volume(self, mount):
        return next(one for one in self._pod["spec"]["volumes"] if one["name"] == mount["name"])

    def clean_up(self):
        for path in self._mounted:
            subprocess.run(["umount", path], check=False)
        shutil.rmtree(self._folder / "volumes", ignore_errors=True)

    def value(self, kind, name, key, optional=False):
        """Of a secret or a configuration map; None when that may be absent."""
        namespace = self._pod["metadata"]["namespace"]
        found = self._api.find(f"/api/v1/namespaces/{namespace}/{kind}/{name}")
        data = contents(found) if found else {}
        if key not in data and not optional:
            raise NotThere(f'{kind.rstrip("s")} "{name}" has no key {key}' if found else f'{kind.rstrip("s")} "{name}" not found')
        return data.get(key)

    def all(self, kind, name, optional=False):
        namespace = self._pod["metadata"]["namespace"]
        found = self._api.find(f"/api/v1/namespaces/{namespace}/{kind}/{name}")
        if found is None and not optional:
            raise NotThere(f'{kind.rstrip("s")} "{name}" not found')
        return contents(found) if found else {}

    def _make_empty(self, path, asked):
        if asked.get("medium") == "Memory":
            subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", path], check=True)
            self._mounted.append(path)
        if self._group is not None:
            os.chown(path, 0, self._group)
        os.chmod(path, 0o2777 if self._group is not None else 0o777)

    def _files_of(self, volume):
        """({file: bytes}, mode)"""
        if "projected" in volume:
            files = {}
            for source in volume["projected"]["sources"]:
                files |= self._source(source.get("secret"), source.get("configMap"), source.get("downwardAPI"))
            return files, volume["projected"].get("defaultMode", 0o644)
        secret, config, downward = (volume.get(kind) for kind in ("secret", "configMap", "downwardAPI"))
        if not (secret or config or downward):
            raise NotThere(f'a volume of this kind is not supported: {sorted(volume)}')
        return self._source(secret, config, downward), (secret or config or downward).get("defaultMode", 0o644)

    def _source(self, secret, config, downward):
        if downward is not None:
            return {item["path"]: str(field_of(self._pod, item["fieldRef"]["fieldPath"])).encode()
                    for item in downward["items"]}
        of = secret or config
        if of is None:
            raise NotThere("tokens of service accounts are not made here; say automountServiceAccountToken: false")
        kind = "secrets" if secret else "configmaps"
        data = self.all(kind, of.get("secretName") or of["name"], of.get("optional", False))
        if "items" not in of:
            return data
        absent = [item["key"] for item in of["items"] if item["key"] not in data]
        if absent and not of.get("optional", False):
            raise NotThere(f'references non-existent secret key: {absent[0]}')
        return {item["path"]: data[item["key"]] for item in of["items"] if item["key"] in data}

    def _write(self, name, files, mode):
        if self._written.get(name) == files:
            return
        self._written[name] = files
        path = self.path(name)
        inside = path / f"..{uuid.uuid4().hex}"
        for file, content in files.items():
            target = inside / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            # With a group the kubelet lets it read what the owner may read.
            os.chmod(target, mode | ((mode & 0o400) >> 3 if self._group is not None else 0))
            if self._group is not None:
                os.chown(target, 0, self._group)
        inside.mkdir(exist_ok=True)
        new = path / "..data_tmp"
        new.symlink_to(inside.name)
        old = path / "..data"
        before = old.resolve() if old.is_symlink() else None
        new.replace(old)
        for top in {pathlib.PurePath(file).parts[0] for file in files}:
            if not (path / top).is_symlink():
                (path / top).symlink_to(f"..data/{top}")
        if before is not None:
            shutil.rmtree(before, ignore_errors=True)


def contents(of):
    """{key: bytes} of a secret or a configuration map."""
    if of["kind"] == "Secret":
        return {key: base64.b64decode(value) for key, value in (of.get("data") or {}).items()}
    plain = {key: value.encode() for key, value in (of.get("data") or {}).items()}
    return plain | {key: base64.b64decode(value) for key, value in (of.get("binaryData") or {}).items()}


def field_of(pod, path):
    """What the downward API gives: metadata.name, metadata.labels['app'], spec.nodeName, status.podIP ..."""
    head, _, rest = path.partition("['")
    found = pod
    for word in head.split("."):
        found = found.get(word, {}) if isinstance(found, dict) else {}
    if rest:
        found = found.get(rest.removesuffix("']"), "")
    return "" if found == {} else found
