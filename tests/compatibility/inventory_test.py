"""proto/data_inventory.json is what the protos say of persons, and the protos leave nothing of persons unsaid."""
import importlib.machinery
import importlib.util
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Names of fields that speak of persons wherever they are, and what that may be.
TELLING = {
    r"student|students|came|left": {"STUDENT_ID", "STUDENT_PSEUDONYM", "HASH", "ABOUT_STUDENT", "STAFF"},
    r"display_name": {"STUDENT_NAME"},
    r"groups|class_ids|other_schools|quarantine_reasons": {"ABOUT_STUDENT", "STAFF"},
    r"source_id|source_ids|source_version": {"SOURCE_ID", "HASH"},
    r"sealed": {"SEALED"},
    r"subject|teacher|owner|subscriber|sender|address|addresses|\w+_by": {"STAFF"},
    r"purpose|comment|adjustment|title|statement|name|\w+_name": {"FREE_TEXT", "STUDENT_NAME", "ABOUT_STUDENT"},
}
# Fields of such a name that have nothing of persons in them.
OTHERWISE = {
    "throughline.common.v1.HistoryEntry.caused_by",  # an event or a moment
    "throughline.cycles.v1.PlanWaveRequest.ask_by",  # a day
    "throughline.cycles.v1.SchoolReviewFindings.SharedProblem.teams",
    "throughline.cycles.v1.RecordedRoom.subject",  # what is taught
    "throughline.cycles.v1.VisitRoom.subject",  # what is taught
    "throughline.cycles.v1.Wave.ask_by",  # a day
    "throughline.evidence.v1.ClassesListed.class_ids",  # classes, and nobody's
    "throughline.notifications.v1.Cause.subject",  # a partition key
    "throughline.notifications.v1.WatchEventsResponse.subject",  # a partition key
    "throughline.runtime.v1.Envelope.subject",  # a partition key
    "throughline.runtime.v1.StreamPosition.Topic.name",  # of a topic
}


def load_generator():
    loader = importlib.machinery.SourceFileLoader("inventory", str(ROOT / "deploy/inventory"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("inventory", loader))
    loader.exec_module(module)
    return module


inventory = load_generator()


def texts_of(protos):
    """(full name, field) of every field that can have a text or a digest in it."""
    for name, message in protos.messages.items():
        for field in message.field:
            if field.type in (field.TYPE_STRING, field.TYPE_BYTES, field.TYPE_FIXED64):
                yield f"{name}.{field.name}", field


class DataInventory(unittest.TestCase):
    def test_the_document_is_what_the_protos_say(self):
        self.assertEqual(inventory.DOCUMENT.read_text(), inventory.written(), "run deploy/inventory")

    def test_a_field_whose_name_speaks_of_persons_says_what_it_holds(self):
        protos = inventory.Inventory()
        for full_name, field in texts_of(protos):
            for pattern, may_hold in TELLING.items():
                if not re.fullmatch(pattern, field.name) or full_name in OTHERWISE:
                    continue
                holds = protos.of(field)
                said = protos.kinds.Name(holds.what).removeprefix("PERSONAL_DATA_") if holds else "nothing"
                self.assertIn(said, may_hold, full_name)

    def test_what_is_held_is_needed_for_something(self):
        protos = inventory.Inventory()
        for entry in protos.fields():
            self.assertRegex(entry["needed"], r"^to \w+ .+[^.]$", entry)
            self.assertTrue(entry["where"], f"{entry} gets nowhere")
            self.assertNotIn(entry["holds"], ("PERSONAL_DATA_UNSPECIFIED", "PERSONAL_DATA_NONE"), entry)

    def test_an_id_of_a_student_is_something_else_once_it_is_recorded(self):
        protos = inventory.Inventory()
        for entry in protos.fields():
            if entry["holds"] in ("PERSONAL_DATA_STUDENT_ID", "PERSONAL_DATA_STUDENT_NAME"):
                recorded = [place for place in entry["where"] if place.startswith(("inbox", "events", "table"))]
                if recorded:
                    self.assertIn(entry.get("recorded_as"),
                                  ("PERSONAL_DATA_STUDENT_PSEUDONYM", "PERSONAL_DATA_NONE"), entry)

    def test_tables_whose_keys_have_somebody_in_them_are_named(self):
        for service in inventory.SERVICES:
            text = (ROOT / f"services/{service}/domain/tables.h").read_text()
            declared = re.findall(r'((?://[^\n]*\n)*)inline constexpr Table<[^>]*>\s+\w+\{\s*"(\w+)"[^}]*\};([^\n]*)', text)
            for before, name, behind in declared:
                key = next((part for part in (behind, before) if re.search(r"\w+/\w+", part)), "")
                if re.search(r"/(student|source id|teacher)", key):
                    self.assertIn(f"{service}.{name}", inventory.KEYS, key)


if __name__ == "__main__":
    unittest.main()
