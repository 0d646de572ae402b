// How the plans of schools are framed: from the least focused to the most, with what would move
// each.
import { html } from '../html.js';
import { Figure } from '../pictures/figure.js';
import { href } from '../router.js';
import { list, reasonText, t, valueWord } from '../words.js';
import { Badge, Name, Said } from './said.js';

const FRAMINGS = [
  'FRAMING_FRAGMENTED',
  'FRAMING_ROGUE',
  'FRAMING_COMPLIANT',
  'FRAMING_FOCUSED',
  'FRAMING_UNSPECIFIED',
];

export function Framings({ board, framings }) {
  const of = (framing) => framings.filter((one) => one.framing === framing);
  const sentence = t('framings.sentence', {
    counts: list(
      FRAMINGS.filter((one) => of(one).length > 0).map((one) =>
        t('framings.count', { count: of(one).length, framing: valueWord(one).toLowerCase() }),
      ),
    ),
  });
  const ratio = (part, whole) => t('framings.of', { part, whole });
  const columns = [
    {
      title: t('school'),
      cell: (one) => html`<a href=${href(board.district, 'school', [one.school])}>
      <${Name} text=${board.names.school(one.school)} /></a>`,
    },
    { title: t('framings.framing'), cell: (one) => html`<${Badge} value=${one.framing} />` },
    {
      title: t('framings.aligned'),
      numeric: true,
      cell: (one) => ratio(one.districtPriorities, one.priorities),
    },
    {
      title: t('framings.coherent'),
      numeric: true,
      cell: (one) => ratio(one.coherentTeams, one.teams),
    },
    { title: t('framings.own'), cell: (one) => (one.ownProblem ? t('yes') : t('no')) },
    { title: t('framings.moves'), cell: (one) => html`<${Moves} moves=${one.moves} />` },
  ];
  return html`
    <${Figure} title=${t('framings.title')} sentence=${sentence} columns=${columns}
      rows=${framings}>
      <div class="framings">
        ${FRAMINGS.filter((one) => one !== 'FRAMING_UNSPECIFIED' || of(one).length > 0).map(
          (framing) => html`
          <div key=${framing} class="framing"><p><${Badge} value=${framing} /></p>
            <ul>${of(framing).map(
              (one) => html`<li
              key=${one.school}><bdi>${board.names.school(one.school)}</bdi></li>`,
            )}</ul></div>`,
        )}
      </div>
    <//>`;
}

export function Moves({ moves }) {
  if (!moves?.length) return t('framings.none-needed');
  return html`<ul class="plain">${moves.map(
    (move, i) => html`<li key=${i}><${Said}
    text=${reasonText(move.reason, move.message)} /></li>`,
  )}</ul>`;
}
