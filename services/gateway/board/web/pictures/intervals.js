// Estimates with their intervals, a row each, on one axis: forest plots, and growth beside what was
// wanted. The interval is a line, the estimate a mark: a diamond for what sums the others up.
import { html } from '../html.js';
import { number, signed } from '../words.js';
import { Axis, NoNumber } from './figure.js';
import { percentOf, scaleAround } from './scale.js';

// `rows` are {label, low, value, high, wanted, sum, note, isHidden, missing}; one without `value`
// may not be shown when it `isHidden`; otherwise `missing` says why. Without `fromZero` it is of
// levels, and not of changes.
export function Intervals({ rows, unit, digits = 2, fromZero = true }) {
  const scale = scaleAround(
    rows.flatMap((row) => [row.low, row.value, row.high, row.wanted]),
    fromZero,
  );
  const isKnown = rows.some((row) => Number.isFinite(row.value));
  const format = fromZero ? signed : number;
  return html`
    <div>
      ${rows.map(
        (row, i) => html`
        <div key=${i} class=${row.sum ? 'row sum' : 'row'}>
          <span class="row-label">${row.label}</span>
          ${
            Number.isFinite(row.value)
              ? html`<${Strip} ...${{ row, scale, fromZero }}
            />`
              : html`<${NoNumber} row=${row} />`
          }
          <span class="row-note">${row.note ?? noteOf(row, digits)}</span>
        </div>`,
      )}
      ${isKnown && html`<${Axis} scale=${scale} format=${format} unit=${unit} />`}
    </div>`;
}

function noteOf(row, digits) {
  if (!Number.isFinite(row.value)) return '';
  return signed(row.value, digits);
}

function Strip({ row, scale, fromZero }) {
  const at = (value) => percentOf(scale.at(value));
  return html`
    <svg class="strip" height="22" width="100%">
      ${scale.ticks.map(
        (tick, i) => html`<line key=${i} class="grid" x1=${at(tick)} x2=${at(tick)}
        y1="0" y2="22" />`,
      )}
      ${fromZero && html`<line class="zero" x1=${at(0)} x2=${at(0)} y1="0" y2="22" />`}
      ${
        Number.isFinite(row.low) &&
        Number.isFinite(row.high) &&
        html`
        <line class="interval" x1=${at(row.low)} x2=${at(row.high)} y1="11" y2="11" />
        <line class="interval" x1=${at(row.low)} x2=${at(row.low)} y1="7" y2="15" />
        <line class="interval" x1=${at(row.high)} x2=${at(row.high)} y1="7" y2="15" />`
      }
      ${
        Number.isFinite(row.wanted) &&
        html`
        <line class="wanted" x1=${at(row.wanted)} x2=${at(row.wanted)} y1="2" y2="20" />`
      }
      <svg x=${at(row.value)} y="11" width="1" height="1" overflow="visible">
        ${
          row.sum
            ? html`<path class="estimate" d="M-7 0 0-7 7 0 0 7Z" />`
            : html`<circle
          class="estimate" r="5" />`
        }
      </svg>
    </svg>`;
}
