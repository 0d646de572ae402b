"""A school year of a district of twelve schools through the public API alone, as deploy/demo/year.py lives it: at its
end what is shown is recomputed from what was pushed."""
import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).parents[2]


class SchoolYear(unittest.TestCase):
    def test_every_number_of_the_year_follows_from_what_was_pushed(self):
        done = subprocess.run([ROOT / "deploy/demo/year.py", "--program", os.environ["THROUGHLINE"]], capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-4000:])
        for what in ("396 closed cycles", "think-pair-share, PROVEN", "word-posters, without standing", "offers lapsed", "48 visits"):
            self.assertIn(what, done.stdout)


if __name__ == "__main__":
    unittest.main()
