"""What a check counted and what it found wrong."""
import collections

SHOWN = 20


class Tally:
    def __init__(self):
        self.counts = collections.Counter()
        self.violations = []

    def count(self, what, many=1):
        self.counts[what] += many

    def violation(self, sentence):
        self.violations.append(sentence)

    def lines(self):
        width = max((len(f"{many:,}") for many in self.counts.values()), default=1)
        lines = [f"  {many:>{width},}  {what}" for what, many in self.counts.items()]
        lines += [f"  VIOLATION: {sentence}" for sentence in self.violations[:SHOWN]]
        if len(self.violations) > SHOWN:
            lines.append(f"  and {len(self.violations) - SHOWN} more")
        lines.append(f"{len(self.violations)} violations" if self.violations else "No violations.")
        return lines
