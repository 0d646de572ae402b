"""Makes one module of the page's own: packed together they are two thirds of what they are one by one, and one request.

Each becomes a function that is called once, after those that it imports from, and gives back what it exports; so names stay its own.
Modules under vendor/ and words/ stay as they are. What our modules write of `import` and `export` is understood, anything else refused.
"""
import pathlib
import posixpath
import re

IMPORT = re.compile(r"^import (?:(\w+)|\{([^}]*)\}) from '([^']+)';\n", re.M)
PASSED_ON = re.compile(r"^export \{([^}]*)\} from '([^']+)';\n", re.M)
EXPORT = re.compile(r"^export ((?:async )?function|class|const) (\w+)", re.M)
WAITS = re.compile(r"^(?:const \w+ = \(?)?await ", re.M)
OTHER = re.compile(r"^(?:import|export)\b.*", re.M)


def is_kept(name):
    return name.startswith(("vendor/", "words/"))


def names_in(text):
    """{a, b as c} -> [(a, a), (b, c)]"""
    pairs = [one.split(" as ") for one in re.split(r",\s*", text.strip().rstrip(",")) if one.strip()]
    return [(pair[0].strip(), pair[-1].strip()) for pair in pairs]


class Bundle:
    def __init__(self, texts):
        self.texts = texts  # by name
        self.numbers = {}  # of what is in it, by name
        self.kept = []  # imports of what stays a file of its own
        self.parts = []
        self.open = []

    def add(self, name):
        """The number of a module, which stands after all that it imports from."""
        if name in self.numbers:
            return self.numbers[name]
        if name in self.open:
            raise SystemExit(f"modules import each other: {' > '.join([*self.open, name])}")
        self.open.append(name)
        if is_kept(name):
            self.kept.append(f"import * as ${len(self.numbers)} from './{name}';\n")
        else:
            part = self.part(name)
            self.parts.append(f"const ${len(self.numbers)} = {part};\n")
        self.open.pop()
        self.numbers[name] = len(self.numbers)
        return self.numbers[name]

    def part(self, name):
        text, exported = self.texts[name], []

        def found(at):
            return self.add(posixpath.normpath(posixpath.join(posixpath.dirname(name), at)))

        def imported(match):
            whole, some, at = match.groups()
            pairs = [("default", whole)] if whole else names_in(some)
            fields = ", ".join(one if one == own else f"{one}: {own}" for one, own in pairs)
            return f"const {{ {fields} }} = ${found(at)};\n"

        def passed_on(match):
            number = found(match.group(2))
            exported.extend(f"{own}: ${number}.{one}" for one, own in names_in(match.group(1)))
            return ""

        def own(match):
            exported.append(match.group(2))
            return f"{match.group(1)} {match.group(2)}"

        waits = WAITS.search(text)
        text = EXPORT.sub(own, PASSED_ON.sub(passed_on, IMPORT.sub(imported, text)))
        if other := OTHER.search(text):
            raise SystemExit(f"{name}: no module that can be bundled has this: {other.group()}")
        body = f"{{\n{text}return {{ {', '.join(exported)} }};\n}}"
        return f"await (async () => {body})()" if waits else f"(() => {body})()"


def bundled(texts, first):
    """The text of all modules that `first` needs, by their texts; and the names of those that are in it."""
    bundle = Bundle(texts)
    bundle.add(first)
    inside = {name for name in bundle.numbers if not is_kept(name)}
    return "".join(bundle.kept + bundle.parts), inside
