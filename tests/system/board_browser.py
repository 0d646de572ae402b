"""A browser that opens pages of the board, by board.mjs."""
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Browser:
    """Each method of board.mjs is one of this."""

    def __init__(self, url):
        self.process = subprocess.Popen(["node", ROOT / "tests/system/board.mjs", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=os.environ | {"NODE_MODULES": str(ROOT / "build/node")})

    def __getattr__(self, word):
        def ask(**asked):
            self.process.stdin.write(json.dumps({"do": word, **asked}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError(f"the browser ended at {word} {asked}")
            answer = json.loads(line)
            if "failed" in answer:
                raise AssertionError(f"{word} {asked}: {answer['failed']}")
            return answer["is"]
        return ask

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
