// A school: its plan and whether it is complete, its teams, reviews of the whole school, and
// visits. What somebody's role may not know is left out.
import { html } from '../html.js';
import { whereAllowed } from '../api.js';
import { FoldedCommand } from '../forms/command_form.js';
import { AlertItem } from '../parts/alert_item.js';
import { chosen, keyOf, listed } from '../parts/alert_list.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Moves } from '../parts/framings.js';
import { Heading } from '../parts/heading.js';
import { IndicatorLinks } from '../parts/indicator_links.js';
import { useFollowed } from '../parts/live_bar.js';
import { Measures } from '../parts/measures.js';
import { MoreCommands } from '../parts/more_commands.js';
import { openCycles } from '../parts/open_cycles.js';
import { PlanQuestions } from '../parts/plan_questions.js';
import { Reviews } from '../parts/reviews.js';
import { Badge, Name } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { sitePlanOf } from '../parts/site_plan.js';
import { Table } from '../parts/table.js';
import { Visits } from '../parts/visits.js';
import { href } from '../router.js';
import { may, session } from '../session.js';
import { date, number, t, valueWord } from '../words.js';

async function read(api, school) {
  const path = `/v1/schools/${encodeURIComponent(school)}`;
  const open = { school, openOnly: true };
  const current = { school, state: 'SURVEY_STATE_OPEN' };
  const [plan, measures, cycles, reviews, visits, surveys, alerts] = await Promise.all([
    whereAllowed('GetSitePlan', () => sitePlanOf(api, school), undefined),
    whereAllowed('ListMeasures', () => api.get(`${path}/measures`), { measures: [] }),
    whereAllowed('ListCycles', () => openCycles(api, { school }), { cycles: [] }),
    whereAllowed('ListReviews', () => api.all('/v1/reviews', 'reviews', open), null),
    whereAllowed('ListVisits', () => api.all('/v1/visits', 'visits', { school }), null),
    whereAllowed('ListSurveyRounds', () => api.all('/v1/surveys', 'rounds', current), []),
    api.list('/v1/alerts', 'alerts', { school, unresolvedOnly: true }),
  ]);
  const { measures: shown } = measures;
  return { plan, measures: shown, cycles: cycles.cycles, reviews, visits, surveys, alerts };
}

export function SchoolPage({ board, route }) {
  const [school] = route.args;
  const answer = useAnswer(() => read(board.api, school), [school]);
  useFollowed(board, answer, school);
  const command = (operation, given) => ({
    board,
    operation,
    given: { school, ...given },
    done: answer.reload,
  });
  return html`
    <${Trail} board=${board} />
    <${Heading}><${Name} text=${board.names.school(school)} /><//>
    <${Answered} answer=${answer}>
      ${(value) => html`
        <${Alerts} board=${board} alerts=${value.alerts} school=${school} />
        ${
          value.plan !== undefined &&
          html`<${Plan} board=${board} school=${school} plan=${value.plan} command=${command} />`
        }
        <${Measures} board=${board} measures=${value.measures} />
        <${Teams} board=${board} school=${school} cycles=${value.cycles} reviews=${value.reviews} />
        ${
          session().caller?.role !== 'ROLE_TEAM_MEMBER' &&
          html`<${IndicatorLinks} board=${board} school=${school}
          indicators=${indicatorsOf(value)} />`
        }
        <${SchoolReviews} board=${board} reviews=${value.reviews} reload=${answer.reload} />
        ${
          value.visits &&
          html`<${Visits} board=${board} school=${school} visits=${value.visits} />`
        }
        <${Surveys} board=${board} school=${school} surveys=${value.surveys} />
        ${
          may('GetQuestions') &&
          html`<p><a href=${href(board.district, 'questions', [school])}>
            ${t('school.questions')}</a></p>`
        }
        <${MoreCommands} board=${board} commands=${OF_A_SCHOOL} given=${{ school }} />`}
    <//>`;
}

const OF_A_SCHOOL = [
  'OpenSurveyRound',
  'CancelSurveyRound',
  'UpsertTeams',
  'CloseSitePlan',
  'ReopenSitePlan',
  'TakeEmergencyAccess',
];

// Those of its plan and of its teams' cycles.
function indicatorsOf({ plan, cycles }) {
  return [...(plan?.plan.indicators ?? []), ...cycles.flatMap((one) => one.indicators)].map(
    (one) => one.indicator,
  );
}

function Alerts({ board, alerts, school }) {
  const found = chosen(listed(alerts.rows), {});
  return html`
    <section aria-labelledby="today"><h2 id="today">${t('overview.today')}</h2>
      ${found.length === 0 && html`<p class="quiet">${t('overview.no-alerts')}</p>`}
      <ul class="alerts">${found.slice(0, 5).map(
        (one) => html`<${AlertItem} key=${keyOf(one)}
        board=${board} alert=${one} />`,
      )}</ul>
      ${
        found.length > 5 &&
        html`<p><a href=${href(board.district, 'alerts', [], { school })}>
        ${t('school.all-alerts', { count: found.length, isCut: alerts.isCut })}</a></p>`
      }
    </section>`;
}

function Plan({ board, school, plan, command }) {
  if (plan === null) {
    return html`
      <section aria-labelledby="plan"><h2 id="plan">${t('plan.title')}</h2><p>${t('plan.none')}</p>
        <p><a href=${href(board.district, 'plan', [school])}>${t('plan.draft')}</a></p></section>`;
  }
  const { plan: content, draft, checks, pathway, framing } = plan;
  const given = { plan: content.plan };
  const hasDraft = draft || content.state === 'PLAN_STATE_DRAFT';
  return html`
    <section aria-labelledby="plan"><h2 id="plan">${t('plan.title')} <${Name} text=${content.plan}
      /></h2>
      <p><${Badge} value=${content.state}
        /> ${t('plan.revision', { n: content.revision })}
        ${framing?.framing && html` <${Badge} value=${framing.framing} />`}</p>
      ${draft && html`<p>${t('plan.has-draft')}</p>`}
      ${
        framing?.moves?.length > 0 &&
        html`<p>${t('plan.moves')}</p><${Moves} moves=${framing.moves}
        />`
      }
      <${PlanQuestions} board=${board} plan=${content} checks=${checks} pathway=${pathway} />
      ${
        hasDraft &&
        html`<${FoldedCommand} title=${t('plan.publish')}
          ...${command('PublishSitePlan', given)} />`
      }
      <p><a href=${href(board.district, 'plan', [school])}>${t('plan.draft')}</a></p>
    </section>`;
}

function Teams({ board, school, cycles, reviews }) {
  const teams = board.names.teamsOf(school).filter((team) => team.active !== false);
  const current = (team) =>
    cycles.find((one) => one.team === team.team && one.state !== 'CYCLE_STATE_SCHEDULED') ??
    cycles.find((one) => one.team === team.team);
  const indicators = (team) =>
    (current(team)?.indicators ?? [])
      .map((one) => board.names.indicator(one.indicator))
      .join(', ');
  const due = (cycle) => cycle?.due.find((one) => one.phase === cycle.state)?.date ?? '';
  const columns = [
    {
      title: t('team'),
      cell: (team) => html`<a href=${href(board.district, 'team', [school, team.team])}>
      <${Name} text=${team.name || team.team} /></a>`,
    },
    {
      title: t('team.phase'),
      cell: (team) => (current(team) ? valueWord(current(team).state) : t('team.no-cycle')),
    },
    {
      title: t('team.due'),
      cell: (team) => date(due(current(team))) || date(current(team)?.start) || t('nothing'),
    },
    {
      title: t('cycle.indicators'),
      cell: (team) => html`<${Name} text=${indicators(team) || t('nothing')} />`,
    },
    {
      title: t('team.reviews'),
      numeric: true,
      cell: (team) =>
        reviews ? number(reviews.filter((one) => one.team === team.team).length) : t('unknown'),
    },
  ];
  return html`
    <section aria-labelledby="teams"><h2 id="teams">${t('overview.teams')}</h2>
      <${Table} caption=${t('overview.teams')} captionHidden columns=${columns} rows=${teams}
        empty=${t('school.no-teams')} />
    </section>`;
}

function SchoolReviews({ board, reviews, reload }) {
  if (!reviews) return null; // they are not for this role
  const own = reviews.filter((one) => !one.team);
  return html`
    <section aria-labelledby="reviews"><h2 id="reviews">${t('school.reviews')}</h2>
      <${Reviews} board=${board} reviews=${own} reload=${reload} /></section>`;
}

function Surveys({ board, school, surveys }) {
  if (surveys.length === 0) return null;
  return html`
    <section aria-labelledby="surveys"><h2 id="surveys">${t('survey.title-of-school')}</h2>
      <ul class="plain">${surveys.map(
        (one) => html`<li key=${one.round}><a
        href=${href(board.district, 'survey', [school, one.round])}>
        ${t('survey.answer', { name: one.name || t('survey.title') })}</a>${' '}
        ${t('survey.until', { on: date(one.lastDay) })}</li>`,
      )}</ul>
    </section>`;
}
