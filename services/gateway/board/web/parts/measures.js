// Measures of a plan that indicators feed: where they stand, beside baseline, target, and the line
// between.
import { html } from '../html.js';
import { Figure } from '../pictures/figure.js';
import { Intervals } from '../pictures/intervals.js';
import { date, number, t } from '../words.js';
import { Written } from './said.js';

function sentenceOf(measures) {
  const known = measures.filter((one) => one.onPace !== undefined);
  if (known.length === 0) return t('measure.unknown');
  return t('measure.sentence', {
    count: known.filter((one) => one.onPace).length,
    of: known.length,
  });
}

export function Measures({ measures }) {
  if (measures.length === 0) return null;
  const point = (field) => (one) =>
    one[field] === undefined ? t('unknown') : number(one[field], 1);
  const columns = [
    { title: t('measure'), cell: (one) => html`<${Written} text=${one.statement} />` },
    {
      title: t('measure.now'),
      numeric: true,
      cell: (one) => (one.value === undefined ? t('unknown-or-few') : number(one.value, 1)),
    },
    { title: t('measure.expected'), numeric: true, cell: point('expected') },
    { title: t('measure.baseline'), numeric: true, cell: point('baseline') },
    { title: t('measure.target'), numeric: true, cell: point('target') },
    { title: t('measure.date'), cell: (one) => date(one.date) },
    {
      title: t('measure.pace'),
      cell: (one) =>
        one.onPace === undefined ? t('unknown') : one.onPace ? t('measure.on') : t('measure.off'),
    },
  ];
  const rows = measures.map((one) => ({
    label: one.statement,
    value: one.value,
    wanted: one.expected,
    low: one.baseline,
    high: one.target,
    note: one.value === undefined ? '' : number(one.value, 1),
  }));
  return html`
    <section aria-labelledby="measures"><h2 id="measures">${t('measure.title')}</h2>
      <${Figure} title=${t('measure.figure')} sentence=${sentenceOf(measures)} columns=${columns}
        rows=${measures}>
        <${Intervals} rows=${rows} unit=${t('unit.scale')} digits=${1} fromZero=${false} />
        <p class="key">${t('measure.key')}</p>
      <//></section>`;
}
