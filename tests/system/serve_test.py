"""What somebody new does: serve, bring a district in, push a result, see what comes of it, stop."""
import pathlib
import re
import signal
import subprocess
import unittest

import program
from program import small_district, write_bundle


class Serve(program.Case):
    def serve(self):
        server = subprocess.Popen(
            [program.THROUGHLINE, "serve", "--data", str(self.data), "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(lambda: server.poll() is None and server.kill())
        address, self.http = re.findall(r"127\.0\.0\.1:\d+", server.stdout.readline())
        return server, address

    def test_the_first_steps(self):
        server, address = self.serve()
        tables = small_district()
        write_bundle(self.folder / "b", tables)
        to = ["--district", "d1", "--connect", address]
        program.run("import", self.folder / "b", *to)
        watch = subprocess.Popen([program.THROUGHLINE, "watch", "events", *to, "--json"],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(watch.stdout.close)
        first = watch.stdout.readline()
        self.assertIn('"token"', first)
        for line in watch.stdout:
            if "ResultsRecorded" in line:
                break
        self.assertNotIn("student", line.lower().replace("students", ""))
        watch.send_signal(signal.SIGINT)
        watch.stdout.read()
        self.assertEqual(watch.wait(10), 0)
        again = program.run("import", self.folder / "b", *to, "--json")
        self.assertIn('"results":72', again.stdout.replace(" ", ""))
        program.show_variance(72, "quiz-1", *to)

        # Somebody else may not open the same data, and hears why.
        other = program.run("show", "alerts", "--district", "d1", "--data", self.data, check=False)
        self.assertEqual(other.returncode, 1)
        self.assertIn("another throughline", other.stderr)

        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(15), 0)
        found = program.show("variance", self.data, "d1", "--assessment", "quiz-1")
        self.assertEqual(found["resultCount"], "72")

    def test_what_the_readme_says_to_type(self):
        server, address = self.serve()
        root = pathlib.Path(__file__).parents[2]
        subprocess.run([root / "deploy/demo/lakeside.py", self.folder / "lakeside"], check=True, stdout=subprocess.DEVNULL)
        readme = (root / "README.md").read_text()
        typed = re.findall(r"^    build/release/bin/throughline (.*) --connect \S+$", readme, re.M)
        self.assertEqual([line.split()[0] for line in typed], ["import", "schedule", "show"])
        listens, pushes = [line.replace("127.0.0.1:7480", self.http)
                           for line in re.findall(r"^    (curl .*)$", readme, re.M)]
        typed = [f'"$THROUGHLINE" {line} --connect {address}' for line in typed]
        for line in typed[:-1]:
            subprocess.run(line, shell=True, check=True, cwd=self.folder, stdout=subprocess.DEVNULL)

        listening = subprocess.Popen(["sh", "-c", "exec " + listens], stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, text=True, cwd=self.folder)
        self.addCleanup(listening.stdout.close)
        self.addCleanup(listening.wait)
        self.addCleanup(listening.kill)
        self.assertIn("retry", listening.stdout.readline())
        pushed = subprocess.run(pushes, shell=True, check=True, capture_output=True, text=True, cwd=self.folder).stdout
        self.assertIn("SCORE_OFF_SCALE", pushed)
        for line in listening.stdout:
            if "TRIGGER_OFF_TRACK" in line:
                break
        # The alert follows within a second; the streams of the program begin with what there was.
        watch = subprocess.Popen([program.THROUGHLINE, "watch", "alerts", "--district", "lakeside",
                                  "--connect", address], stdout=subprocess.PIPE, text=True)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.kill)
        for line in watch.stdout:
            if "off track" in line:
                break
        shown = subprocess.run(typed[-1], shell=True, check=True, capture_output=True, text=True).stdout
        self.assertIn("off track", shown)
        aside = program.run("show", "quarantine", "--district", "lakeside", "--connect", address)
        self.assertIn("today-student-04", aside.stdout)
        alert = re.search(r"off track.* (\d{13}-\w+)", shown).group(1)
        chain = program.run("show", "alerts", "--explain", alert, "--school", "north", "--district",
                            "lakeside", "--connect", address).stdout
        self.assertIn("A batch of 20 or more results came in", chain)
        for said in (chain, shown):
            self.assertRegex(said, "20 matched students changed by −.* % of scale .* was desired by")

    def test_wrong_calls_say_what_to_do(self):
        self.assertEqual(program.run("show", "nonsense", "--district", "d", check=False).returncode, 2)
        self.assertEqual(program.run("show", "alerts", "--district", "d", check=False).returncode, 2)
        nothing = program.run("show", "alerts", "--district", "d", "--data", self.data, check=False)
        self.assertEqual(nothing.returncode, 1)
        self.assertIn("There is no data directory", nothing.stderr)
        program.run("import", write_bundle(self.folder / "b", small_district()), "--district", "d1",
                    "--data", self.data)
        unknown = program.run("show", "variance", "--district", "d", "--assessment", "a",
                              "--data", self.data, check=False)
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("There is no district d", unknown.stderr)
        gone = program.run("show", "alerts", "--district", "d", "--connect", "127.0.0.1:1", check=False)
        self.assertEqual(gone.returncode, 1)
        self.assertIn("throughline serve", gone.stderr)


if __name__ == "__main__":
    unittest.main()
