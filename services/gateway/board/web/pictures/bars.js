// Parts of wholes, a bar each, on one axis that begins at zero: how many of how many, or shares.
import { html } from '../html.js';
import { number } from '../words.js';
import { Axis, NoNumber } from './figure.js';
import { percentOf, scaleAround } from './scale.js';

// `rows` are {label, value, of, note, isHidden, missing}; `of` is the whole that the value is part
// of, drawn as an outline. One without `value` may not be shown when it `isHidden`; otherwise
// `missing` says why. `most`: where the axis ends at least.
export function Bars({ rows, unit, most = 0, format = (value) => number(value) }) {
  const isKnown = rows.some((row) => Number.isFinite(row.value));
  const scale = scaleAround([...rows.flatMap((row) => [row.value, row.of]), most]);
  return html`
    <div>
      ${rows.map(
        (row, i) => html`
        <div key=${i} class="row">
          <span class="row-label">${row.label}</span>
          ${
            Number.isFinite(row.value)
              ? html`<${Bar} row=${row} scale=${scale}
            />`
              : html`<${NoNumber} row=${row} />`
          }
          <span class="row-note">${row.note}</span>
        </div>`,
      )}
      ${isKnown && html`<${Axis} scale=${scale} format=${format} unit=${unit} />`}
    </div>`;
}

function Bar({ row, scale }) {
  const width = (value) => percentOf(scale.at(value));
  return html`
    <svg class="strip" height="22" width="100%">
      ${scale.ticks.map(
        (tick, i) => html`
        <line key=${i} class="grid" x1=${width(tick)} x2=${width(tick)} y1="0" y2="22" />`,
      )}
      ${
        Number.isFinite(row.of) &&
        html`<rect class="whole" x="0" y="4" height="14"
        width=${width(row.of)} />`
      }
      <rect class="part" x="0" y="4" height="14" width=${width(row.value)} />
    </svg>`;
}

// Shares of one whole beside each other; each has its letter and its pattern.
export function Stack({ shares }) {
  let from = 0;
  return html`
    <svg class="strip stack" height="26" width="100%">
      ${shares.map(({ share, letter }, i) => {
        const x = from;
        from += share * 100;
        return html`
          <rect key=${i}
            class=${`share share-${i}`} x=${percentOf(x)}
            y="2" width=${percentOf(share * 100)} height="22" />
          ${
            share > 0.06 &&
            html`<text key=${`t${i}`} x=${percentOf(x + share * 50)} y="18"
            text-anchor="middle">${letter}</text>`
          }`;
      })}
    </svg>`;
}
