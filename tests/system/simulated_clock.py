"""The clock of a program that was started with --simulated-clock: it stands still until it is moved."""
from checker import messages
from parts import wait_until

PATIENCE_S = 120


class SimulatedClock:
    def __init__(self, channel):
        self._channel = channel

    def move_to_ms(self, now_ms):
        """Milliseconds since the epoch; time never goes back."""
        self._call("MoveClock", to_ms=now_ms)

    def move_to(self, moment):
        """A datetime with its zone. Afterwards all that follows from it is done."""
        self.move_to_ms(int(moment.timestamp() * 1000))
        self.settle()

    def settle(self):
        wait_until(lambda: self._call("Settle").idle, "all is quiet")

    def _call(self, name, **fields):
        request = messages.message(f"runtime.v1.{name}Request", **fields)
        answer = messages.class_of(f"throughline.runtime.v1.{name}Response")
        call = self._channel.unary_unary(f"/throughline.runtime.v1.SimulationService/{name}",
                                         request.__class__.SerializeToString, answer.FromString)
        return call(request, timeout=PATIENCE_S, wait_for_ready=True)
