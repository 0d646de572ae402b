"""Bundles as districts make them, good and bad, brought in by the program."""
import random
import resource
import unittest

import program
from program import small_district, write_bundle


class Bundles(program.Case):
    def bring(self, folder, check=True):
        return program.run("import", folder, "--district", "d1", "--data", self.data, check=check)

    def variance(self, results):
        return program.show_variance(results, "quiz-1", "--district", "d1", "--data", self.data)

    def test_an_unseen_bundle_with_all_that_csv_allows(self):
        self.bring(write_bundle(self.folder / "b", small_district(), bom=True))
        found = self.variance(2 * 3 * 12)
        self.assertEqual(found["schoolCount"], 2)
        self.assertEqual(found["classCount"], 6)

    def test_order_doubles_and_corrections_change_nothing_in_the_end(self):
        tables = small_district(schools=4, classes=4, students=15)
        self.bring(write_bundle(self.folder / "plain", tables))
        plain = self.variance(4 * 4 * 15)
        header, rows = tables["results"][0], tables["results"][1:]
        moments = random.Random(7)
        wrong, right = [], []
        for row in moments.sample(rows, len(rows) // 20):
            wrong.append(row[:4] + ["1"] + row[5:6] + ["2024-10-03T08:00:00.000Z"])
            right.append(row[:6] + ["2024-10-04T08:00:00.000Z"])
        first = rows + rows
        moments.shuffle(first)
        tables["results"] = [header] + first
        self.data = self.folder / "other"
        self.bring(write_bundle(self.folder / "shuffled", tables))
        for name, some in [("wrong", wrong), ("right", right), ("old", wrong)]:
            tables["results"] = [header] + some
            write_bundle(self.folder / name, tables)
            program.run("push", self.folder / name / "results.csv", "--district", "d1",
                        "--data", self.data)
        found = self.variance(4 * 4 * 15)
        for name in ["studentVariance", "classVariance", "schoolVariance"]:
            self.assertAlmostEqual(found.get(name, 0), plain.get(name, 0), places=4)

    def test_what_is_broken_is_named_and_the_rest_is_unharmed(self):
        tables = small_district()
        tables["results"][1][5] = "2024-13-01"          # line 2: a day that does not exist
        tables["results"][2][2] = "nobody"              # line 3: a student who is not there
        tables["results"][3][4] = "many"                # line 4: a score that is none
        tables["results"][4][4] = "21"                  # off the scale: set aside by the service
        done = self.bring(write_bundle(self.folder / "b", tables), check=False)
        self.assertEqual(done.returncode, 1)  # not all of it was done
        said = done.stdout + done.stderr
        for where in ["results.csv, line 2", "results.csv, line 3", "results.csv, line 4"]:
            self.assertIn(where, said)
        self.assertIn("scoreDate", said)
        self.assertIn("SCORE_OFF_SCALE", said)
        self.assertNotIn("nobody", said)  # no student is named
        # The class that all four are missing from has eight results now. They would follow from those of the
        # whole for whoever knows the five other classes, so a few small classes do not count: 60, not 68.
        self.variance(2 * 3 * 12 - 12)
        aside = program.show("quarantine", self.data, "d1")["results"]
        self.assertEqual([one["problem"]["reason"] for one in aside], ["SCORE_OFF_SCALE"])
        self.assertEqual(aside[0]["problem"]["field"], "score")

    def test_a_missing_file_or_column_costs_that_file(self):
        tables = small_district()
        folder = write_bundle(self.folder / "b", tables)
        (folder / "users.csv").write_text("id\nx\n")
        (folder / "categories.csv").unlink()
        done = self.bring(folder, check=False)
        self.assertEqual(done.returncode, 1)  # not all of it was done
        said = done.stdout + done.stderr
        self.assertIn("users.csv", said)
        self.assertIn("MISSING_COLUMN", said)
        self.assertIn("categories.csv", said)
        self.variance(72)

    def test_capitals_in_enumerations_are_read_as_they_are_meant(self):
        tables = small_district()
        for row in tables["enrollments"][1:]:
            row[4] = "STUDENT"
        for row in tables["orgs"][1:]:
            row[2] = row[2].capitalize()
        folder = write_bundle(self.folder / "b", tables)
        manifest = folder / "manifest.csv"
        manifest.write_text(manifest.read_text().replace(",bulk", ",Bulk"))
        self.assertIn("72 students", self.bring(folder).stdout)
        self.variance(72)

    def test_a_full_export_ends_what_it_no_longer_has_when_that_is_confirmed(self):
        self.bring(write_bundle(self.folder / "all", small_district()))
        fewer = write_bundle(self.folder / "fewer", small_district(classes=2))
        asked = self.bring(fewer, check=False)
        self.assertEqual(asked.returncode, 1)
        self.assertIn("REMOVAL_UNCONFIRMED", asked.stdout + asked.stderr)
        self.assertIn("No longer in the bundle: 24 of 72 enrolments; none was ended", asked.stdout)
        done = program.run("import", fewer, "--district", "d1", "--data", self.data, "--confirm-removal")
        self.assertIn("No longer in the bundle: 24 of 72 enrolments; they are over", done.stdout)
        self.assertNotIn("No longer", self.bring(fewer).stdout)

    def test_nonsense_is_refused_in_a_sentence(self):
        self.assertEqual(self.bring(self.folder / "nothing", check=False).returncode, 1)
        empty = self.folder / "empty"
        empty.mkdir()
        self.assertIn("manifest", self.bring(empty, check=False).stderr)
        wide = write_bundle(self.folder / "wide", small_district())
        with open(wide / "results.csv", "ab") as out:
            for _ in range(64):
                out.write(b"x" * (1 << 20))
        done = self.bring(wide, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("results.csv", done.stderr)

    def test_half_a_million_results_in_bounded_memory(self):
        tables = small_district(schools=5, classes=40, students=25)
        header, rows = tables["results"][0], tables["results"][1:]
        write_bundle(self.folder / "big", tables)
        with open(self.folder / "big" / "results.csv", "w", newline="\r\n") as out:
            out.write(",".join(header) + "\n")
            for copy in range(100):
                for row in rows:
                    out.write(",".join([f"{row[0]}-{copy}"] + row[1:4] + [str((copy + len(row[2])) % 21)] + row[5:]) + "\n")
        self.bring(self.folder / "big")
        self.variance(500_000)
        peak_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertLess(peak_kib, 1536 * 1024)


if __name__ == "__main__":
    unittest.main()
