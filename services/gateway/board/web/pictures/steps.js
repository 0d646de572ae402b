// How many there are, day by day: a curve that steps up where one more begins.
import { html } from '../html.js';
import { number, shortDate } from '../words.js';
import { percentOf, scaleAround } from './scale.js';

const HEIGHT = 180;
const TOP = 8;
const BOTTOM = 24;

// `points` are {date, count}, by date.
export function Steps({ points, name }) {
  const counts = scaleAround(points.map((point) => point.count));
  const days = points.map((point) => Date.parse(point.date));
  const span = Math.max(1, days.at(-1) - days[0]);
  const x = (i) => percentOf(8 + (84 * (days[i] - days[0])) / span);
  const y = (count) => TOP + ((HEIGHT - TOP - BOTTOM) * (100 - counts.at(count))) / 100;
  return html`
    <svg class="steps" height=${HEIGHT} width="100%">
      ${counts.ticks.map(
        (tick, i) => html`
        <line key=${`l${i}`} class="grid" x1="8%" x2="100%" y1=${y(tick)} y2=${y(tick)} />
        <text key=${`t${i}`} x="7%" y=${y(tick) + 4} text-anchor="end">
          ${number(tick, counts.digits)}</text>`,
      )}
      ${points.map(
        (point, i) =>
          i > 0 &&
          html`
        <line key=${`h${i}`} class="curve" x1=${x(i - 1)} x2=${x(i)}
          y1=${y(points[i - 1].count)} y2=${y(points[i - 1].count)} />
        <line key=${`v${i}`} class="curve" x1=${x(i)} x2=${x(i)}
          y1=${y(points[i - 1].count)} y2=${y(point.count)} />`,
      )}
      ${points.map(
        (point, i) => html`<circle
        key=${`c${i}`} class="estimate" cx=${x(i)} cy=${y(point.count)} r="4" />`,
      )}
      ${ends(points).map(
        (i) => html`
        <text key=${`d${i}`} x=${x(i)} y=${HEIGHT - 6} text-anchor=${i === 0 ? 'start' : 'end'}>
          ${shortDate(points[i].date)}</text>`,
      )}
      <text class="curve-name" x="9%" y="20">${name}</text>
    </svg>`;
}

function ends(points) {
  return points.length > 1 ? [0, points.length - 1] : [0];
}
