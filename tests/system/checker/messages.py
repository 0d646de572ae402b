"""The messages of `proto/`, by full name. `deploy/install-tools` generates the classes."""
import importlib
import pathlib
import sys

from google.protobuf import descriptor_pool, symbol_database
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper

ROOT = pathlib.Path(__file__).resolve().parents[3]
GENERATED = ROOT / "build" / "tools" / "protos"


def _load():
    if not GENERATED.is_dir():
        sys.exit("The classes of proto/ are not there; run deploy/install-tools.")
    sys.path.insert(0, str(GENERATED))
    for file in sorted(GENERATED.rglob("*_pb2.py")):
        importlib.import_module(".".join(file.relative_to(GENERATED).with_suffix("").parts))


_load()


def services_of(package):
    """The descriptors of the services of `throughline.<package>.v1`."""
    files = sorted((GENERATED / "throughline" / package / "v1").glob("*_service_pb2.py"))
    for file in files:
        module = importlib.import_module(f"throughline.{package}.v1.{file.stem}")
        yield from module.DESCRIPTOR.services_by_name.values()


def class_of(full_name):
    """The class of a message; KeyError when there is none."""
    return symbol_database.Default().GetSymbol(full_name)


def message(full_name, **fields):
    return class_of(f"throughline.{full_name}")(**fields)


def enum(name):
    """An enum of `proto/`: Name(number) and Value(name)."""
    return EnumTypeWrapper(descriptor_pool.Default().FindEnumTypeByName(f"throughline.{name}"))


def options_of_values(name, option):
    """{number: option} of an enum, as `proto/` says it of each value."""
    pool = descriptor_pool.Default()
    extension = pool.FindExtensionByName(f"throughline.{option}")
    return {value.number: value.GetOptions().Extensions[extension]
            for value in pool.FindEnumTypeByName(f"throughline.{name}").values}
