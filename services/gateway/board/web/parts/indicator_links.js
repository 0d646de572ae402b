// Where one can see whether an indicator improves: the run charts of a team, or of a school under
// an empty team.
import { html } from '../html.js';
import { href } from '../router.js';
import { t } from '../words.js';
import { Name } from './said.js';

// `indicators` may name one several times.
export function IndicatorLinks({ board, school, team = '', indicators }) {
  const all = [...new Set(indicators)].sort();
  if (all.length === 0) return null;
  return html`
    <section aria-labelledby="charts"><h2 id="charts">${t('chart.title')}</h2><ul>${all.map(
      (one) => html`<li key=${one}>
      <a href=${href(board.district, 'indicator', [school, team, one])}><${Name}
        text=${board.names.indicator(one)} /></a></li>`,
    )}</ul></section>`;
}
