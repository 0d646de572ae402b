"""Words that give away where data of persons get to: ids and names of students, and what people write, each with a word in it
that nothing else has. What is looked for is found in any usual encoding; in messages also by the field that has it."""
import base64
import importlib.machinery
import importlib.util
import itertools
import sqlite3

from google.protobuf.message import DecodeError

from checker import messages
from program import ROOT

ID, NAME, TEXT = "kanarienvogel", "Zeisigammer", "Drosselgesang"
STUDENTS = (ID, NAME)  # what only the identity vault may have, sealed
_counter = itertools.count(1)


def student_id(number):
    return f"{ID}-{number:04}"


def given_name(number):
    return f"{NAME}{number:04}"


def text(about):
    """What somebody writes, no two the same."""
    return f"{TEXT} {next(_counter)} about {about}"


def encodings_of(word):
    """{how: bytes} of a word within anything longer."""
    found = {"as it is": word.encode(), "in capitals": word.upper().encode(), "in small letters": word.lower().encode(),
             "as UTF-16": word.encode("utf-16-le"), "as hexadecimal digits": word.encode().hex().encode(),
             "backwards": word[::-1].encode()}
    for alignment in range(3):
        coded = base64.b64encode(b"\0" * alignment + word.encode())
        first = -(-alignment * 8 // 6)
        last = (alignment + len(word)) * 8 // 6
        found[f"as base64 ({alignment})"] = coded[first:last]
    return found


WANTED = {word: encodings_of(word) for word in (*STUDENTS, TEXT)}


def sightings(data, words=STUDENTS):
    """Where a word is in the bytes, in whatever encoding: sentences."""
    for word in words:
        for how, coded in WANTED[word].items():
            at = data.find(coded)
            if at >= 0:
                yield f"{word} {how}: {data[max(0, at - 60):at + 60]!r}"


class Inventory:
    """What the protos say that fields hold, as deploy/inventory reads it."""

    def __init__(self):
        loader = importlib.machinery.SourceFileLoader("inventory", str(ROOT / "deploy/inventory"))
        module = importlib.util.module_from_spec(importlib.util.spec_from_loader("inventory", loader))
        loader.exec_module(module)
        self.tables = dict(module.tables())
        read = module.Inventory()
        self.holds = {(entry["message"], entry["field"]): entry for entry in read.fields()}

    def what(self, field, recorded):
        """What a field holds, in a request or where it is recorded: `STUDENT_ID`; empty: nothing."""
        entry = self.holds.get((field.containing_type.full_name, field.name))
        if entry is None:
            return ""
        return (recorded and entry.get("recorded_as") or entry["holds"]).removeprefix("PERSONAL_DATA_")


def values_of(message):
    """(field, value) of every string, byte sequence and what is in them, however deep."""
    for field, value in message.ListFields():
        many = value if field.label == field.LABEL_REPEATED else [value]
        if field.message_type and field.message_type.GetOptions().map_entry:
            yield from ((field, f"{key} {one}") for key, one in value.items())
        elif field.message_type:
            for one in many:
                yield from values_of(one)
        elif field.type in (field.TYPE_STRING, field.TYPE_BYTES):
            yield from ((field, one) for one in many)


def misplaced(inventory, field, value):
    """Canaries in a field of something recorded that does not say it holds them: sentences."""
    what = inventory.what(field, recorded=True)
    # What is enclosed is looked at by its own fields, where it is recorded.
    may_have_texts = what in ("FREE_TEXT", "STAFF", "ABOUT_STUDENT", "ENCLOSED")
    data = value if isinstance(value, bytes) else value.encode()
    return sightings(data, STUDENTS if may_have_texts else (*STUDENTS, TEXT))


def parsed(full_name, data):
    """The message; an empty one when there is no such type, or it is none."""
    try:
        return messages.class_of(full_name).FromString(data)
    except (KeyError, DecodeError):
        return messages.message("runtime.v1.TimerExpired")


def recorded_in(path, tables):
    """(where, message) of every record and every row of an embedded journal."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        for headers, value in database.execute("SELECT headers, value FROM record"):
            envelope = parsed("throughline.runtime.v1.Envelope", headers)
            kind = getattr(envelope, "type", "")
            yield f"envelope of {kind}", envelope
            yield f"record {kind}", parsed(kind, value)
        rows = "SELECT space.name, row.value FROM row JOIN space ON row.space = space.id"
        for space, value in database.execute(rows):
            service, _, table = space.split("/")
            if f"{service}.{table}" in tables:
                yield f"row of {service}.{table}", parsed(tables[f"{service}.{table}"], value)
