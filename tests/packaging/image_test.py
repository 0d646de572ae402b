"""The file system of an image: all that the program needs, nothing else, and the same again from the same."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))
import program  # noqa: E402
from parts import wait_until  # noqa: E402

USER = 10001
# In a mount namespace of its own: the root read-only, a folder for data, and a /tmp.
IN_THE_ROOT = """set -e
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount --bind "$2" "$1/var/lib/throughline"
mount -t tmpfs tmpfs "$1/tmp"
root=$1; shift 2
exec chroot --userspec=10001:10001 "$root" "$@"
"""


def lay_out(root):
    subprocess.run([sys.executable, ROOT / "deploy/packaging/image_root.py", program.THROUGHLINE, root, "--version",
                    "1.2.3", "--revision", "f" * 40, "--epoch", "1700000000"], check=True)


def tree(root):
    """Of everything below: kind, mode and content."""
    found = {}
    for path in sorted(root.rglob("*")):
        what = os.readlink(path) if path.is_symlink() else \
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        found[str(path.relative_to(root))] = (stat.filemode(path.lstat().st_mode), what)
    return found


MAY_MOUNT = subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0


class Image(program.Case):
    @classmethod
    def setUpClass(cls):
        cls.above = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        cls.addClassCleanup(shutil.rmtree, cls.above, True)
        cls.root = cls.above / "root"
        lay_out(cls.root)

    def inside(self, *command):
        """As the image's user, on a root that is read-only; the folder for data is this test's own."""
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        os.chown(data, USER, USER)
        return ["unshare", "--mount", "sh", "-c", IN_THE_ROOT, "sh", str(self.root), str(data), *map(str, command)]

    @unittest.skipUnless(MAY_MOUNT, "nothing may be mounted here")
    def test_the_program_says_its_version(self):
        said = subprocess.run(self.inside("/usr/bin/throughline", "--version"), capture_output=True, text=True)
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        self.assertRegex(said.stdout, r"\d+\.\d+\.\d+")

    @unittest.skipUnless(MAY_MOUNT, "nothing may be mounted here")
    def test_it_serves_and_a_push_leads_to_an_alert_as_nobody_in_particular_on_a_read_only_root(self):
        self.server = subprocess.Popen(
            self.inside("/usr/bin/throughline", "serve", "--data", "/var/lib/throughline/served", "--listen", "127.0.0.1:0"),
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        said = self.server.stdout.readline()
        self.grpc, self.http = re.search(r"at (127\S+), .* https?://(127\S+)\.", said).groups()
        status = pathlib.Path(f"/proc/{self.server.pid}/status").read_text()
        self.assertRegex(status, rf"(?m)^Uid:\t{USER}\t{USER}\t{USER}\t{USER}$")
        self.begin_lakeside()  # which has a time zone
        program.run("push", self.folder / "lakeside/today.csv", "--district", "lakeside", "--connect", self.grpc)
        alerts = lambda: program.run("show", "alerts", "--district", "lakeside", "--connect", self.grpc).stdout
        wait_until(lambda: "off track" in alerts().lower().replace("_", " "), "the alert")
        self.server.terminate()
        self.assertEqual(self.server.wait(30), 0)

    def test_there_is_one_program_and_no_shell_and_nothing_can_be_written(self):
        found = tree(self.root)
        programs = [path for path, (mode, _) in found.items() if "x" in mode and mode[0] == "-" and ".so" not in path]
        self.assertEqual(programs, ["usr/bin/throughline"])
        writable = [path for path, (mode, what) in found.items() if mode[0] != "l" and mode[8] == "w"]
        self.assertEqual(writable, ["tmp"])
        self.assertFalse([path for path, (mode, _) in found.items() if "s" in mode[1:]], "setuid or setgid")

    def test_the_bill_of_materials_has_every_file_with_its_digest_and_every_package_its_licence(self):
        document = json.loads((self.root / "usr/share/doc/throughline/sbom.spdx.json").read_text())
        listed = {one["fileName"].removeprefix("./"): one["checksums"][1]["checksumValue"] for one in document["files"]}
        there = {path: what for path, (mode, what) in tree(self.root).items() if mode[0] == "-"}
        del there["usr/share/doc/throughline/sbom.spdx.json"]
        self.assertEqual(listed, there)
        ids = [one["SPDXID"] for kind in ("packages", "files") for one in document[kind]]
        self.assertEqual(len(ids), len(set(ids)))
        for one in document["packages"]:
            licence = f"usr/share/doc/{one['name']}/" + ("LICENSE" if one["name"] == "throughline" else "copyright")
            self.assertIn(licence, there)
            self.assertTrue(one["versionInfo"])
        contained = {one["relatedSpdxElement"] for one in document["relationships"] if one["relationshipType"] == "CONTAINS"}
        self.assertEqual(contained, {one["SPDXID"] for one in document["files"]})

    def test_laid_out_again_it_is_the_same(self):
        again = self.folder / "again"
        lay_out(again)
        self.assertEqual(tree(again), tree(self.root))


if __name__ == "__main__":
    unittest.main()
