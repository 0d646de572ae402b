"""What dpkg knows of the machine's files: which package each is of, in which version, under which licence."""
import functools
import pathlib
import re
import subprocess

FIELDS = ("Package", "Version", "Architecture", "Source", "Maintainer", "Homepage")


class NotOfAPackage(Exception):
    """A file that no package of Debian has."""


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


@functools.cache
def owner(path):
    """The package that has this file; its path may be one from before /lib became a link to /usr/lib."""
    real = str(pathlib.Path(path).resolve())
    for name in (real, real.removeprefix("/usr")):
        found = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.partition(": ")[0].split(",")[0].partition(":")[0]
    raise NotOfAPackage(f"{path} is of no package of Debian")


@functools.cache
def package(name):
    """Its fields. The source's version is the package's, unless it says another."""
    shown = run("dpkg-query", "--show", "--showformat", "".join(f"${{{field}}}\\n" for field in FIELDS), name)
    # Of several architectures the first is as good: they are installed in one version.
    fields = dict(zip(FIELDS, shown.split("\n")))
    source = re.fullmatch(r"(\S+)(?: \((.+)\))?", fields["Source"] or fields["Package"])
    return {**fields, "Source": source[1], "SourceVersion": source[2] or fields["Version"]}


def files(name):
    return [path for path in run("dpkg-query", "--listfiles", name).splitlines() if not pathlib.Path(path).is_dir()]


def copyright_of(name):
    """The file with its licences, which Debian's policy (12.5) requires."""
    return pathlib.Path("/usr/share/doc", name, "copyright").resolve(strict=True)


def libraries(program):
    """The shared libraries that it is loaded with, by the names under which it looks for them."""
    found = {}
    for line in run("ldd", str(program)).splitlines():
        named = re.match(r"\s*(?:(\S+) => )?(/\S+) \(0x", line)
        if named:
            found[pathlib.Path(named[2]).name] = named[2]
        elif "not found" in line:
            raise NotOfAPackage(f"{program} needs {line.strip()}")
    return found
