// A gap from window to window: an estimate each, with its interval upright.
import { html } from '../html.js';
import { shortDate, signed } from '../words.js';
import { Dot, Plane } from './plane.js';
import { percentOf, scaleAround } from './scale.js';

const HEIGHT = 160;

// `points` are {firstDay, lastDay, g, low, high}, one without `g` may not be shown; on the scale of
// all points `among`.
export function Trend({ points, among }) {
  const scale = scaleAround(among.flatMap((one) => [one.g, one.low, one.high]));
  const x = (i) => (100 * (i + 0.5)) / points.length;
  const y = (value) => 100 - scale.at(value);
  const shown = points.flatMap((one, i) => (one.g === undefined ? [] : [[x(i), y(one.g)]]));
  const lines = [
    { kind: 'centre', points: [[0, y(0)], [100, y(0)]] },
    { kind: 'curve', points: shown },
  ];
  return html`
    <${Plane} height=${HEIGHT} lines=${lines}
      ticks=${scale.ticks.map((one) => ({ at: y(one), text: signed(one, scale.digits) }))}
      first=${shortDate(points[0].firstDay)} last=${shortDate(points.at(-1).lastDay)}>
      ${points.map((one, i) =>
        one.g === undefined
          ? html`<rect key=${i} class="withheld" x=${percentOf(x(i) - 2)} y="0" width="4%"
              height="100%" />`
          : one.low !== undefined &&
            html`<line key=${i} class="interval" x1=${percentOf(x(i))} x2=${percentOf(x(i))}
              y1=${percentOf(y(one.low))} y2=${percentOf(y(one.high))} />`,
      )}
      ${shown.map(([left, top]) => html`<${Dot} key=${left} x=${left} y=${top} />`)}
    <//>`;
}
