// A run chart: a point a week around the centre of its baseline, beside the line that is desired
// and the phases of the team's cycles.
import { html } from '../html.js';
import { number, shortDate } from '../words.js';
import { PHASES } from './phases.js';
import { Dot, Plane } from './plane.js';
import { percentOf, scaleAround } from './scale.js';

const DAY_MS = 86_400_000;

// `among` are the charts that it shares its scale with; `height` is that of the plane.
export function RunChart({ chart, cycles, among = [chart], height = undefined }) {
  const { points, baselines, desired } = chart;
  if (points.length === 0) return null;
  const across = Math.max(1, points.length - 1);
  const index = (week) => {
    const found = points.findIndex((one) => one.week >= week);
    return found < 0 ? across : found;
  };
  const rise = desired && desired.perWeek * (across - index(desired.firstWeek));
  const scale = scaleAround(
    [
      ...among.flatMap((each) => each.points.map((one) => one.mean)),
      ...among.flatMap((each) => each.baselines.map((one) => one.centre)),
      desired && desired.start + rise,
    ],
    false,
  );
  // Dots stand clear of the numbers at the left, and of the phases below.
  const x = (at) => 2 + (98 * at) / across;
  const y = (value) => 92 - 0.92 * scale.at(value);
  const shown = points.flatMap((one, i) => (one.mean === undefined ? [] : [[x(i), y(one.mean)]]));
  const centres = baselines.flatMap(({ firstWeek, centre }, i) => {
    if (centre === undefined) return [];
    const until = baselines[i + 1] ? index(baselines[i + 1].firstWeek) : across;
    return [{ kind: 'centre', points: [index(firstWeek), until].map((at) => [x(at), y(centre)]) }];
  });
  const wanted = desired && {
    kind: 'wanted',
    points: [
      [x(index(desired.firstWeek)), y(desired.start)],
      [x(across), y(desired.start + rise)],
    ],
  };
  return html`
    <${Plane} height=${height} first=${shortDate(points[0].week)}
      last=${shortDate(points.at(-1).week)}
      ticks=${(scale?.ticks ?? []).map((one) => ({ at: y(one), text: number(one, scale.digits) }))}
      lines=${[...centres, ...(wanted ? [wanted] : []), { kind: 'curve', points: shown }]}>
      ${bands(cycles, points).map(
        (band, i) => html`<rect key=${i} class="band" x=${percentOf(x(band.from))} y="94%"
          width=${percentOf(x(band.until) - x(band.from))} height="6%" data-phase=${band.phase} />`,
      )}
      ${points.map(
        (one, i) =>
          one.absent === 'ABSENCE_REASON_SMALL_CELL' &&
          html`<rect key=${one.week} class="withheld" x=${percentOf(x(i) - 0.7)} y="0"
            width="1.4%" height="92%" />`,
      )}
      ${baselines
        .filter((one) => one.decision)
        .map(
          ({ firstWeek }) => html`<line key=${firstWeek} class="today" y1="0" y2="100%"
          x1=${percentOf(x(index(firstWeek)))} x2=${percentOf(x(index(firstWeek)))} />`,
        )}
      ${shown.map(([left, top]) => html`<${Dot} key=${left} x=${left} y=${top} />`)}
    <//>`;
}

// The phases of the cycles in weeks of the chart, those of days that it does not have cut off.
function bands(cycles, points) {
  const weeks = points.map((one) => Date.parse(one.week));
  const at = (day) => {
    const ms = Date.parse(day);
    const i = weeks.findLastIndex((week) => week <= ms);
    if (i < 0) return 0;
    return Math.min(points.length - 1, i + Math.min(1, (ms - weeks[i]) / (7 * DAY_MS)));
  };
  return cycles
    .flatMap((cycle) => {
      let first = cycle.start;
      return cycle.due.map(({ phase, date }) => {
        const band = { phase: PHASES.indexOf(phase), from: at(first), until: at(date) };
        first = date;
        return band;
      });
    })
    .filter((band) => band.until > band.from);
}
