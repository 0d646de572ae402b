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
BELOW_THE_SERVICES = {"columns", "core", "decider", "disclosure", "district", "identities", "runtime", "platform", "audit",
                      "history"}
MAY_INCLUDE = {
    "core": set(),
    "columns": set(),
    "csv": {"core"},
    "oneroster": {"core", "csv"},
    "decider": {"core"},
    "runtime": {"core", "decider"},
    "identities": {"core", "runtime"},
    "platform": {"core", "decider", "runtime"},
    "audit": {"core", "runtime", "platform"},
    "disclosure": {"core"},
    "district": {"core", "decider"},
    "history": {"core", "decider", "disclosure", "runtime", "platform"},
    "domain": {"columns", "core", "decider", "disclosure", "district"},
    "service": BELOW_THE_SERVICES,
    "importing": {"core", "platform", "csv", "oneroster"},
    "gateway": {"core", "runtime", "platform", "audit", "csv", "oneroster", "importing"},
    "throughline": {*BELOW_THE_SERVICES, "csv", "oneroster", "importing", "gateway", *DOMAINS},
    "demo": {*BELOW_THE_SERVICES, "csv", "oneroster", "importing", "throughline"},
}
# What one file may include besides: the program adds the demo as a command.
MAY_INCLUDE_BESIDES = {"throughline/main.cc": {"demo"}}

# Inside a room with folders: what each folder may include of the others; "." is the room's root.
OF_A_STANDARD = {"json", "door", "intake", "api", "sources"}
WALLS = {
    "core": {".": set(), "statistics": {"."}},
    "runtime": {
        ".": set(),
        "embedded": {"."},
        "kafka": {"."},
        "redis": {"."},
        "kafka_redis": {".", "kafka", "redis"},
        "simulated": {"."},
        "repartition": {"."},
    },
    "identities": {".": set(), "embedded": {"."}, "kafka": {"."}},
    "platform": {
        "access": set(),
        "http": set(),
        "http_client": set(),
        "mail": {"http_client"},
        "grpc": {"access"},
        "metrics": {"http"},
        "tracing": {"grpc", "http_client", "metrics"},
        "host": {"access", "grpc", "metrics", "tracing"},
    },
    "gateway": {
        "json": set(),
        "door": {"json"},
        "intake": {"json", "door"},
        "api": {"json", "door"},
        "board": set(),
        "streams": {"json", "door", "api"},
        "oauth": {"json", "door"},
        "sign_in": {"json", "door", "oauth"},
        "sources": {"json", "door", "intake", "api"},
        "caliper": OF_A_STANDARD,
        "cloudevents": OF_A_STANDARD,
        "csv": OF_A_STANDARD,
        "oneroster": OF_A_STANDARD,
        "bundles": OF_A_STANDARD | {"oneroster"},
        "edfi": OF_A_STANDARD | {"oauth"},
        "xapi": OF_A_STANDARD,
    },
}
# The roots that put a room's folders together.
COMPOSED_AT_THE_ROOT = {"gateway"}
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


def blanked(text):
    """The code alone, every line where it was: comments, texts and lines of the preprocessor are blank."""
    pattern = (r'R"(\w*)\((?:.|\n)*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\''
               r"|^[ ]*#(?:[^\n]*\\\n)*[^\n]*")
    return re.sub(pattern, lambda found: "\n" * found[0].count("\n"), text, flags=re.S | re.M)


def functions(text):
    """(first line, lines) of every function of namespace or class level, from its head to its brace."""
    scopes, head, line, head_line = [], "", 1, 1
    for c in blanked(text):
        if c == "{":
            if scopes and scopes[-1][0] != "scope":
                kind = "inner"
            elif re.match(r"\s*(?:template\s*<[^{}]*?>\s*)?(inline\s+)?(namespace|class|struct|union|enum|extern)\b", head):
                kind = "scope"
            else:
                kind = "function" if ")" in head or not head.strip() else "inner"
            scopes.append((kind, head_line))
        elif c == "}" and scopes:
            kind, first = scopes.pop()
            if kind == "function":
                yield first, line - first + 1
        if c in "{};" or head.strip() + c in {"public:", "private:", "protected:"}:
            head = ""
        elif head.strip() or not c.isspace():
            if not head.strip():
                head_line = line
            head += c
        line += c == "\n"


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
CIRCLES = [{"notifications/domain/delivery", "notifications/domain/digest", "notifications/domain/subscription"}]


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
                allowed = MAY_INCLUDE[kind] | MAY_INCLUDE_BESIDES.get(str(path.relative_to(SERVICES)), set())
                self.assertIn(target, allowed, f"{path}: {line}")

    def test_folders_of_a_room_include_each_other_one_way(self):
        for room, walls in WALLS.items():
            for path in (SERVICES / room).rglob("*"):
                if path.suffix not in {".h", ".cc"} or path.name.endswith("_test.cc"):
                    continue
                folder = path.relative_to(SERVICES / room).parts[:-1]
                folder = folder[0] if folder else "."
                if folder == "." and room in COMPOSED_AT_THE_ROOT:
                    continue
                self.assertIn(folder, walls, f"{path}: say in WALLS what it may include")
                for line in path.read_text().splitlines():
                    found = re.match(rf'#include "{room}/(?:(\w+)/)?[\w.]+"', line)
                    target = found and (found.group(1) or ".")
                    if target and target != folder and ".pb.h" not in line:
                        self.assertIn(target, walls[folder], f"{path}: {line}")

    def test_the_runtime_speaks_neither_grpc_nor_http(self):
        for path in (SERVICES / "runtime").rglob("*"):
            if path.suffix in {".h", ".cc"}:
                self.assertNotRegex(path.read_text(), r"#include <(grpc|boost/(asio|beast)|curl|nlohmann)|\.grpc\.pb\.h", path)

    def test_functions_are_short(self):
        samples = {"int F() {\n  // {\n  return g(\"{\");\n}\n": [(1, 4)],
                   "namespace a {\nclass B : C<D()> {\n  B()\n      : x_(1) {\n    if (x) {\n    }\n  }\n};\n}\n": [(3, 5)],
                   "constexpr int kA[] = {\n  1,\n};\nTEST(A, B) {\n}\n": [(4, 2)],
                   "struct A {\n public:\n  template <class T>\n  T F() {\n    return {};\n  }\n};\n": [(3, 4)]}
        for code, expected in samples.items():
            self.assertEqual(list(functions(code)), expected, code)
        for path in SOURCES:
            for first, lines in functions(path.read_text()):
                self.assertLessEqual(lines, 70, f"{path}:{first}")

    def test_files_of_domains_include_one_another_in_no_circle(self):
        self.assertEqual(circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}), [{"b", "c"}])
        includes = {}
        for path in SERVICES.glob("*/domain/**/*"):
            if path.suffix in {".h", ".cc"} and not path.name.endswith("_test.cc"):
                name = str(path.relative_to(SERVICES).with_suffix(""))
                named = re.findall(r'#include "([a-z_]+/domain/[a-z_/]+)\.h"', path.read_text())
                includes.setdefault(name, set()).update(set(named) - {name})
        self.assertCountEqual(circles(includes), CIRCLES)

    def test_keys_are_laid_out_in_one_place(self):
        """core/key.h builds and reads them; nobody puts a separator between ids by hand."""
        for path in SERVICES.rglob("*"):
            if path.suffix in {".h", ".cc"} and room_of(path)[0] in {*DOMAINS, "district", "decider", "disclosure"} \
                    and not path.stem.endswith(("_test", "_fixture")):
                self.assertNotRegex(path.read_text(), r"""(?<![!=]= )(?:"/"|'/')""", path)

    def test_the_runtime_holds_no_word_of_schools(self):
        words = r"(?i)teacher|student|assessment|roster|school|district"
        for path in [*(SERVICES / "runtime").rglob("*"), *(SERVICES / "decider").rglob("*")]:
            if path.suffix in {".h", ".cc"} and not path.name.endswith("_test.cc"):
                code = re.sub(r"//[^\n]*|/\*.*?\*/", " ", path.read_text(), flags=re.S)
                self.assertNotRegex(code, words, path)

    def test_files_and_lines_have_bounds(self):
        for path in SOURCES:
            lines = path.read_text().splitlines()
            self.assertLessEqual(len(lines), 500, path)
            for number, line in enumerate(lines, 1):
                self.assertLessEqual(len(line), 100, f"{path}:{number}")

    def test_files_of_the_board_have_bounds(self):
        web = SERVICES / "gateway" / "board" / "web"
        for path in web.rglob("*"):
            if path.suffix not in {".js", ".css", ".html"} or "vendor" in path.parts:
                continue
            lines = path.read_text().splitlines()
            self.assertLessEqual(max(map(len, lines)), 100, path)
            self.assertTrue(path.parent.name == "words" or len(lines) <= 300, path)

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
