// Practices by standing, with what is known of their effects: a forest plot of districts' own
// evidence.
import { html } from '../html.js';
import { Figure } from '../pictures/figure.js';
import { Intervals } from '../pictures/intervals.js';
import { href } from '../router.js';
import { number, percent, signed, t } from '../words.js';
import { Badge, Name } from './said.js';

export function effectText(pooled) {
  if (!pooled || pooled.effect === undefined) return t('unknown');
  const known = Number.isFinite(pooled.low) && Number.isFinite(pooled.high);
  return known
    ? t('effect.interval', {
        effect: signed(pooled.effect),
        low: signed(pooled.low),
        high: signed(pooled.high),
      })
    : signed(pooled.effect);
}

export function TriedPractices({ board, practices, sentence, isOpen = false }) {
  const drawn = practices
    .filter((one) => one.assessment?.pooled?.effect !== undefined)
    .map(({ name, practice, assessment }) => ({
      label: name || practice,
      value: assessment.pooled.effect,
      low: assessment.pooled.low,
      high: assessment.pooled.high,
    }));
  const pooled = (field, format) => (one) => {
    const value = one.assessment?.pooled?.[field];
    return value === undefined ? t('unknown') : format(value);
  };
  const columns = [
    {
      title: t('practice'),
      cell: (one) => html`<a href=${href(board.district, 'practice', [one.practice])}>
      <${Name} text=${one.name || one.practice} /></a>`,
    },
    {
      title: t('q4.standing'),
      cell: (one) => html`<${Badge} value=${one.assessment?.standing} />`,
    },
    {
      title: t('q3.found'),
      cell: (one) => (one.found ? html`<${Badge} value=${one.found} />` : t('unknown')),
    },
    { title: t('q3.effect'), numeric: true, cell: (one) => effectText(one.assessment?.pooled) },
    { title: t('q3.cycles'), numeric: true, cell: (one) => number(one.assessment?.cycles ?? 0) },
    { title: t('q3.students'), numeric: true, cell: pooled('students', (value) => number(value)) },
    {
      title: t('q3.i-squared'),
      numeric: true,
      cell: pooled('iSquared', (value) => percent(value)),
    },
  ];
  return html`
    <${Figure} title=${t('q3.figure')} ...${{ sentence, columns, isOpen }} rows=${practices}>
      ${drawn.length > 0 && html`<${Intervals} rows=${drawn} unit=${t('unit.sd')} />`}
    <//>`;
}
