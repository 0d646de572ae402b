"""proto/openapi.json is what the protos say, and what OpenAPI's own validator accepts."""
import importlib.machinery
import importlib.util
import json
import pathlib
import unittest

from openapi_spec_validator import OpenAPIV31SpecValidator

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "proto/openapi.json"


def load_generator():
    loader = importlib.machinery.SourceFileLoader("openapi", str(ROOT / "deploy/openapi"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("openapi", loader))
    loader.exec_module(module)
    return module


openapi = load_generator()


def findings(text):
    return [error.message for error in OpenAPIV31SpecValidator(json.loads(text)).iter_errors()]


def operations():
    for path, item in json.loads(DOCUMENT.read_text())["paths"].items():
        for verb, operation in item.items():
            if verb != "parameters":
                yield path, verb, operation


def references(value):
    """Every reference in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


class OpenApi(unittest.TestCase):
    def test_the_document_is_what_the_protos_say(self):
        self.assertEqual(DOCUMENT.read_text(), openapi.written(), "run deploy/openapi")

    def test_its_own_validator_accepts_it(self):
        self.assertEqual(findings(DOCUMENT.read_text()), [])

    def test_the_validator_refuses_what_is_wrong(self):
        text = DOCUMENT.read_text()
        for right, wrong in [('"in": "path"', '"in": "road"'), ('"openapi": "3.1.0"', '"openapi": "2.0"'),
                             ('"operationId": "GetCycle"', '"operationId": "ListCycles"'),
                             ('"required": true', '"required": "yes"')]:
            self.assertIn(right, text)
            self.assertNotEqual(findings(text.replace(right, wrong, 1)), [], wrong)

    def test_every_method_that_is_not_streamed_into_is_there(self):
        said = {operation["operationId"] for _, _, operation in operations()}
        protos = openapi.Protos()
        for service, method in protos.methods:
            self.assertEqual(protos.name_of(service, method) in said, not method.client_streaming, method.name)

    def test_every_reference_leads_somewhere_and_every_schema_is_used(self):
        document = json.loads(DOCUMENT.read_text())
        said = {f"#/components/{kind}/{name}" for kind in ("schemas", "responses", "parameters", "requestBodies")
                for name in document["components"].get(kind, {})}
        self.assertEqual(set(references(document)), said)

    def test_everything_says_what_it_is(self):
        for path, verb, operation in operations():
            self.assertTrue(operation["summary"] and operation["description"], (path, verb))
            for parameter in operation.get("parameters", []):
                self.assertTrue(parameter.get("$ref") or parameter["description"], (path, verb, parameter))
        for name, schema in json.loads(DOCUMENT.read_text())["components"]["schemas"].items():
            self.assertTrue(schema.get("description"), name)
            for field, one in schema.get("properties", {}).items():
                self.assertTrue(name == "Error" or one.get("description"), f"{name}.{field}")

    def test_each_operation_of_a_method_says_who_may_call_it(self):
        protos = openapi.Protos()
        methods = {protos.name_of(service, method) for service, method in protos.methods}
        for path, verb, operation in operations():
            if operation["operationId"] in methods:
                self.assertRegex(operation["description"], r"May be called by: [a-z]", path)


if __name__ == "__main__":
    unittest.main()
