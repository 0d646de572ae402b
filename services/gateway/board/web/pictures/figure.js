// A picture: what it shows in one sentence, the picture itself, and its table, which has every
// number of it. The picture is drawn for the eye only; who cannot see it has the sentence and the
// table.
import { html } from '../html.js';
import { Table } from '../parts/table.js';
import { t } from '../words.js';

// `isOpen`: the table has the ways on from here.
export function Figure({ title, sentence, columns, rows, children, level = 3, isOpen = false }) {
  return html`
    <figure class="picture">
      <figcaption>
        ${level === 3 ? html`<h3>${title}</h3>` : html`<h2>${title}</h2>`}
        <p>${sentence}</p>
      </figcaption>
      ${children && html`<div class="drawn" aria-hidden="true">${children}</div>`}
      <details class="numbers" open=${isOpen}>
        <summary>${t('figure.table')}</summary>
        <${Table} caption=${title} captionHidden columns=${columns} rows=${rows}
          empty=${t('nothing')} />
      </details>
    </figure>`;
}

// What is drawn where there is no number: hatched where it may not be shown, and otherwise what is
// missing, in words.
export function NoNumber({ row: { isHidden, missing = t('unknown-or-few') } }) {
  return html`
    <span class=${isHidden ? 'strip hidden-strip' : 'strip no-number'}>
      <span>${isHidden ? t('suppressed') : missing}</span></span>`;
}

export function Axis({ scale, format, unit }) {
  return html`
    <div class="axis">
      <span class="axis-unit">${unit}</span>
      <svg class="strip" height="20" width="100%">
        ${scale.ticks.map(
          (tick, i) => html`
          <text key=${i}
            x=${`${scale.at(tick)}%`} y="14" text-anchor=${anchorOf(i, scale.ticks.length)}>
            ${format(tick, scale.digits)}</text>`,
        )}
      </svg>
    </div>`;
}

function anchorOf(i, count) {
  if (i === 0) return 'start';
  return i === count - 1 ? 'end' : 'middle';
}
