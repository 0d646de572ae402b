"""Images of the programs for a test's nodes: those that deploy/image built, where it did; otherwise this
machine's files with the programs of a folder."""
import os
import pathlib

import oci
from control_plane import ROOT

PROGRAMS = ("plans", "evidence", "cycles", "notifications", "gateway")
BUILT = pathlib.Path(os.environ.get("THROUGHLINE_IMAGES", ROOT / "build" / "image"))
NEW = pathlib.Path(os.environ.get("THROUGHLINE_BINARIES", ROOT / "build" / "release" / "bin"))
UNPACKED = {}  # a layout is laid out once, however many names it has


def of_programs(folder, tag, binaries):
    """{reference: image} of the five programs under this tag."""
    found = {}
    for program in PROGRAMS:
        name = f"throughline-{program}"
        layout = BUILT / name
        if layout.is_dir() and binaries == NEW:
            if name not in UNPACKED:
                UNPACKED[name] = oci.unpack(layout, folder / "images" / name)
            found[f"{name}:{tag}"] = UNPACKED[name]
        else:
            if not (binaries / name).is_file():
                raise AssertionError(f"There is no {name} in {binaries}; build it in release.")
            found[f"{name}:{tag}"] = {"root": "/", "entrypoint": [str(binaries / name)]}
    return found
