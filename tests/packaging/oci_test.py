"""Images as deploy/image builds them: named, labelled, unprivileged, and the same twice."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = "https://code.district.example/throughline"


def build(to, *programs):
    """By name: version and digest, as it prints them."""
    done = subprocess.run([ROOT / "deploy/image", "--programs", os.environ["THROUGHLINE_BINARIES"], "--to", to, "--source",
                           SOURCE, *programs], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {line.split()[0]: line.split()[1:3] for line in done.stdout.splitlines()}


class Oci(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.built = build(cls.folder / "once", "cycles", "throughline")

    def blob(self, name, digest):
        return json.loads((self.folder / "once" / name / "blobs" / digest.replace(":", "/")).read_text())

    def test_built_twice_an_image_has_one_digest(self):
        self.assertEqual(build(self.folder / "twice", "cycles", "throughline"), self.built)

    def test_an_image_says_what_it_is_and_runs_as_a_user_without_rights(self):
        revision = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
        for name, (version, digest) in self.built.items():
            image = self.blob(name, self.blob(name, digest)["config"]["digest"])
            self.assertEqual((image["os"], image["config"]["User"]), ("linux", "10001:10001"))
            self.assertEqual(image["config"]["Entrypoint"], [f"/usr/bin/{name}"])
            labels = {key.removeprefix("org.opencontainers.image."): value for key, value in image["config"]["Labels"].items()}
            self.assertLessEqual({"title": name, "version": version, "revision": revision, "source": SOURCE,
                                  "licenses": "Apache-2.0"}.items(), labels.items())

    def test_the_bill_of_materials_lies_beside_it(self):
        for name, (version, _) in self.built.items():
            document = json.loads((self.folder / "once" / f"{name}.spdx.json").read_text())
            self.assertEqual((document["spdxVersion"], document["name"]), ("SPDX-2.3", f"{name}-{version}"))

    def test_a_program_that_there_is_not_is_refused(self):
        done = subprocess.run([ROOT / "deploy/image", "cycle"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no program cycle", done.stderr)


if __name__ == "__main__":
    unittest.main()
