"""How the code is laid out: who may include whom, how long files are, what rooms are called."""
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVICES = ROOT / "services"
SOURCES = [p for p in [*SERVICES.rglob("*"), *(ROOT / "tests").rglob("*")] if p.suffix in {".h", ".cc"}]
DOMAINS = {"plans", "evidence", "cycles", "notifications"}

# What each room's code may include of the other rooms; a room may always include itself.
MAY_INCLUDE = {
    "core": set(),
    "oneroster": {"core"},
    "decider": {"core"},
    "runtime": {"core", "decider"},
    "disclosure": {"core"},
    "district": {"core", "decider"},
    "domain": {"core", "decider", "disclosure", "district"},
    "service": {"core", "decider", "disclosure", "district", "runtime"},
    "importing": {"core", "runtime", "oneroster"},
    "gateway": {"core", "runtime", "oneroster", "importing"},
    "throughline": {"core", "decider", "disclosure", "district", "runtime", "oneroster", "importing", "gateway", *DOMAINS},
}
ROOMS = {p.name for p in SERVICES.iterdir() if p.is_dir()}


def room_of(path):
    parts = path.relative_to(SERVICES).parts
    if parts[0] not in DOMAINS:
        return parts[0], parts[0]
    return parts[0], "domain" if parts[1] == "domain" else "service"


def without_words(text):
    """The code alone: comments and texts are blank, and a reference is no &&."""
    pattern = r'//[^\n]*|/\*.*?\*/|R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\''
    return re.sub(pattern, " ", text.replace("auto&&", "auto&"), flags=re.S)


TOKEN = re.compile(r"co_await|co_return|&&|\|\||::|[=!<>]=|[A-Za-z_]\w*|\S")


def is_conditional(tokens, at):
    """Whether the co_await at that place is an operand of &&, || or ?:, however deep in it."""
    for step, opening, closing in ((-1, "([", ")]"), (1, ")]", "([")):
        depth, level_is_over, i = 0, False, at + step
        while 0 <= i < len(tokens):
            token = tokens[i]
            if depth == 0 and token in ";{}":
                break
            if token in closing:
                depth += 1
            elif token in opening:
                if depth == 0:
                    level_is_over = False
                    paren = i if step < 0 else matching(tokens, i)
                    if tokens[paren - 1] in {"if", "while", "for", "switch"}:
                        break
                else:
                    depth -= 1
            elif depth == 0 and token in {",", "=", "co_return", "return"}:
                level_is_over = True
            elif depth == 0 and not level_is_over and token in {"&&", "||", "?"}:
                return True
            i += step
    return False


def matching(tokens, closing):
    """The parenthesis that this one closes."""
    depth, i = 1, closing
    while depth > 0:
        i -= 1
        depth += (tokens[i] in ")]") - (tokens[i] in "([")
    return i


# Files of domains that include one another in a circle, and are yet to be taken apart.
CIRCLES = [{"cycles/domain/cycle", "cycles/domain/review"},
           {"notifications/domain/delivery", "notifications/domain/digest", "notifications/domain/subscription"}]


def circles(includes):
    """The sets of files, header and source being one, that reach one another by includes."""
    reached = {}
    for start in includes:
        seen, ahead = set(), [start]
        while ahead:
            new = includes.get(ahead.pop(), set()) - seen
            seen |= new
            ahead += new
        reached[start] = seen
    found = {frozenset({a, *(b for b in reached[a] if a in reached.get(b, ()))}) for a in includes if a in reached[a]}
    return [set(one) for one in found]


class Tidy(unittest.TestCase):
    def test_no_co_await_is_conditional(self):
        # GCC 12 evaluates the rest of such an expression although it must not: a name, or an if.
        wrong = ["co_return a && b && co_await f();", "x = co_await f() || b;", "g(c ? co_await f() : d);",
                 "if (a && !co_await f(x, y)) h();", "co_return a || (b == g(co_await f()));"]
        right = ["if (a && b) co_await f();", "auto&& x = co_await f(a && b);", "if (!co_await f()) return a && b;",
                 "x = a && b; co_await f();", "while (a && b) c = co_await f(d);", "for (auto&& x : co_await f()) g();"]
        for code in [*wrong, *right, *map(pathlib.Path.read_text, SOURCES)]:
            tokens = TOKEN.findall(without_words(code))
            found = [" ".join(tokens[max(0, i - 8):i + 8]) for i, token in enumerate(tokens)
                     if token == "co_await" and is_conditional(tokens, i)]
            self.assertEqual(bool(found), code in wrong, found or code[:200])

    def test_includes_go_one_way(self):
        for path in SERVICES.rglob("*"):
            if path.suffix not in {".h", ".cc"} or path.name.endswith("_test.cc"):
                continue
            room, kind = room_of(path)
            for line in path.read_text().splitlines():
                found = re.match(r'#include "([a-z]+)/', line)
                if not found or found.group(1) not in ROOMS or ".pb.h" in line:
                    continue
                target = found.group(1)
                if target == room:
                    self.assertFalse(kind == "domain" and f'"{room}/' in line and f'"{room}/domain/' not in line,
                                     f"{path}: a domain knows nothing of its service: {line}")
                    continue
                self.assertIn(target, MAY_INCLUDE[kind], f"{path}: {line}")

    def test_files_of_domains_include_one_another_in_no_circle(self):
        self.assertEqual(circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}), [{"b", "c"}])
        includes = {}
        for path in SERVICES.glob("*/domain/*"):
            if path.suffix in {".h", ".cc"} and not path.name.endswith("_test.cc"):
                name = str(path.relative_to(SERVICES).with_suffix(""))
                named = re.findall(r'#include "([a-z_]+/domain/[a-z_]+)\.h"', path.read_text())
                includes.setdefault(name, set()).update(set(named) - {name})
        self.assertCountEqual(circles(includes), CIRCLES)

    def test_the_runtime_holds_no_word_of_schools(self):
        for path in [*(SERVICES / "runtime").rglob("*"), *(SERVICES / "decider").rglob("*")]:
            if path.suffix in {".h", ".cc"}:
                self.assertNotRegex(path.read_text(), r"(?i)\b(teacher|student_id|assessment|roster)\b", path)

    def test_files_and_lines_have_bounds(self):
        for path in SOURCES:
            lines = path.read_text().splitlines()
            self.assertLessEqual(len(lines), 500, path)
            for number, line in enumerate(lines, 1):
                self.assertLessEqual(len(line), 100, f"{path}:{number}")

    def test_every_file_is_formatted(self):
        subprocess.run(["clang-format", "--dry-run", "-Werror", *map(str, SOURCES)], check=True)

    def test_names_say_something(self):
        for path in SERVICES.rglob("*"):
            self.assertNotRegex(path.stem.lower(), r"^(util|utils|helper|helpers|manager|common|misc)$", path)

    def test_no_exception_leaves_a_thread(self):
        """A thread that is begun guards what it does; std::thread would end the process otherwise."""
        for path in SERVICES.rglob("*.cc"):
            text = without_words(path.read_text())
            if not path.stem.endswith("_test") and re.search(r"thread\w*\(\[", text):
                self.assertRegex(text, r"\bGuarded\(|\bcatch \(", path)

    def test_headers_are_guarded_and_begin_with_what_they_are(self):
        for path in SERVICES.rglob("*.h"):
            text = path.read_text()
            self.assertIn("#pragma once", text, path)
            self.assertTrue(text.startswith("//"), f"{path} does not begin with a comment")

    def test_programs_are_short(self):
        for path in SERVICES.rglob("main.cc"):
            self.assertLess(len(path.read_text().splitlines()), 40, path)

    def test_every_service_says_what_it_is(self):
        for service in DOMAINS:
            self.assertTrue((SERVICES / service / "README.md").exists(), service)


if __name__ == "__main__":
    unittest.main()
