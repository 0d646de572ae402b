// Where numbers stand on an axis. Pure; pictures are laid out in percent, so that they fit any
// width.

// Steps of 1, 2 or 5 times a power of ten, about `count` of them; the ends are whole steps.
export function scaleOf(low, high, count = 4) {
  const [from, to] = low === high ? [low - 1, high + 1] : [low, high];
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((one) => one * power >= rough) * power;
  const first = Math.floor(from / step + 1e-9) * step;
  const last = Math.ceil(to / step - 1e-9) * step;
  const ticks = Array.from(
    { length: Math.round((last - first) / step) + 1 },
    (_, i) => first + i * step,
  );
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return { first, last, ticks, digits, at: (value) => (100 * (value - first)) / (last - first) };
}

// Of several values, some of which may be absent; with zero when `withZero`.
export function scaleAround(values, withZero = true, count = 4) {
  const there = values.filter((value) => Number.isFinite(value));
  if (withZero) there.push(0);
  if (there.length === 0) return null;
  return scaleOf(Math.min(...there), Math.max(...there), count);
}

// As SVG takes it.
export function percentOf(value) {
  return `${Math.round(value * 100) / 100}%`;
}
