// The district at a glance: what needs attention now, the four questions, how plans are framed,
// its schools. What somebody's role may not know is left out.
import { html } from '../html.js';
import { whereAllowed } from '../api.js';
import { groupBy } from '../group_by.js';
import { Whom } from '../parts/alert_item.js';
import { chosen, countsBy, keyOf, listed, sentenceOf } from '../parts/alert_list.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Framings } from '../parts/framings.js';
import { Heading } from '../parts/heading.js';
import { useFollowed } from '../parts/live_bar.js';
import { MoreCommands } from '../parts/more_commands.js';
import { openCycles } from '../parts/open_cycles.js';
import { Questions } from '../parts/questions.js';
import { Badge, Name, Said } from '../parts/said.js';
import { Table } from '../parts/table.js';
import { Funnel } from '../pictures/funnel.js';
import { href } from '../router.js';
import { counted, number, t, valueWord } from '../words.js';

const SHOWN_OF_A_KIND = 2;

async function read(api) {
  const [questions, framings, alerts, open, funnels] = await Promise.all([
    whereAllowed('GetQuestions', () => api.get('/v1/questions'), null),
    whereAllowed('ListFramings', () => api.all('/v1/framings', 'framings'), null),
    api.list('/v1/alerts', 'alerts', { unresolvedOnly: true }, 2000),
    whereAllowed('ListCycles', () => openCycles(api), null),
    whereAllowed('GetFunnel', () => api.get('/v1/funnel'), { funnels: [] }),
  ]);
  return {
    questions,
    framings,
    alerts: alerts.rows,
    isCut: alerts.isCut,
    open,
    funnels: funnels.funnels,
    proficiency: funnels.proficiency ?? [],
  };
}

export function OverviewPage({ board }) {
  const answer = useAnswer(() => read(board.api), []);
  useFollowed(board, answer);
  return html`
    <${Heading}><${Name} text=${board.about.name} /><//>
    <${Answered} answer=${answer}>
      ${(value) => html`
        <${Today} board=${board} alerts=${value.alerts} isCut=${value.isCut} />
        ${
          value.questions &&
          html`<${Questions} board=${board} answer=${value.questions} school="" />`
        }
        ${
          value.framings &&
          html`<section aria-labelledby="plans"><h2 id="plans">${t('overview.plans')}</h2>
          <${Framings} board=${board} framings=${value.framings} /></section>`
        }
        <${Schools} board=${board} ...${value} />
        <${Funnels} board=${board} kind="coverage" funnels=${value.funnels} />
        <${Funnels} board=${board} kind="proficiency" funnels=${value.proficiency} />
        <${MoreCommands} board=${board} commands=${OF_A_DISTRICT} />`}
    <//>`;
}

const OF_A_DISTRICT = [
  'UpdateDistrict',
  'AddTerms',
  'UpsertSchool',
  'DefineAssessments',
  'OpenSurveyRound',
  'PlanWave',
  'UpsertRubric',
];

// Alerts of one kind are one thing to read, however many schools have it.
function kindsOf(alerts) {
  const kinds = groupBy(
    chosen(listed(alerts), {}),
    ({ condition }) => `${condition.severity} ${condition.trigger}`,
  );
  return [...kinds.values()];
}

function Today({ board, alerts, isCut }) {
  return html`
    <section aria-labelledby="today"><h2 id="today">${t('overview.today')}</h2>
      <p>${
        alerts.length === 0
          ? t('overview.no-alerts')
          : t('overview.alerts', { count: alerts.length, isCut })
      }</p>
      <ul class="alerts">${kindsOf(alerts).map(
        (kind) => html`
        <${Kind} key=${keyOf(kind[0])} ...${{ board, kind, isCut }} />`,
      )}
      </ul>
      <p><a href=${href(board.district, 'alerts')}>${t('overview.all-alerts')}</a></p>
    </section>`;
}

function Kind({ board, kind, isCut }) {
  const { severity, trigger } = kind[0].condition;
  const all = href(board.district, 'alerts', [], { severity, trigger });
  return html`
    <li class=${severity}>
      <p><${Badge} value=${severity} /> <strong>${valueWord(trigger)}</strong>${' '}
        <a href=${all}>${t('alerts.count', { count: kind.length, isCut })}</a></p>
      ${kind.slice(0, SHOWN_OF_A_KIND).map(
        (alert) => html`
        <p key=${keyOf(alert)}><${Whom} board=${board} about=${alert.condition} />:${' '}
          <a href=${href(board.district, 'alert', [alert.alert], { school: alert.school })}>
            <${Said} text=${sentenceOf(board, alert.condition)} /></a></p>`,
      )}
      ${
        kind.length > SHOWN_OF_A_KIND &&
        html`<p class="foot">
        ${t('overview.more', { count: kind.length - SHOWN_OF_A_KIND, isCut })}</p>`
      }
    </li>`;
}

function Schools({ board, framings, alerts, isCut, open }) {
  const framingOf = new Map((framings ?? []).map((one) => [one.school, one.framing]));
  const alertsOf = groupBy(alerts, (one) => one.school);
  const cyclesOf = groupBy(open?.cycles ?? [], (one) => one.school);
  const phases = (school) =>
    countsBy(cyclesOf.get(school) ?? [], (one) => one.state)
      .map(([state, count]) => `${valueWord(state)} ${counted(count, open.isCut)}`)
      .join(', ');
  const columns = [
    {
      title: t('school'),
      cell: (one) => html`<a href=${href(board.district, 'school', [one.school])}>
      <${Name} text=${one.name || one.school} /></a>`,
    },
    framings && {
      title: t('framings.framing'),
      cell: (one) => valueWord(framingOf.get(one.school) ?? 'FRAMING_UNSPECIFIED'),
    },
    {
      title: t('overview.teams'),
      numeric: true,
      cell: (one) => number(board.names.teamsOf(one.school).length),
    },
    open && { title: t('overview.phases'), cell: (one) => phases(one.school) || t('nothing') },
    {
      title: t('overview.open-alerts'),
      numeric: true,
      cell: (one) => counted(alertsOf.get(one.school)?.length ?? 0, isCut),
    },
  ];
  return html`
    <section aria-labelledby="schools"><h2 id="schools">${t('overview.schools')}</h2>
      <${Table} caption=${t('overview.schools')} captionHidden columns=${columns.filter(Boolean)}
        rows=${board.names.schools}
        empty=${t('overview.no-schools')} />
    </section>`;
}

function Funnels({ board, kind, funnels }) {
  if (funnels.length === 0) return null;
  return html`
    <section aria-labelledby=${kind}><h2 id=${kind}>${t(`funnel.title.${kind}`)}</h2>
      ${funnels.map(
        (one) => html`<${Funnel} key=${one.assessment || one.indicator} board=${board}
          kind=${kind} funnel=${one} />`,
      )}</section>`;
}
