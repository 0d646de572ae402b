// Schools by how many students they have and the share of them, between the limits of chance.
import { html } from '../html.js';
import { href } from '../router.js';
import { Hidden, Name, Said } from '../parts/said.js';
import { number, percent, t, valueWord } from '../words.js';
import { Figure } from './figure.js';
import { Dot, Plane } from './plane.js';
import { percentOf, scaleAround } from './scale.js';

const LIMITS = { low95: 'limit', high95: 'limit', low998: 'limit far', high998: 'limit far' };

// Names of schools, on the side that has room.
const ON_THE_LEFT = { dx: '-9', 'text-anchor': 'end' };
const ON_THE_RIGHT = { dx: '9', 'text-anchor': 'start' };

// `kind`: of the coverage of an indicator, or of proficiency on an assessment.
export function Funnel({ board, kind, funnel }) {
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
      cell: (one) => {
        if (one.students === undefined) return html`<${Hidden} />`;
        const students = number(one.students);
        return kind === 'coverage' ? students : t('at-least', { count: students });
      },
    },
    {
      title: t(`funnel.share.${kind}`),
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
    <${Figure} title=${titleOf(board, funnel)} columns=${columns}
      sentence=${html`<${Said} text=${funnel.sentence} />`} rows=${funnel.schools}>
      ${funnel.share > 0 && html`<${Drawn} funnel=${funnel} name=${name} />
        <p class="key">${t(`funnel.key.${kind}`)} ${t('funnel.key')}</p>`}
    <//>`;
}

function titleOf(board, { indicator, assessment, title, proficiencyCut }) {
  if (!assessment) return board.names.indicator(indicator);
  const cut = number(proficiencyCut, Number.isInteger(proficiencyCut) ? 0 : 1);
  return t('funnel.cut', { what: title || assessment, cut });
}

// Where lines go through, and how far beside it: of a single size a short piece is drawn.
function drawnAt(limits) {
  if (limits.length !== 1) return limits.map((one) => [one, 0]);
  return [-4, 4].map((aside) => [limits[0], aside]);
}

function Drawn({ funnel, name }) {
  const shown = funnel.schools.filter((one) => one.share !== undefined);
  const sizes = scaleAround(shown.map((one) => one.students));
  const x = (students) => sizes.at(students);
  const y = (part) => 100 - 100 * part;
  const lines = Object.entries(LIMITS).map(([field, kind]) => ({
    kind,
    points: drawnAt(funnel.limits).map(([one, aside]) => [x(one.students) + aside, y(one[field])]),
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
          ${!isWithin && html`<text key=${`t${one.school}`} class="name"
            x=${percentOf(x(one.students))} y=${percentOf(y(one.share))} dy="4"
            ...${x(one.students) < 50 ? ON_THE_RIGHT : ON_THE_LEFT}>${name(one)}</text>`}`;
      })}
    <//>`;
}
