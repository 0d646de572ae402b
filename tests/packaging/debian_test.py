"""Packages of Debian: installed into a root of their own, their units and configurations as they should be."""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))
import program  # noqa: E402

BINARIES = pathlib.Path(os.environ["THROUGHLINE_BINARIES"])
NAMES = ("throughline", "throughline-plans", "throughline-gateway")
# Of systemd's scale from 0 to 10; services of Debian are at 9 and more.
EXPOSED_AT_MOST = 1.6


def build(name, to):
    subprocess.run([sys.executable, ROOT / "deploy/packaging/debian_package.py", BINARIES / name, to, "--version", "1.2.3",
                    "--revision", "f" * 40, "--epoch", "1700000000"], check=True, stdout=subprocess.DEVNULL)
    (package,) = to.glob(f"{name}_*.deb")
    return package


needs_systemd = unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")


class Debian(program.Case):
    @classmethod
    def setUpClass(cls):
        cls.above = pathlib.Path(tempfile.mkdtemp(prefix="throughline."))
        cls.addClassCleanup(shutil.rmtree, cls.above, True)
        cls.packages = {name: build(name, cls.above) for name in NAMES}
        cls.root = cls.above / "root"
        for folder in ("info", "updates", "triggers"):
            (cls.root / "var/lib/dpkg" / folder).mkdir(parents=True)
        (cls.root / "var/lib/dpkg/status").touch()
        subprocess.run(["dpkg", f"--root={cls.root}", "--force-not-root", "--log=/dev/null", "--unpack", *cls.packages.values()],
                       check=True, stdout=subprocess.DEVNULL)
        # What configuring does, for which the root would need a shell.
        for new in (cls.root / "etc/throughline").glob("*.dpkg-new"):
            new.rename(new.with_suffix(""))
        (cls.root / "bin").mkdir()
        (cls.root / "bin/kill").touch(0o755)

    def test_all_of_them_are_unpacked_beside_each_other(self):
        for name in NAMES:
            shown = subprocess.run(["dpkg-query", f"--admindir={self.root}/var/lib/dpkg", "--show", "--showformat",
                                    "${db:Status-Status} ${Version}", name], capture_output=True, text=True, check=True)
            self.assertEqual(shown.stdout, "unpacked 1.2.3-1")
            self.assertTrue(os.access(self.root / "usr/bin" / name, os.X_OK))

    def test_what_it_depends_on_has_the_libraries_that_it_is_loaded_with(self):
        for name, package in self.packages.items():
            depends = subprocess.run(["dpkg-deb", "--field", package, "Depends"], capture_output=True, text=True, check=True).stdout
            named = {re.match(r"[a-z0-9.+-]+", one)[0] for one in depends.split(", ")}
            self.assertLessEqual({"libc6", "libgrpc++1.51", "libicu72", "ca-certificates", "tzdata"}, named, name)

    @needs_systemd
    def test_its_unit_is_one_that_systemd_takes(self):
        for name in NAMES:
            checked = subprocess.run(["systemd-analyze", "verify", "--man=no", f"--root={self.root}",
                                      f"/usr/lib/systemd/system/{name}.service"], capture_output=True, text=True)
            # Targets are not in this root; of the unit itself nothing is to be said.
            self.assertFalse([line for line in checked.stderr.splitlines() if f"{name}.service:" in line and
                              ".target" not in line], checked.stderr)

    @needs_systemd
    def test_its_unit_leaves_the_service_next_to_no_rights(self):
        for name in NAMES:
            unit = self.root / f"usr/lib/systemd/system/{name}.service"
            scored = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
                                    capture_output=True, text=True)
            found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", scored.stdout)
            self.assertTrue(found, scored.stdout + scored.stderr)
            self.assertLessEqual(float(found[1]), EXPOSED_AT_MOST, name)

    def test_the_configuration_is_the_administrators_and_closed_to_others(self):
        for name, package in self.packages.items():
            listed = subprocess.run(["dpkg-deb", "--info", package, "conffiles"], capture_output=True, text=True, check=True)
            self.assertEqual(listed.stdout, f"/etc/throughline/{name}.conf\n")
            shown = subprocess.run(["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True)
            self.assertRegex(shown.stdout, rf"(?m)^-rw-r----- root/root .* \./etc/throughline/{name}\.conf$")

    def test_it_serves_by_the_configuration_that_it_comes_with(self):
        self.serve("--config", self.root / "etc/throughline/throughline.conf", "--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0")
        self.begin_lakeside()
        self.assertIn("lakeside", program.run("show", "cycles", "--district", "lakeside", "--connect", self.grpc, "--json").stdout)

    def test_a_service_says_what_its_configuration_lacks_and_finds_no_fault_in_the_rest(self):
        for name, said in (("throughline-plans", "jwks"), ("throughline-gateway", "jwks")):
            done = subprocess.run([self.root / "usr/bin" / name, "--config", self.root / f"etc/throughline/{name}.conf"],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(said, done.stderr)

    def test_commented_options_are_options_of_the_program(self):
        for name in NAMES:
            taken = set(re.findall(r"--([a-z-]+)", subprocess.run(
                [self.root / "usr/bin" / name, *(["serve"] if name == "throughline" else []), "--help"],
                capture_output=True, text=True).stdout))
            text = (self.root / f"etc/throughline/{name}.conf").read_text()
            self.assertLessEqual(set(re.findall(r"(?m)^#?(?:  )?([a-z-]+)=", text)), taken, name)

    def test_built_again_it_is_the_same(self):
        again = build("throughline-plans", self.folder)
        self.assertEqual(hashlib.sha256(again.read_bytes()).hexdigest(),
                         hashlib.sha256(self.packages["throughline-plans"].read_bytes()).hexdigest())

    def test_lintian_finds_no_fault(self):
        try:
            done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", *self.packages.values()],
                                  capture_output=True, text=True)
        except FileNotFoundError:
            self.skipTest("lintian is not installed")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
