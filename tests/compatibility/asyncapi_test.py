"""proto/asyncapi.yaml is what the protos say, what AsyncAPI's own parser accepts, and what is in the topics: of recorded
logs, and of one that this version records."""
import importlib.machinery
import importlib.util
import os
import pathlib
import subprocess
import tempfile
import unittest

import recording

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "proto/asyncapi.yaml"


def load_generator():
    loader = importlib.machinery.SourceFileLoader("asyncapi", str(ROOT / "deploy/asyncapi"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("asyncapi", loader))
    loader.exec_module(module)
    return module


asyncapi = load_generator()


def judge(file):
    """AsyncAPI's own parser."""
    return subprocess.run(["node", ROOT / "tests/compatibility/node/asyncapi.mjs", file], capture_output=True,
                          text=True, env=os.environ | {"NODE_MODULES": str(ROOT / "build/node")})


def type_in(headers):
    """The type that an envelope names; None when it is none."""
    from google.protobuf.message import DecodeError
    from throughline.runtime.v1 import protocol_pb2
    try:
        return protocol_pb2.Envelope.FromString(headers).type
    except DecodeError:
        return None


class AsyncApi(unittest.TestCase):
    def test_the_document_is_what_the_protos_say(self):
        self.assertEqual(DOCUMENT.read_text(), asyncapi.written(), "run deploy/asyncapi")

    def test_its_own_parser_accepts_it(self):
        done = judge(DOCUMENT)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_parser_refuses_what_is_wrong(self):
        for right, wrong in [("#/channels/events.plans", "#/channels/events.elsewhere"),
                             ("action: \"send\"", "action: \"shout\"")]:
            text = DOCUMENT.read_text()
            self.assertIn(right, text)
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(text.replace(right, wrong, 1))
                file.flush()
                self.assertNotEqual(judge(file.name).returncode, 0, wrong)

    def test_it_has_what_is_in_the_topics_and_nothing_else(self):
        said = {(topic, name) for topic, _, name, _ in asyncapi.topics_of(asyncapi.Messages(asyncapi.descriptors()))}
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([os.environ["THROUGHLINE_RECORDER"], "record", folder], check=True)
            files = [*recording.files(), *pathlib.Path(folder).glob("*.bin.gz")]
            recorded = {(topic, type_in(headers)) for file in files
                        for topic, _, headers, _ in recording.read(file)} - {("inbox.plans", None)}
        self.assertEqual(recorded - said, set(), "in the topics, and not in the document")
        missing = {(topic, name) for topic, name in said - recorded if name not in asyncapi.OF_EVERY_SERVICE}
        self.assertEqual(missing, set(), "in the document, and not in the topics: record it")

    def test_every_message_and_field_says_what_it_is(self):
        messages = asyncapi.Messages(asyncapi.descriptors())
        for _, _, name, about in asyncapi.topics_of(messages):
            self.assertTrue(about, name)
            for field, _, comment in messages.fields(name):
                self.assertGreaterEqual(len(comment.split()), 2, f"{name}.{field} says only: {comment}")


if __name__ == "__main__":
    unittest.main()
