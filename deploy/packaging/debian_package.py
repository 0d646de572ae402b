#!/usr/bin/env python3
"""Makes a package of Debian of one program, with its systemd unit.

    debian_package.py PROGRAM FOLDER --version V --revision R --epoch SECONDS

PROGRAM is a file, built on this machine; FOLDER is where the package goes. What it depends on is what dpkg-shlibdeps
finds, and what it reads at run time. Nothing in it is younger than the epoch.
"""
import argparse
import gzip
import hashlib
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARTS = pathlib.Path(__file__).resolve().parent / "debian"
MAINTAINER = "Throughline <maintainers@throughline.example>"
# Each program's one line, and the ports that its configuration begins with.
ABOUT = {
    "throughline": "all of Throughline in one process, and its command line",
    "throughline-plans": "Throughline's districts, site plans and surveys",
    "throughline-evidence": "Throughline's rosters, results and what they say",
    "throughline-cycles": "Throughline's inquiry cycles, reviews, visits and practices",
    "throughline-notifications": "Throughline's alerts, streams, webhooks and mail",
    "throughline-gateway": "Throughline's public API and board",
}
READ_AT_RUN_TIME = ["ca-certificates", "tzdata", "systemd | systemd-standalone-sysusers"]
DOCUMENTS = {"README.md": "README.md", "SECURITY.md": "SECURITY.md", "CHANGELOG.md": "changelog",
             "services/platform/host/README.md": "configuration.md"}


def run(*words, **more):
    return subprocess.run(words, check=True, capture_output=True, text=True, **more).stdout


def write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def write_packed(path, text):
    """Without the time at which it was packed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    path.chmod(0o644)


def filled(template, **words):
    return re.sub(r"@([A-Z]+)@", lambda found: words[found[1]], (PARTS / template).read_text())


def libraries(program):
    """The packages that its libraries are of, with their least versions."""
    with tempfile.TemporaryDirectory() as folder:
        write(pathlib.Path(folder, "debian/control"), "Source: throughline\n\nPackage: throughline\nArchitecture: any\n")
        said = run("dpkg-shlibdeps", "-O", f"-e{program}", cwd=folder)
    return re.search(r"shlibs:Depends=(.*)", said)[1]


def manual(program, name, version, epoch):
    """A page of what --help says: that is where options are explained."""
    words = run(program, "--help").replace("\\", "\\\\").replace("-", "\\-")
    lines = "\n".join("\\&" + line for line in words.splitlines())
    date = time.strftime("%Y-%m-%d", time.gmtime(epoch))
    return (f'.TH {name.upper()} 1 "{date}" "Throughline {version}" "Throughline"\n.SH NAME\n{name} \\- {ABOUT[name]}\n'
            f".SH DESCRIPTION\n.nf\n{lines}\n.fi\n")


def configuration(name):
    if name == "throughline":
        return (PARTS / "throughline.conf").read_text()
    if name == "throughline-gateway":
        return (PARTS / "gateway.conf").read_text()
    at = list(ABOUT).index(name)
    return filled("service.conf", PROGRAM=name, PORT=str(7400 + at), METRICS=str(9090 + at))


def lay_out(root, program, name, asked):
    shutil.copyfile(asked.program, root / "program")
    binary = root / "usr/bin" / name
    binary.parent.mkdir(parents=True)
    subprocess.run(["strip", "--strip-all", "-o", binary, root / "program"], check=True)
    binary.chmod(0o755)
    (root / "program").unlink()
    command = "throughline serve --data /var/lib/throughline" if name == "throughline" else name
    about = ABOUT[name][0].upper() + ABOUT[name][1:]
    write(root / f"usr/lib/systemd/system/{name}.service",
          (PARTS / "unit.in").read_text().replace("@DESCRIPTION@", about).replace("@COMMAND@", command)
          .replace("@PROGRAM@", name))
    write(root / f"usr/lib/sysusers.d/{name}.conf", 'u throughline - "Throughline"\n')
    write(root / f"etc/throughline/{name}.conf", configuration(name), 0o640)
    documents = root / "usr/share/doc" / name
    write(documents / "copyright", (PARTS / "copyright").read_text())
    for source, to in DOCUMENTS.items():
        write_packed(documents / f"{to}.gz", (ROOT / source).read_text())
    stamp = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(asked.epoch))
    write_packed(documents / "changelog.Debian.gz",
                 f"throughline ({asked.version}-1) stable; urgency=medium\n\n"
                 f"  * New upstream release, built from commit\n    {asked.revision}.\n\n -- {MAINTAINER}  {stamp}\n")
    write(root / f"usr/share/lintian/overrides/{name}", filled("overrides", PROGRAM=name))
    write_packed(root / f"usr/share/man/man1/{name}.1.gz", manual(asked.program, name, asked.version, asked.epoch))


def control(root, name, asked):
    files = sorted(path for path in root.rglob("*") if path.is_file())
    size = sum(-(-path.stat().st_size // 1024) for path in files)
    sums = "".join(f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n" for path in files
                   if not path.is_relative_to(root / "etc"))
    described = ("The backend of a school district's continuous improvement: a new\n"
                 " assessment result opens the reviews and raises the alerts it should, for the\n"
                 " teams it concerns, with the reasons. This package has\n"
                 f" {ABOUT[name]}.")
    depends = ", ".join([libraries(root / "usr/bin" / name), *READ_AT_RUN_TIME])
    folder = root / "DEBIAN"
    write(folder / "control",
          f"Package: {name}\nSource: throughline\nVersion: {asked.version}-1\n"
          f"Architecture: {run('dpkg', '--print-architecture').strip()}\nMaintainer: {MAINTAINER}\n"
          f"Installed-Size: {size}\nDepends: {depends}\nSection: education\nPriority: optional\n"
          f"Description: {ABOUT[name]}\n {described}\n")
    write(folder / "conffiles", f"/etc/throughline/{name}.conf\n")
    write(folder / "md5sums", sums)
    for script in ("postinst", "prerm", "postrm"):
        write(folder / script, filled(f"{script}.in", PROGRAM=name), 0o755)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--revision", required=True)
    parser.add_argument("--epoch", type=int, required=True)
    asked = parser.parse_args()
    asked.program = asked.program.resolve()
    name = asked.program.name
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder, "root")
        root.mkdir()
        lay_out(root, asked.program, name, asked)
        control(root, name, asked)
        for path in [root, *root.rglob("*")]:
            if path.is_dir():
                path.chmod(0o755)
        print(run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, asked.folder,
                  env={"SOURCE_DATE_EPOCH": str(asked.epoch), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}).strip())


if __name__ == "__main__":
    main()
