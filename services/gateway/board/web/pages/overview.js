// The district at a glance: what needs somebody today, the four questions, how plans are framed,
// its schools.
import { html } from '../html.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Framings } from '../parts/framings.js';
import { useFollowed } from '../parts/live_bar.js';
import { Questions } from '../parts/questions.js';
import { Badge, Name, Said } from '../parts/said.js';
import { Table } from '../parts/table.js';
import { href } from '../router.js';
import { number, t, valueWord } from '../words.js';
import { countsBy, keyOf, listed, chosen } from './alert_list.js';
import { Whom } from './alerts.js';

const SHOWN_OF_A_KIND = 2;

async function read(api) {
  const [questions, framings, alerts, open] = await Promise.all([
    api.get('/v1/questions'),
    api.all('/v1/framings', 'framings'),
    api.all('/v1/alerts', 'alerts', { unresolvedOnly: true }, 2000),
    openCycles(api),
  ]);
  return { questions, framings, alerts, open };
}

const UNDER_WAY = ['ANALYZE', 'DESIGN', 'IMPLEMENT', 'REFINE'];

// Of every team at most one is under way; those that are over are many, and not asked for.
export async function openCycles(api, query = {}) {
  const states = ['SCHEDULED', ...UNDER_WAY].map((state) => `CYCLE_STATE_${state}`);
  const found = await Promise.all(
    states.map((state) => api.all('/v1/cycles', 'cycles', { ...query, state })),
  );
  return found.flat();
}

export function OverviewPage({ board }) {
  const answer = useAnswer(() => read(board.api), []);
  useFollowed(board, answer, { everyMs: 5000 });
  return html`
    <h1 tabindex="-1"><${Name} text=${board.about.name} /></h1>
    <${Answered} answer=${answer}>
      ${(value) => html`
        <${Today} board=${board} alerts=${value.alerts} />
        <${Questions} board=${board} answer=${value.questions} school="" />
        <section aria-labelledby="plans"><h2 id="plans">${t('overview.plans')}</h2>
          <${Framings} board=${board} framings=${value.framings} /></section>
        <${Schools} board=${board} ...${value} />`}
    <//>`;
}

// Alerts of one kind are one thing to read, however many schools have it.
function kindsOf(alerts) {
  const kinds = new Map();
  for (const alert of chosen(listed(alerts), {})) {
    const key = `${alert.condition.severity} ${alert.condition.trigger}`;
    kinds.set(key, [...(kinds.get(key) ?? []), alert]);
  }
  return [...kinds.values()];
}

function Today({ board, alerts }) {
  return html`
    <section aria-labelledby="today"><h2 id="today">${t('overview.today')}</h2>
      <p>${
        alerts.length === 0
          ? t('overview.no-alerts')
          : t('overview.alerts', { count: alerts.length })
      }</p>
      <ul class="alerts">${kindsOf(alerts).map(
        (kind) => html`
        <${Kind} key=${keyOf(kind[0])} ...${{ board, kind }} />`,
      )}
      </ul>
      <p><a href=${href(board.district, 'alerts')}>${t('overview.all-alerts')}</a></p>
    </section>`;
}

function Kind({ board, kind }) {
  const { severity, trigger } = kind[0].condition;
  const all = href(board.district, 'alerts', [], { severity, trigger });
  return html`
    <li class=${severity}>
      <p class="head"><${Badge} value=${severity} /> <strong>${valueWord(trigger)}</strong>${' '}
        <a href=${all}>${t('alerts.count', { count: kind.length })}</a></p>
      ${kind.slice(0, SHOWN_OF_A_KIND).map(
        (alert) => html`
        <p key=${keyOf(alert)}><${Whom} board=${board} about=${alert.condition} />:${' '}
          <a href=${href(board.district, 'alert', [alert.alert], { school: alert.school })}>
            <${Said} text=${alert.condition.reason || valueWord(trigger)} /></a></p>`,
      )}
      ${
        kind.length > SHOWN_OF_A_KIND &&
        html`<p class="foot">
        ${t('overview.more', { count: kind.length - SHOWN_OF_A_KIND })}</p>`
      }
    </li>`;
}

function Schools({ board, framings, alerts, open }) {
  const framingOf = new Map(framings.map((one) => [one.school, one.framing]));
  const of = (things, school) => things.filter((one) => one.school === school);
  const phases = (school) =>
    countsBy(
      of(open, school).map((cycle) => ({ condition: { state: cycle.state } })),
      'state',
    )
      .map(([state, count]) => `${valueWord(state)} ${number(count)}`)
      .join(', ');
  const columns = [
    {
      title: t('school'),
      cell: (one) => html`<a href=${href(board.district, 'school', [one.school])}>
      <${Name} text=${one.name || one.school} /></a>`,
    },
    {
      title: t('framings.framing'),
      cell: (one) => valueWord(framingOf.get(one.school) ?? 'FRAMING_UNSPECIFIED'),
    },
    {
      title: t('overview.teams'),
      numeric: true,
      cell: (one) => number(board.names.teamsOf(one.school).length),
    },
    { title: t('overview.phases'), cell: (one) => phases(one.school) || t('nothing') },
    {
      title: t('overview.open-alerts'),
      numeric: true,
      cell: (one) => number(of(alerts, one.school).length),
    },
  ];
  return html`
    <section aria-labelledby="schools"><h2 id="schools">${t('overview.schools')}</h2>
      <${Table} caption=${t('overview.schools')} captionHidden columns=${columns}
        rows=${board.names.schools}
        empty=${t('overview.no-schools')} />
    </section>`;
}
