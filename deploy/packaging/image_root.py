#!/usr/bin/env python3
"""Lays out the file system of an image: one program, what it is loaded with, and nothing else.

    image_root.py PROGRAM ROOT --version V --revision R --epoch SECONDS

PROGRAM is a file, built on this machine; ROOT a folder that is made. There is no shell in it and no package manager:
libraries, time zones, certificates of authorities, all as Debian's packages on this machine have them, with
their licences. /usr/share/doc/throughline/sbom.spdx.json lists every file and its package.
"""
import argparse
import pathlib
import shutil
import subprocess

import records
import sbom

ROOT_OF_PROJECT = pathlib.Path(__file__).resolve().parents[2]
USER = 10001
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
TEXTS = {
    "etc/passwd": f"root:x:0:0:root:/:/sbin/nologin\nthroughline:x:{USER}:{USER}:Throughline:/:/sbin/nologin\n",
    "etc/group": f"root:x:0:\nthroughline:x:{USER}:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
# Where the linker and the libraries look, as on Debian.
LINKS = {"lib": "usr/lib", "lib64": "usr/lib64", "usr/lib/ssl/certs": "/etc/ssl/certs",
         "usr/lib/ssl/cert.pem": AUTHORITIES, "usr/lib/ssl/openssl.cnf": "/etc/ssl/openssl.cnf"}
DOCUMENTS = "usr/share/doc/throughline"


class Image:
    """A root that is filled, and of which package each of its files is (None: our own)."""

    def __init__(self, root):
        self.root = root
        self.owners = {}

    def place(self, path, owner, mode=0o644):
        """Where to write the file."""
        self.owners[path] = owner
        to = self.root / path
        to.parent.mkdir(parents=True, exist_ok=True)
        to.touch()
        to.chmod(mode)
        return to

    def copy(self, source, path=None, owner="", mode=0o644):
        owner = records.owner(source) if owner == "" else owner
        shutil.copyfile(source, self.place(path or source.lstrip("/"), owner, mode))


def add_libraries(image, program):
    for name, source in records.libraries(program).items():
        real = pathlib.Path(source).resolve()
        # The linker is where programs name it; libraries where it looks first.
        folder = "usr/lib64" if name.startswith("ld-linux") and source.startswith("/lib64") else \
            str(real.parent).lstrip("/").replace("lib/", "usr/lib/", not str(real).startswith("/usr"))
        image.copy(str(real), f"{folder}/{name}", mode=0o755)


def add_time_zones(image):
    for source in records.files("tzdata"):
        if source.startswith("/usr/share/zoneinfo/") and "/right/" not in source and "/posix/" not in source:
            image.copy(source, owner="tzdata")


def add_certificates(image):
    # It is put together when the package is installed, so that no package has it as a file.
    image.copy(AUTHORITIES, owner="ca-certificates")
    image.copy("/etc/ssl/openssl.cnf")


def add_documents(image, version, revision, epoch, name):
    image.copy(ROOT_OF_PROJECT / "LICENSE", f"{DOCUMENTS}/LICENSE", None)
    # Copyright files refer to the texts of the common licences.
    for source in records.files("base-files"):
        if source.startswith("/usr/share/common-licenses/"):
            image.copy(source, owner="base-files")
    for owner in sorted(set(image.owners.values()) - {None}):
        image.copy(str(records.copyright_of(owner)), f"usr/share/doc/{owner}/copyright", owner)
    (image.root / f"{DOCUMENTS}/sbom.spdx.json").write_text(
        sbom.text(image.root, image.owners, name, version, revision, epoch))
    (image.root / f"{DOCUMENTS}/sbom.spdx.json").chmod(0o644)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--revision", required=True)
    parser.add_argument("--epoch", type=int, required=True)
    asked = parser.parse_args()
    image = Image(asked.root)
    asked.root.mkdir(parents=True)
    name = asked.program.name
    to = image.place(f"usr/bin/{name}", None, 0o755)
    subprocess.run(["strip", "--strip-all", "-o", to, asked.program], check=True)
    add_libraries(image, asked.program)
    add_time_zones(image)
    add_certificates(image)
    for path, text in TEXTS.items():
        image.place(path, None).write_text(text)
    add_documents(image, asked.version, asked.revision, asked.epoch, name)
    for path, target in LINKS.items():
        (asked.root / path).parent.mkdir(parents=True, exist_ok=True)
        (asked.root / path).symlink_to(target)
    # Mounted over where anything is written; the root itself may be read-only.
    for folder in ("tmp", "var/lib/throughline"):
        (asked.root / folder).mkdir(parents=True)
    (asked.root / "tmp").chmod(0o1777)
    for folder in [asked.root, *asked.root.rglob("*")]:
        if folder.is_dir() and not folder.is_symlink() and folder.name != "tmp":
            folder.chmod(0o755)


if __name__ == "__main__":
    main()
