// Schools by how many students they have and the share of them, between the limits of chance.
import { html } from '../html.js';
import { href } from '../router.js';
import { Hidden, Name, Said } from '../parts/said.js';
import { number, percent, t, valueWord } from '../words.js';
import { Figure } from './figure.js';
import { Dot, Plane } from './plane.js';
import { percentOf, scaleAround } from './scale.js';

const LIMITS = { low95: 'limit', high95: 'limit', low998: 'limit far', high998: 'limit far' };

export function Funnel({ board, funnel }) {
  const name = (one) => board.names.school(one.school);
  const share = (field) => (one) =>
    one.limits ? percent(one.limits[field], 1) : t('nothing');
  const columns = [
    {
      title: t('school'),
      cell: (one) =>
        html`<a href=${href(board.district, 'school', [one.school])}><${Name}
          text=${name(one)} /></a>`,
    },
    {
      title: t('unit.students'),
      numeric: true,
      cell: (one) => (one.students === undefined ? html`<${Hidden} />` : number(one.students)),
    },
    {
      title: t('evidence.covered'),
      numeric: true,
      cell: (one) => (one.share === undefined ? t('nothing') : percent(one.share, 1)),
    },
    ...['low95', 'high95', 'low998', 'high998'].map((field) => ({
      title: t(`funnel.${field}`),
      numeric: true,
      cell: share(field),
    })),
    {
      title: t('funnel.position'),
      cell: (one) => (one.share === undefined ? t('nothing') : valueWord(one.position)),
    },
  ];
  return html`
    <${Figure} title=${board.names.indicator(funnel.indicator)} columns=${columns}
      sentence=${html`<${Said} text=${funnel.sentence} />`} rows=${funnel.schools}>
      ${funnel.share !== undefined && html`<${Drawn} funnel=${funnel} name=${name} />
        <p class="key">${t('funnel.key')}</p>`}
    <//>`;
}

function Drawn({ funnel, name }) {
  const shown = funnel.schools.filter((one) => one.share !== undefined);
  const sizes = scaleAround(shown.map((one) => one.students));
  const x = (students) => sizes.at(students);
  const y = (part) => 100 - 100 * part;
  const lines = Object.entries(LIMITS).map(([field, kind]) => ({
    kind,
    points: funnel.limits.map((one) => [x(one.students), y(one[field])]),
  }));
  lines.push({ kind: 'centre', points: [[0, y(funnel.share)], [100, y(funnel.share)]] });
  return html`
    <${Plane} ticks=${[0, 0.5, 1].map((one) => ({ at: y(one), text: percent(one) }))}
      lines=${lines} first=${number(0)} last=${`${number(sizes.last)} ${t('unit.students')}`}>
      ${shown.map((one) => {
        const isWithin = one.position === 'FUNNEL_POSITION_WITHIN';
        return html`
          <${Dot} key=${one.school} x=${x(one.students)} y=${y(one.share)}
            kind=${isWithin ? 'estimate' : 'estimate outside'} />
          ${!isWithin && html`<text key=${`t${one.school}`} x=${percentOf(x(one.students))}
            y=${percentOf(y(one.share))} dx="-9" dy="4" text-anchor="end">${name(one)}</text>`}`;
      })}
    <//>`;
}
