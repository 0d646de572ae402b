#!/usr/bin/env python3
"""Writes the files of a folder as C++: pack_files.py FOLDER OUT FILE...

FILEs are names below FOLDER and have to be all that are there: one that nobody named would be missing from the page.
In index.html @FOLDER@ stands for the folder that all others are served from. Its name is a hash of all of them. Modules of our own are
served as one (bundle.py). @MODULES@ stands for links to all modules, so that a browser asks for them at once and not each after
the one that imports it; of the words it needs those of one language, which the page finds out. The modules of vendor/ are kept as their packages have them; where they import each other by name, which a browser does not know, they are served with the file's name instead.
Lines of our own that are comments are not served, nor is what lines are indented by: no text of the page means it.
"""
import gzip
import hashlib
import pathlib
import re
import subprocess
import sys

import bundle

MEDIA_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
               ".mjs": "text/javascript; charset=utf-8",
               ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8"}
PAGE, FIRST_MODULE, WORDS = "index.html", "app.js", "words/"
SERVED_AS = {b'from"preact"': b'from"./preact.mjs"'}
HEAD = """// Made by pack_files.py of web/: change that.
#include "gateway/board/board_files.h"

#include <array>

namespace throughline::gateway::board {

"""


def escaped(data):
    """As texts of C++, a line each. Octal escapes end after three digits; hexadecimal ones would go on."""
    plain = {byte: chr(byte) for byte in range(0x20, 0x7F) if chr(byte) not in '"\\?'}
    pieces = [plain.get(byte, f"\\{byte:03o}") for byte in data]
    return "\n".join(f'    "{"".join(pieces[i:i + 4000])}"' for i in range(0, len(pieces), 4000)) or '    ""'


def served(name, data):
    if name.startswith("vendor/"):
        for imported, file in SERVED_AS.items():
            data = data.replace(imported, file)
    elif name.endswith(".js"):
        data = re.sub(rb"^\s*//.*\n", b"", data, flags=re.M)
        data = re.sub(rb"^ +", b"", data, flags=re.M)
    return data


def file_of(name, data):
    brotli = subprocess.run(["brotli", "--best", "--stdout", "-"], input=data, check=True, capture_output=True).stdout
    media_type = MEDIA_TYPES[pathlib.PurePath(name).suffix]
    texts = [f"std::string_view(\n{escaped(each)},\n    {len(each)})" for each in (data, gzip.compress(data, 9, mtime=0), brotli)]
    return (f'{{.name = "{name}",\n .media_type = "{media_type}",\n .text = {texts[0]},\n'
            f' .gzip = {texts[1]},\n .brotli = {texts[2]}}}')


def with_one_module(folder, names):
    """name -> bytes of all files, with one module for all of our own."""
    files = {name: pathlib.Path(folder, name).read_bytes() for name in sorted(names)}
    texts = {name: data.decode() for name, data in files.items() if name.endswith(".js")}
    whole, inside = bundle.bundled(texts, FIRST_MODULE)
    if forgotten := [name for name in texts if name not in inside and not bundle.is_kept(name)]:
        sys.exit(f"{folder}: no module imports {', '.join(forgotten)}")
    return {name: data for name, data in files.items() if name not in inside} | {FIRST_MODULE: whole.encode()}


def main(folder, out, *names):
    present = {str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*") if path.is_file()}
    if present != set(names):
        sys.exit(f"{folder}: CMakeLists.txt names other files: {', '.join(sorted(present ^ set(names)))}")
    contents = {name: served(name, data) for name, data in with_one_module(folder, names).items()}
    whole = hashlib.sha256()
    for name, data in contents.items():
        whole.update(f"{name}\n{len(data)}\n".encode() + data)
    version = whole.hexdigest()[:16]
    modules = [name for name in contents if name.endswith((".js", ".mjs")) and name != FIRST_MODULE and not name.startswith(WORDS)]
    links = "\n".join(f'<link rel="modulepreload" href="@FOLDER@/{name}">' for name in modules)
    page = contents.pop(PAGE).replace(b"@MODULES@", links.encode()).replace(b"@FOLDER@", f"/board/{version}".encode())
    files = ",\n".join(file_of(name, data) for name, data in contents.items())
    pathlib.Path(out).write_text(
        HEAD + f'std::string_view Version() {{ return "{version}"; }}\n\n'
        f"const BoardFile& Page() {{\n  static constexpr BoardFile kPage = {file_of(PAGE, page)};\n  return kPage;\n}}\n\n"
        f"std::span<const BoardFile> Files() {{\n  static constexpr std::array<BoardFile, {len(contents)}> kFiles = {{{{\n"
        f"{files}}}}};\n  return kFiles;\n}}\n\n}}  // namespace throughline::gateway::board\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
