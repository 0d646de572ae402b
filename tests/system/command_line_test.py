"""What the program says to somebody who types something else than it takes, and what it exits with."""
import re
import subprocess
import unittest

import program
from program import small_district, write_bundle


class CommandLine(program.Case):
    def refused(self, *words, code=2):
        done = program.run(*words, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr

    def test_a_command_that_is_none_is_named_beside_those_that_are(self):
        said = self.refused("serv", "--data", self.data)
        self.assertIn("`serv`", said)
        self.assertIn("serve, import, push", said)
        said = self.refused("show", "alert", "--district", "d1", "--data", self.data)
        self.assertIn("`show alert`", said)
        self.assertIn("alerts", said)
        said = self.refused("show", "alerts", "--trigger", "of_track", "--district", "d1", "--data", self.data)
        self.assertIn("off_track", said.replace(" ", "_").replace("-", "_"))

    def test_an_address_that_is_none_is_said_to_be_none(self):
        for option in ("--listen", "--http", "--metrics"):
            for address in ("nonsense", "127.0.0.1:99999", "127.0.0.1:"):
                said = self.refused("serve", "--data", self.data, option, address)
                self.assertIn(f"{option}: {address} is no host and port", said)
        self.assertFalse(self.data.exists())

    def test_a_text_that_is_not_utf8_is_refused_by_its_field(self):
        program.run("import", write_bundle(self.folder / "b", small_district()), "--district", "d1", "--data", self.data)
        said = self.refused("show", "alerts", "--district", "caf\udce9", "--data", self.data, code=1)
        self.assertIn("The text of district is not UTF-8", said)
        said = self.refused("erase", "students", "--district", "d1", "--student", "m\udcfcller", "--reason", "A parent asked for it.",
                            "--yes", "--data", self.data, code=1)
        self.assertIn("The text of students[0] is not UTF-8", said)
        self.assertNotIn("ller", said)

    def test_a_filter_that_names_nothing_is_refused(self):
        program.run("import", write_bundle(self.folder / "b", small_district()), "--district", "d1", "--data", self.data)
        said = self.refused("show", "students", "--district", "d1", "--school", "nope", "--data", self.data, code=1)
        school = re.search(r"There are: (\S+),", said)[1]
        for option, reason in (("--class", "CLASS_UNKNOWN"), ("--indicator", "INDICATOR_UNKNOWN"), ("--team", "TEAM_UNKNOWN")):
            said = self.refused("show", "students", "--district", "d1", "--school", school, "--question", "roster", option, "nope",
                                "--purpose", "absences before the test", "--data", self.data, code=1)
            self.assertIn(reason, said)
            self.assertIn("nope", said)

    def test_a_backup_whose_keys_have_no_place_is_not_begun(self):
        program.run("import", write_bundle(self.folder / "b", small_district()), "--district", "d1", "--data", self.data)
        backup = self.folder / "backup"
        said = self.refused("backup", "--data", self.data, "--to", backup, "--identity-keys", self.folder / "nowhere/keys", code=1)
        self.assertIn("IDENTITY_KEYS_NOT_KEPT", said)
        self.assertFalse(backup.exists())
        program.run("backup", "--data", self.data, "--to", backup, "--identity-keys", self.folder / "keys")

    def test_a_server_is_told_what_it_is_to_serve(self):
        said = self.refused("serve", code=1)
        self.assertIn("--data DIR", said)
        self.assertNotIn("open-access", said)

    def test_a_port_that_is_taken_is_a_sentence_and_nothing_else(self):
        self.serve()
        other = self.folder / "other"
        for address, options in ((self.grpc, ["--listen", self.grpc]),
                                 (self.http, ["--listen", "127.0.0.1:0", "--http", self.http])):
            said = self.refused("serve", "--data", other, *options, code=1)
            self.assertIn(address, said)
            for line in said.splitlines():
                self.assertRegex(line, r"^(throughline: |  \S)", said)

    def test_a_push_that_leaves_rows_out_is_not_done(self):
        tables = small_district()
        write_bundle(self.folder / "b", tables)
        program.run("import", self.folder / "b", "--district", "d1", "--data", self.data)
        results = self.folder / "b" / "results.csv"
        to = ["--district", "d1", "--data", self.data]
        program.run("push", results, *to)
        lines = results.read_text().splitlines()
        spoiled = re.sub(r"20\d\d-\d\d-\d\d", "soon", lines[1])
        self.assertNotEqual(spoiled, lines[1])
        results.write_text("\n".join([lines[0], spoiled, *lines[2:]]) + "\n")
        said = self.refused("push", results, *to, code=1)
        self.assertIn("results.csv", said)

    def test_a_district_is_not_made_of_a_typo(self):
        write_bundle(self.folder / "b", small_district())
        program.run("import", self.folder / "b", "--district", "lakeside", "--data", self.data)
        again = ["import", self.folder / "b", "--data", self.data, "--district", "lakesid"]
        said = self.refused(*again, code=1)
        self.assertIn("There is no district lakesid", said)
        self.assertIn("There is only: lakeside.", said)
        self.assertIn("--new-district", said)
        program.run(*again, "--new-district")
        program.run(*again)

    def test_what_only_reads_makes_nothing(self):
        self.data.mkdir()
        for words in (["show", "alerts"], ["watch"], ["push", self.folder / "results.csv"],
                      ["schedule", "--school", "s", "--team", "t", "--indicator", "i", "--start", "2024-09-02"]):
            (self.folder / "results.csv").write_text(",".join(small_district()["results"][0]) + "\n")
            said = self.refused(*words, "--district", "d1", "--data", self.data, code=1)
            self.assertIn(f"There is no journal in the directory {self.data}", said)
            self.assertIn("throughline import", said)
            self.assertEqual(list(self.data.iterdir()), [])

    def test_an_import_that_leaves_rows_out_is_not_done(self):
        tables = small_district()
        tables["results"][1][5] = "soon"
        write_bundle(self.folder / "b", tables)
        said = self.refused("import", self.folder / "b", "--district", "d1", "--data", self.data, code=1)
        self.assertIn("results.csv, line 2", said)

    def test_a_time_zone_that_is_none_is_refused(self):
        write_bundle(self.folder / "b", small_district())
        said = self.refused("import", self.folder / "b", "--district", "d1", "--data", self.data, "--time-zone", "Mars", code=1)
        self.assertIn("TIME_ZONE_UNKNOWN", said)
        self.assertFalse(self.data.exists())

    def test_a_filter_that_is_none_is_no_empty_list(self):
        write_bundle(self.folder / "b", small_district())
        program.run("import", self.folder / "b", "--district", "d1", "--data", self.data)
        shows = ["--district", "d1", "--data", self.data]
        for what, option, id_, reason in (("alerts", "--school", "nort", "SCHOOL_UNKNOWN"),
                                          ("quarantine", "--school", "nort", "SCHOOL_UNKNOWN"),
                                          ("cycles", "--team", "grad", "TEAM_UNKNOWN"),
                                          ("growth", "--cycle", "cycl", "CYCLE_UNKNOWN")):
            said = self.refused("show", what, option, id_, *shows, code=1)
            self.assertIn(reason, said)
            self.assertIn(f"There is no {option[2:]} {id_}.", said)
            self.assertRegex(said, "There (is|are)( only| none yet)?[:.]|There are:")

    def test_a_token_that_is_none_is_not_what_to_go_on_from(self):
        write_bundle(self.folder / "b", small_district())
        program.run("import", self.folder / "b", "--district", "d1", "--data", self.data)
        said = self.refused("watch", "--district", "d1", "--after", "garbage", "--data", self.data, code=1)
        self.assertIn("TOKEN_INVALID", said)
        self.assertNotIn("To go on from here", said)

    def test_a_district_that_is_not_there_is_not_waited_for(self):
        self.serve()
        for what in ("alerts", "events"):
            said = self.refused("watch", what, "--district", "nowhere", "--connect", self.grpc, code=1)
            self.assertIn("There is no district nowhere", said)
        for path in ("alerts", "schools", "cycles", "silences", "alerts:watch", "events:watch"):
            asked = subprocess.run(["curl", "-sS", "--max-time", "20", f"http://{self.http}/v1/{path}?district=nowhere"],
                                   capture_output=True, text=True)
            self.assertIn('"DISTRICT_UNKNOWN"', asked.stdout, path)

    def test_a_query_that_means_nothing_is_refused(self):
        self.serve()
        for query, reason in (("scool=s", "QUERY_UNKNOWN"), ("from=begining", "FIELD_INVALID"),
                              ("school=a&school=b", "QUERY_REPEATED")):
            asked = subprocess.run(["curl", "-sS", "--max-time", "20", f"http://{self.http}/v1/alerts:watch?district=d1&{query}"],
                                   capture_output=True, text=True)
            self.assertIn(f'"{reason}"', asked.stdout)


if __name__ == "__main__":
    unittest.main()
