// A table. On a narrow page each row is a card, whose cells say their columns themselves; the roles
// are written out because what is laid out otherwise is no table to some screen readers.
import { html } from '../html.js';

// `columns` are {title, cell(row), numeric}; the first says what a row is about.
export function Table({ caption, columns, rows, empty = null, captionHidden = false }) {
  if (rows.length === 0) return empty && html`<p class="quiet">${empty}</p>`;
  return html`
    <table role="table" class="cards">
      <caption class=${captionHidden ? 'unseen' : undefined}>${caption}</caption>
      <thead role="rowgroup"><tr role="row">
        ${columns.map(
          (column) => html`
          <th scope="col" role="columnheader"
            class=${column.numeric ? 'numeric' : undefined}>${column.title}</th>`,
        )}
      </tr></thead>
      <tbody role="rowgroup">
        ${rows.map((row, i) => html`<${Row} key=${i} row=${row} columns=${columns} />`)}
      </tbody>
    </table>`;
}

function Row({ row, columns }) {
  const [first, ...others] = columns;
  return html`
    <tr role="row">
      <th scope="row" role="rowheader">${first.cell(row)}</th>
      ${others.map(
        (column) => html`
        <td role="cell" data-column=${column.title} class=${column.numeric ? 'numeric' : undefined}>
          ${column.cell(row)}</td>`,
      )}
    </tr>`;
}
