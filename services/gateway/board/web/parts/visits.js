// Visits of a school: its own with what was seen and promised, and those on which it visits others.
import { html } from '../html.js';
import { href } from '../router.js';
import { may } from '../session.js';
import { commandWord, date, percent, t, valueWord } from '../words.js';
import { CommandLink } from './command_link.js';
import { Hidden, Name, Written } from './said.js';
import { Table } from './table.js';

// Its own, and those that it visits others on now.
export function Visits({ board, school, visits }) {
  const elsewhere = visits.filter(
    (one) => one.host !== school && one.state === 'VISIT_STATE_PACKET',
  );
  const columns = [
    { title: t('visit.date'), cell: (one) => date(one.date) },
    { title: t('visit.state'), cell: (one) => valueWord(one.state) },
    {
      title: t('visit.visitors'),
      cell: (one) => one.visitors.map((each) => board.names.school(each)).join(', '),
    },
    {
      title: t('visit.problem'),
      cell: (one) => html`<${Written} text=${one.problemOfPractice} />`,
    },
    { title: t('visit.seen'), cell: (one) => html`<${Shares} visit=${one} />` },
    { title: t('visit.commitments'), cell: (one) => html`<${Commitments} visit=${one} />` },
    {
      title: t('visit.do'),
      cell: (one) => html`<${VisitCommands} board=${board} school=${school} visit=${one} />`,
    },
  ];
  return html`
    <section aria-labelledby="visits"><h2 id="visits">${t('visit.title')}</h2>
      <${Table} caption=${t('visit.title')} captionHidden columns=${columns}
        rows=${visits.filter((one) => one.host === school).reverse()} empty=${t('visit.none')} />
      <ul class="plain">${elsewhere.map(
        (one) => html`<li key=${`${one.host} ${one.visit}`}><a
        href=${href(board.district, 'visit', [one.host, one.visit], { school })}>
        ${t('visit.elsewhere', { school: board.names.school(one.host), on: date(one.date) })}</a>
        </li>`,
      )}</ul>
      <p><${CommandLink} board=${board} operation="PlanVisit" given=${{ host: school }} /></p>
    </section>`;
}

// Under four rooms nothing is shown: it would name teachers.
function Shares({ visit }) {
  if (visit.shares.length === 0) return t('nothing');
  const of = (id) => visit.lookFors.find((one) => one.lookFor === id)?.statement ?? id;
  return html`<ul class="plain">${visit.shares.map(
    (one) => html`<li key=${one.lookFor}><${Name} text=${of(one.lookFor)} /> ·${' '}
    ${
      one.suppressed || one.seen === undefined
        ? html`<${Hidden} />`
        : t('visit.share', {
            seen: one.seen,
            rooms: one.rooms,
            low: percent(one.shareLow),
            high: percent(one.shareHigh),
          })
    }</li>`,
  )}</ul>`;
}

function Commitments({ visit }) {
  if (visit.commitments.length === 0) return t('nothing');
  return html`<ul class="plain">${visit.commitments.map(
    (one) => html`<li key=${one.commitment}>
    <${Name} text=${one.statement} /> · ${valueWord(one.outcome)}, ${date(one.due)}</li>`,
  )}</ul>`;
}

const STEPS = {
  VISIT_STATE_PLANNED: ['PrepareVisit', 'EndVisitStep', 'CancelVisit'],
  VISIT_STATE_PACKET: ['RecordRoom', 'EndVisitStep', 'CancelVisit'],
  VISIT_STATE_HELD: ['RecordDebrief', 'EndVisitStep'],
  VISIT_STATE_DEBRIEFED: ['AnswerCommitment', 'EndVisitStep'],
};

function isOpen({ outcome }) {
  return !outcome || outcome === 'COMMITMENT_OUTCOME_UNSPECIFIED';
}

function VisitCommands({ board, school, visit }) {
  const given = { host: school, school, visit: visit.visit };
  const ways = {
    RecordRoom: [href(board.district, 'visit', [school, visit.visit]), t('visit.record')],
    EndVisitStep: [
      href(board.district, 'command', ['EndVisitStep'], { ...given, step: visit.state }),
      t(`visit.end-${visit.state.replace('VISIT_STATE_', '')}`),
    ],
  };
  const way = (operation) =>
    ways[operation] ?? [
      href(board.district, 'command', [operation], given),
      commandWord(operation),
    ];
  const isAnswered = visit.commitments.every((one) => !isOpen(one));
  const commands = (STEPS[visit.state] ?? []).filter(
    (one) => may(one) && (one !== 'AnswerCommitment' || !isAnswered),
  );
  return html`<ul class="plain">${commands.map((one) => {
    const [to, text] = way(one);
    return html`<li key=${one}><a href=${to}>${text}</a></li>`;
  })}</ul>`;
}
