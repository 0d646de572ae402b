// Moments as people type them: by the clock of the district, wherever the browser is. Pure.

const DAY_MS = 86_400_000;

// When that clock shows `local`, such as 2026-03-08T09:30, in milliseconds since the epoch; NaN
// where it is no such text. Of an hour that comes twice in autumn it is the first; a time that is
// left out in spring is read as if the clock had not been put forward.
export function momentOf(local, timeZone) {
  const shown = Date.parse(`${local}Z`);
  if (Number.isNaN(shown)) return NaN;
  const around = [shown - DAY_MS, shown + DAY_MS].map((ms) => shown - offsetAt(ms, timeZone));
  return around.find((ms) => ms + offsetAt(ms, timeZone) === shown) ?? around[0];
}

// How far the clock of a time zone is ahead of UTC, in milliseconds.
function offsetAt(ms, timeZone) {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timeZone || undefined,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return Date.parse(`${format.format(ms).replace(' ', 'T')}Z`) - Math.floor(ms / 1000) * 1000;
}
