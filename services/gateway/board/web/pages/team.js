// A team's board: where its cycle is and what the phase still needs, what its evidence says, and
// what waits for its answer.
import { html } from '../html.js';
import { whereAllowed } from '../api.js';
import { FoldedCommand } from '../forms/command_form.js';
import { AlertItem } from '../parts/alert_item.js';
import { chosen, keyOf, listed } from '../parts/alert_list.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { CommandLink } from '../parts/command_link.js';
import { CycleEvidence, Growth } from '../parts/growth.js';
import { Heading } from '../parts/heading.js';
import { IndicatorLinks } from '../parts/indicator_links.js';
import { useFollowed } from '../parts/live_bar.js';
import { MoreCommands } from '../parts/more_commands.js';
import { Offers } from '../parts/offers.js';
import { Reviews } from '../parts/reviews.js';
import { Name, Written } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { Table } from '../parts/table.js';
import { PHASES } from '../pictures/phases.js';
import { href } from '../router.js';
import { may } from '../session.js';
import { commandWord, date, number, percent, t, valueWord } from '../words.js';

async function read(api, school, team) {
  const of = { school, team };
  const open = { ...of, openOnly: true };
  const openOffers = { ...of, state: 'OFFER_STATE_OPEN' };
  const [all, growth, coverage, reviews, offers, adoptions, alerts] = await Promise.all([
    api.all('/v1/cycles', 'cycles', of),
    api.get('/v1/growth', of),
    api.get('/v1/coverage', of),
    whereAllowed('ListReviews', () => api.all('/v1/reviews', 'reviews', open), []),
    whereAllowed('ListOffers', () => api.all('/v1/offers', 'offers', openOffers), []),
    api.all('/v1/adoptions', 'adoptions', of),
    api.all('/v1/alerts', 'alerts', { school, unresolvedOnly: true }),
  ]);
  const numbers = new Map(all.map((one) => [one.cycle, one.number]));
  return {
    cycles: all.filter((one) => [...PHASES, 'CYCLE_STATE_SCHEDULED'].includes(one.state)),
    growth: growth.rows.map((row) => ({ ...row, number: numbers.get(row.cycle) ?? row.cycle })),
    coverage: coverage.rows,
    reviews,
    offers,
    adoptions,
    alerts: alerts.filter((one) => one.condition.team === team),
  };
}

export function TeamPage({ board, route }) {
  const [school, team] = route.args;
  const answer = useAnswer(() => read(board.api, school, team), [school, team]);
  useFollowed(board, answer, school, team);
  const { reload } = answer;
  return html`
    <${Trail} board=${board} school=${school} />
    <${Heading}><${Name} text=${board.names.team(school, team)} /><//>
    <${Answered} answer=${answer}>
      ${(value) => html`
        <${CurrentCycle} ...${{ board, school, team, value, reload }} />
        <${Waiting} ...${{ board, value, reload }} />
        <${Growth} board=${board} rows=${value.growth} />
        <${IndicatorLinks} ...${{ board, school, team }}
          indicators=${[...value.growth, ...value.coverage].map((one) => one.indicator)} />
        <${Adoptions} board=${board} adoptions=${value.adoptions} />
        ${may('ListStudents') && html`<${Struggling} ...${{ board, school, team }} />`}`}
    <//>`;
}

// What wants an answer: alerts, reviews, offers.
function Waiting({ board, value, reload }) {
  const alerts = chosen(listed(value.alerts), {});
  return html`
    <section aria-labelledby="waits"><h2 id="waits">${t('team.waits')}</h2>
      ${
        alerts.length > 0 &&
        html`<ul class="alerts">${alerts.map(
          (one) => html`
        <${AlertItem} key=${keyOf(one)} board=${board} alert=${one} />`,
        )}</ul>`
      }
      <h3>${t('team.reviews')}</h3><${Reviews} ...${{ board, reload }} reviews=${value.reviews} />
      <h3>${t('offers.title')}</h3><${Offers} ...${{ board, reload }} offers=${value.offers} />
    </section>`;
}

function CurrentCycle({ board, school, team, value, reload }) {
  const current = value.cycles.find((one) => PHASES.includes(one.state)) ?? value.cycles[0];
  return html`
    <section aria-labelledby="cycle"><h2 id="cycle">${t('cycle.title')}</h2>
      ${
        current
          ? html`<${Cycle} ...${{ board, cycle: current, coverage: value.coverage, reload }} />`
          : html`<p>${t('team.no-cycle')}</p>
          <${FoldedCommand} title=${t('cycle.schedule')} board=${board} operation="ScheduleCycle"
            given=${{ school, team }} done=${reload} />`
      }
    </section>`;
}

function Cycle({ board, cycle, coverage, reload }) {
  const rows = coverage.filter((one) => one.cycle === cycle.cycle);
  return html`
    <p>${t('cycle.span', {
      n: cycle.number,
      first: date(cycle.start),
      last: date(cycle.end),
      count: cycle.days,
    })}</p>
    <${Steps} cycle=${cycle} />
    <${Needs} ...${{ board, cycle, reload }} />
    <${MoreCommands} board=${board} commands=${OF_A_CYCLE}
      given=${{ school: cycle.school, team: cycle.team, cycle: cycle.cycle }} />
    ${
      cycle.artefacts?.analysis &&
      html`<p>${t('cycle.problem')} <${Written}
      text=${cycle.artefacts.analysis.problemOfPractice} /></p>`
    }
    <${CycleEvidence} ...${{ board, cycle }} coverage=${rows} />`;
}

function Steps({ cycle }) {
  const at = PHASES.indexOf(cycle.state);
  return html`
    <ol class="phase-steps">${PHASES.map((phase, i) => {
      const due = cycle.due.find((one) => one.phase === phase)?.date;
      const state = i < at ? 'over' : i === at ? 'now' : 'to-come';
      return html`<li key=${phase} class=${state}
        aria-current=${state === 'now' ? 'step' : undefined}>
        <strong>${valueWord(phase)}</strong> <span>${t(`cycle.${state}`)}</span>${' '}
        <span>${t('cycle.due', { on: date(due) })}</span></li>`;
    })}</ol>`;
}

// What a phase leaves behind, and the command that records it.
const ARTEFACTS = {
  CYCLE_STATE_ANALYZE: ['RecordAnalysis', (made) => made.analysis],
  CYCLE_STATE_DESIGN: ['RecordDesign', (made) => made.design],
  CYCLE_STATE_IMPLEMENT: ['RecordLook', (made) => made.looks?.length > 0],
  CYCLE_STATE_REFINE: ['RecordRefinement', (made) => made.refinement],
};

const OF_A_CYCLE = ['AmendArtefact', 'ReopenPhase', 'CancelCycle', 'UpsertProgression'];

function Needs({ board, cycle, reload }) {
  const artefact = ARTEFACTS[cycle.state];
  if (!artefact) return html`<p>${t('cycle.begins', { on: date(cycle.start) })}</p>`;
  const [operation, made] = artefact;
  const given = { school: cycle.school, cycle: cycle.cycle };
  const phase = PHASES.indexOf(cycle.state) + 1;
  const isMade = Boolean(made(cycle.artefacts ?? {}));
  return html`
    <p class="needs">${isMade ? t('cycle.recorded') : t(`needs.${operation}`)}</p>
    <${FoldedCommand} title=${commandWord(operation)} ...${{ board, operation, given }}
      done=${reload} />
    <${FoldedCommand} title=${t('cycle.end-phase', { phase: valueWord(PHASES[phase - 1]) })}
      board=${board} operation="EndPhase"
      given=${{ ...given, phase: cycle.state }} done=${reload} />`;
}

function Adoptions({ board, adoptions }) {
  const fidelity = (one) =>
    one.fidelity?.share === undefined
      ? t('unknown')
      : t('team.fidelity', { share: percent(one.fidelity.share), count: one.fidelity.looks });
  const columns = [
    {
      title: t('practice'),
      cell: (one) =>
        html`<a href=${href(board.district, 'practice', [one.practice])}><${Name}
          text=${board.names.practice(one.practice)} /></a>`,
    },
    { title: t('team.state'), cell: (one) => valueWord(one.state) },
    { title: t('team.since'), cell: (one) => date(one.begunOn) },
    { title: t('q4.fidelity'), cell: fidelity },
  ];
  return html`
    <section aria-labelledby="adoptions"><h2 id="adoptions">${t('team.practices')}</h2>
      <${Table} caption=${t('team.practices')} captionHidden columns=${columns} rows=${adoptions}
        empty=${t('team.no-practice')} /></section>`;
}

// Who they are is asked for, with a purpose where the API wants one; each time is on record.
function Struggling({ board, school, team }) {
  return html`
    <section aria-labelledby="who"><h2
      id="who">${t('team.students')}</h2><p>${t('team.students.why')}</p>
      <p><${CommandLink} board=${board} operation="ListStudents" given=${{ school, team }} /></p>
    </section>`;
}
