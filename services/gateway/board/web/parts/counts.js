// How many students there are, as far as that is shown, and when that was so.
import { html } from '../html.js';
import { moment, number, t } from '../words.js';
import { Hidden } from './said.js';

export function AsOf({ board, ms }) {
  return Number(ms) > 0
    ? html`<p class="as-of">${t('as-of', { at: moment(ms, board.zone) })}</p>`
    : null;
}

export function atLeast(count) {
  return count === undefined ? html`<${Hidden} />` : t('at-least', { count: number(count) });
}

// Counts are whole smallest cells: "none" of them is fewer than one, not nobody.
export function struggling(counts, cell) {
  if (counts.strugglingAtLeast === undefined) return html`<${Hidden} />`;
  return counts.strugglingAtLeast === 0
    ? t('struggling.few', { cell })
    : t('at-least', { count: number(counts.strugglingAtLeast) });
}
