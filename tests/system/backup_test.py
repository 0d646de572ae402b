"""A district that is backed up while it is served, lost, and brought back elsewhere."""
import datetime
import json
import time
import unittest

import program
from parts import wait_until
from program import small_district, write_bundle

PAGE_BYTES = 8192


class Backup(program.Case):
    def answers(self, *where):
        what = [("alerts",), ("variance", "--assessment", "quiz-1"), ("quarantine",), ("results",), ("assessments",)]
        return [program.run("show", *one, "--district", "d1", "--json", *where).stdout for one in what]

    def test_what_was_backed_up_while_serving_answers_the_same_elsewhere(self):
        self.serve()
        write_bundle(self.folder / "b", small_district())
        program.run("import", self.folder / "b", "--district", "d1", "--connect", self.grpc)
        program.show_variance(72, "quiz-1", "--district", "d1", "--connect", self.grpc)
        in_use = program.run("check", "--data", self.data, check=False)
        self.assertEqual(in_use.returncode, 1)
        self.assertIn("JOURNAL_IN_USE", in_use.stderr)
        self.assertIn("throughline backup", in_use.stderr)

        backup, keys = self.folder / "backups/monday", self.folder / "safe.keys"
        said = program.run("backup", "--data", self.data, "--to", backup, "--identity-keys", keys).stdout
        self.assertIn("pseudonyms.key, deliveries.key", said)
        self.assertIn(f"are in {keys}", said)
        self.assertEqual(keys.stat().st_mode & 0o777, 0o600)
        self.assertEqual(backup.stat().st_mode & 0o777, 0o700)
        self.assertEqual({p.name: p.stat().st_mode & 0o777 for p in backup.iterdir()},
                         dict.fromkeys(["identities.db", "journal.db", "pseudonyms.key", "deliveries.key", "audit.key"], 0o600))
        again = program.run("backup", "--data", self.data, "--to", backup, check=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn("DIRECTORY_NOT_EMPTY", again.stderr)
        before = self.answers("--connect", self.grpc)
        self.server.kill()
        self.server.wait()

        self.assertIn("Everything is as it was written.", program.run("check", "--data", self.data).stdout)
        self.assertIn("Everything is as it was written.", program.run("check", "--data", backup).stdout)
        self.data.rename(self.folder / "lost")
        without = program.run("restore", "--from", backup, "--data", self.data, check=False)
        self.assertEqual(without.returncode, 1)
        self.assertIn("IDENTITY_KEYS_NEEDED", without.stderr)
        self.assertFalse(self.data.exists())
        restore = ("restore", "--from", backup, "--data", self.data, "--identity-keys", keys)
        said = program.run(*restore).stdout
        self.assertIn(f"throughline serve --data {self.data}", said)
        over = program.run(*restore, check=False)
        self.assertEqual(over.returncode, 1)
        self.assertIn("DIRECTORY_NOT_EMPTY", over.stderr)

        self.serve()
        self.assertEqual(self.answers("--connect", self.grpc), before)
        # What comes again is known: the keys and the log are those of before.
        again = program.run("import", self.folder / "b", "--district", "d1", "--connect", self.grpc, "--json")
        self.assertIn('"results":72', again.stdout.replace(" ", ""))
        alerts, variance, quarantine, counts, assessments = self.answers("--connect", self.grpc)
        self.assertEqual([alerts, variance, quarantine, assessments], before[:3] + before[4:])
        counts = json.loads(counts)
        self.assertEqual((counts["pushed"], counts["accepted"], counts["duplicate"]), ("144", "72", "72"))

    def test_a_district_comes_back_as_it_was_at_a_moment(self):
        self.serve()
        write_bundle(self.folder / "b", small_district())
        program.run("import", self.folder / "b", "--district", "d1", "--connect", self.grpc)
        program.show_variance(72, "quiz-1", "--district", "d1", "--connect", self.grpc)
        program.run("import", self.folder / "b", "--district", "d2", "--connect", self.grpc)
        program.show_variance(72, "quiz-1", "--district", "d2", "--connect", self.grpc)
        before = self.answers("--connect", self.grpc)[1:]
        time.sleep(0.01)  # of everything so far it is later
        moment = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        time.sleep(0.01)
        # The mistake: everybody in d1 gets other scores, and a district is made that nobody wanted.
        tables = small_district()
        for row in tables["results"][1:]:
            row[4] = "1"
            row[6] = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).isoformat()
        write_bundle(self.folder / "mistake", tables)
        program.run("import", self.folder / "mistake", "--district", "d1", "--connect", self.grpc)
        program.run("import", self.folder / "b", "--district", "d3", "--connect", self.grpc)
        wait_until(lambda: self.answers("--connect", self.grpc)[1:] != before, "the mistake seen")
        backup, keys, restored = self.folder / "backup", self.folder / "safe.keys", self.folder / "restored"
        program.run("backup", "--data", self.data, "--to", backup, "--identity-keys", keys)
        self.server.kill()
        self.server.wait()

        wrong = program.run("restore", "--from", backup, "--data", restored, "--until", "yesterday", check=False)
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("MOMENT_INVALID", wrong.stderr)
        said = program.run("restore", "--from", backup, "--data", restored, "--until", moment, "--identity-keys", keys).stdout
        self.assertRegex(said, r"\d+ records, is left out")
        self.assertIn("Everything is as it was written.", program.run("check", "--data", restored).stdout)
        self.data = restored
        self.serve()
        wait_until(lambda: self.answers("--connect", self.grpc)[1:] == before, "the state of then")
        refused = program.run("show", "results", "--district", "d3", "--connect", self.grpc, check=False)
        self.assertIn("DISTRICT_UNKNOWN", refused.stderr)
        # It goes on from there.
        program.run("import", self.folder / "b", "--district", "d3", "--connect", self.grpc)
        program.show_variance(72, "quiz-1", "--district", "d3", "--connect", self.grpc)
        self.server.kill()
        self.server.wait()
        self.assertIn("Everything is as it was written.", program.run("check", "--data", restored).stdout)

    def test_without_the_keys_of_identities_a_district_begins_anew(self):
        write_bundle(self.folder / "b", small_district())
        program.run("import", self.folder / "b", "--district", "d1", "--data", self.data)
        self.assertIn("each record opens", program.run("check", "--data", self.data).stdout)
        (self.data / "identities.keys").unlink()
        refused = program.run("show", "alerts", "--district", "d1", "--data", self.data, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("KEY_RING_LOST", refused.stderr)
        program.run("backup", "--data", self.data, "--to", self.folder / "backup")
        anew = self.folder / "anew"
        program.run("restore", "--from", self.folder / "backup", "--data", anew, "--without-identities")
        program.run("show", "alerts", "--district", "d1", "--data", anew)

    def test_a_check_names_the_key_that_is_not_the_one_of_before(self):
        write_bundle(self.folder / "b", small_district())
        program.run("import", self.folder / "b", "--district", "d1", "--data", self.data)
        key = self.data / "pseudonyms.key"
        secret = key.read_bytes()
        for lose, said in ((key.unlink, "is gone"), (lambda: key.write_bytes(bytes(range(32))), "is not the one")):
            lose()
            checked = program.run("check", "--data", self.data, check=False)
            self.assertEqual(checked.returncode, 1)
            self.assertIn(said, checked.stderr)
            self.assertIn(str(key), checked.stderr)
            backup, restored = self.folder / said.replace(" ", "-"), self.folder / f"{said}, restored".replace(" ", "-")
            for words in (("backup", "--data", self.data, "--to", backup), ("restore", "--from", backup, "--data", restored)):
                copied = program.run(*words, check=False)
                self.assertEqual(copied.returncode, 1, copied.stdout)
                self.assertIn(said, copied.stderr)
            self.assertFalse(restored.exists(), "what cannot be served is not half restored")
        key.write_bytes(secret)
        program.run("check", "--data", self.data)

    def test_a_check_names_the_page_that_a_disk_has_changed(self):
        write_bundle(self.folder / "b", small_district())
        program.run("import", self.folder / "b", "--district", "d1", "--data", self.data)
        file = self.data / "journal.db"
        page = file.stat().st_size // PAGE_BYTES
        content = bytearray(file.read_bytes())
        content[(page - 1) * PAGE_BYTES + 5000] ^= 1
        file.write_bytes(content)
        checked = program.run("check", "--data", self.data, check=False)
        self.assertEqual(checked.returncode, 1)
        self.assertIn(f"page {page}, from byte {(page - 1) * PAGE_BYTES} on, is not as it was written", checked.stderr)
        self.assertIn("damaged. See to the disk.", checked.stdout)


if __name__ == "__main__":
    unittest.main()
