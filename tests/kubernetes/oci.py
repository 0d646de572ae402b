"""Images as deploy/image leaves them (an OCI layout), laid out for a node: its layers as one folder."""
import json
import pathlib
import tarfile

WHITEOUT = ".wh."


def blob(layout, digest):
    return layout / "blobs" / digest.replace(":", "/")


def unpack(layout, target):
    """Puts the image's files below `target`; what a node has to know of it (see sandbox.Images)."""
    index = json.loads((layout / "index.json").read_text())
    manifest = json.loads(blob(layout, index["manifests"][0]["digest"]).read_text())
    settings = json.loads(blob(layout, manifest["config"]["digest"]).read_text())["config"]
    target.mkdir(parents=True, exist_ok=True)
    for layer in manifest["layers"]:
        with tarfile.open(blob(layout, layer["digest"])) as files:
            for member in files:
                name = pathlib.PurePath(member.name).name
                if name.startswith(WHITEOUT):
                    (target / member.name).with_name(name.removeprefix(WHITEOUT)).unlink(missing_ok=True)
                else:
                    files.extract(member, target, filter="fully_trusted")
    user, _, group = settings.get("User", "0").partition(":")
    return {"root": str(target), "entrypoint": settings.get("Entrypoint") or [], "arguments": settings.get("Cmd") or [],
            "user": int(user), "group": int(group or user)}
