"""The protos keep what they promised: buf's lint, and no change that breaks what was released.

released.binpb is the descriptor set of the last release. `release` makes it anew; see README.md.
"""
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUF = ROOT / "build/tools/bin/buf"
RELEASED = ROOT / "tests/compatibility/released.binpb"


def buf(*arguments, folder=ROOT):
    return subprocess.run([BUF, *arguments], cwd=folder, capture_output=True, text=True)


class Protos(unittest.TestCase):
    def test_they_are_as_buf_would_have_them(self):
        done = buf("lint")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_nothing_that_was_released_is_broken(self):
        done = buf("breaking", "--against", RELEASED)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class BreakingChanges(unittest.TestCase):
    """What must not pass, one change at a time to a copy of the protos."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copy(ROOT / "buf.yaml", self.folder)
        shutil.copytree(ROOT / "proto", self.folder / "proto")

    def change(self, file, pattern, replacement):
        path = self.folder / "proto/throughline" / file
        text, count = re.subn(pattern, replacement, path.read_text(), count=1)
        self.assertEqual(count, 1, f"{file} has nothing like {pattern}")
        path.write_text(text)
        return buf("breaking", "--against", RELEASED, folder=self.folder)

    def assert_broken(self, done, word):
        self.assertEqual(done.returncode, 100, done.stdout + done.stderr)
        self.assertIn(word, done.stdout)

    def test_a_renumbered_field_of_an_event(self):
        self.assert_broken(self.change("cycles/v1/cycles_events.proto", r"CycleState phase = 5;",
                                       "CycleState phase = 15;"), "phase")

    def test_a_field_of_another_type(self):
        self.assert_broken(self.change("evidence/v1/result.proto", r"int32 ppm = 8", "double ppm = 8"),
                           "ppm")

    def test_a_field_of_a_row_that_is_gone_and_may_be_used_anew(self):
        self.assert_broken(self.change("evidence/v1/rows.proto", r"  int32 mid_cycle = 5;\n", ""), "Watch")

    def test_a_field_of_a_row_may_go_when_its_number_is_reserved(self):
        done = self.change("evidence/v1/rows.proto", r"int32 mid_cycle = 5;", "reserved 5;")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_renamed_call(self):
        self.assert_broken(self.change("plans/v1/plans_service.proto", r"rpc PublishSitePlan\(",
                                       "rpc AnnounceSitePlan("), "PublishSitePlan")

    def test_an_event_that_is_gone(self):
        self.assert_broken(self.change("notifications/v1/notifications_events.proto",
                                       r"message SilenceAdopted \{[^}]*\}", ""), "SilenceAdopted")

    def test_a_field_of_the_envelope_that_is_gone(self):
        self.assert_broken(self.change("runtime/v1/protocol.proto", r"  string cause = 5;\n", ""), "5")

    def test_a_new_field_is_no_breaking_change(self):
        done = self.change("plans/v1/plans_events.proto", r"(SitePlan plan = 1;)",
                           r"\1\n  // Who published it.\n  string published_by = 99;")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
