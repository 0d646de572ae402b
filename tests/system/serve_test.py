"""What somebody new does: serve, bring a district in, push a result, see what comes of it, stop."""
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
        address = re.search(r"127\.0\.0\.1:\d+", server.stdout.readline()).group()
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
        found = program.run("show", "variance", *to, "--assessment", "quiz-1", "--json")
        self.assertIn('"resultCount":"72"', found.stdout.replace(" ", ""))

        # Somebody else may not open the same data, and hears why.
        other = program.run("show", "alerts", "--district", "d1", "--data", self.data, check=False)
        self.assertEqual(other.returncode, 1)
        self.assertIn("another throughline", other.stderr)

        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(15), 0)
        found = program.show("variance", self.data, "d1", "--assessment", "quiz-1")
        self.assertEqual(found["resultCount"], "72")

    def test_wrong_calls_say_what_to_do(self):
        self.assertEqual(program.run("show", "nonsense", "--district", "d", check=False).returncode, 2)
        self.assertEqual(program.run("show", "alerts", "--district", "d", check=False).returncode, 2)
        unknown = program.run("show", "variance", "--district", "d", "--assessment", "a",
                              "--data", self.data, check=False)
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("There is no district d", unknown.stderr)
        gone = program.run("show", "alerts", "--district", "d", "--connect", "127.0.0.1:1", check=False)
        self.assertEqual(gone.returncode, 1)
        self.assertIn("throughline serve", gone.stderr)


if __name__ == "__main__":
    unittest.main()
