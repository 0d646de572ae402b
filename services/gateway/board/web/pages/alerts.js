// The inbox: alerts that hold, as they are raised, change and clear.
import { html } from '../html.js';
import { useEffect, useState } from '../hooks.js';
import { FoldedCommand } from '../forms/command_form.js';
import { AlertItem } from '../parts/alert_item.js';
import { SEVERITIES, after, chosen, countsBy, keyOf, listed } from '../parts/alert_list.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Filter, Filters, SchoolFilter } from '../parts/filters.js';
import { Heading } from '../parts/heading.js';
import { useStream } from '../parts/live_bar.js';
import { matched } from '../parts/matched.js';
import { Name } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { Subscriptions } from '../parts/subscriptions.js';
import { may } from '../session.js';
import { moment, t, valueWord } from '../words.js';

const AT_ONCE = 50;
const MOST = 2000;

// The list, and the position from which what happens next is watched.
async function read(api, query) {
  const pages = await api.list('/v1/alerts', 'alerts', query, MOST);
  return { alerts: pages.rows, isCut: pages.isCut, watchAfter: pages.first.watchAfter };
}

export function AlertsPage({ board, route }) {
  const { school = '', state = '' } = route.query;
  const withResolved = state === 'all';
  const answer = useAnswer(
    () => read(board.api, { school, unresolvedOnly: !withResolved }),
    [school, withResolved],
  );
  return html`
    <${Trail} board=${board} school=${school} />
    <${Heading}>${t('alerts.title')}<//>
    <${Answered} answer=${answer}>
      ${(value) => html`<${Inbox} ...${{ board, route, value, withResolved }}
        reload=${answer.reload} />`}
    <//>
    ${may('ListSilences') && html`<${Silences} board=${board} />`}
    <${Subscriptions} board=${board} />`;
}

function Inbox({ board, route, value, withResolved, reload }) {
  const [alerts, setAlerts] = useState(() => listed(value.alerts));
  const [shown, setShown] = useState(AT_ONCE);
  useEffect(() => setAlerts(listed(value.alerts)), [value]);
  useStream(
    {
      path: '/v1/alerts:watch',
      query: { district: board.district, school: route.query.school },
      after: value.watchAfter,
      take: (events) =>
        setAlerts((known) => {
          const next = after(known, events, withResolved);
          if (next !== null) return next;
          reload();
          board.afterGap();
          return known;
        }),
    },
    [value.watchAfter],
  );
  const found = chosen(alerts, route.query);
  return html`
    <${AlertFilters} board=${board} route=${route} alerts=${[...alerts.values()]} />
    <p role="status">${t('alerts.count', { count: found.length, isCut: value.isCut })}
      ${value.isCut && ` ${t('alerts.cut', { count: MOST })}`}</p>
    <ul class="alerts">
      ${found.slice(0, shown).map(
        (alert) => html`<${AlertItem} key=${keyOf(alert)} board=${board}
        alert=${alert} />`,
      )}
    </ul>
    ${
      found.length > shown &&
      html`<p><button type="button" onClick=${() => setShown(shown + AT_ONCE)}>
      ${t('alerts.more')}</button></p>`
    }`;
}

function AlertFilters({ board, route, alerts }) {
  const words = (values) => values.map((one) => [one, valueWord(one)]);
  const triggers = countsBy(alerts, (alert) => alert.condition.trigger).map(([one]) => one);
  const states = ['FIRING', 'ACKNOWLEDGED', 'SNOOZED'].map((one) => `ALERT_STATE_${one}`);
  return html`
    <${Filters}>
      <${SchoolFilter} board=${board} route=${route} />
      <${Filter} name="trigger" label=${t('filter.trigger')} any=${t('filter.every-trigger')}
        options=${words(triggers)} route=${route} />
      <${Filter} name="severity" label=${t('filter.severity')} any=${t('filter.every-severity')}
        options=${words(SEVERITIES)} route=${route} />
      <${Filter} name="state" label=${t('filter.state')} any=${t('alerts.unresolved')}
        options=${[...words(states), ['all', t('alerts.with-resolved')]]} route=${route} />
    <//>`;
}

function Silences({ board }) {
  const answer = useAnswer(() => board.api.all('/v1/silences', 'silences'), []);
  const lasting = (silences) => silences.filter((one) => Number(one.endsAtMs) > Date.now());
  return html`
    <section aria-labelledby="silences"><h2 id="silences">${t('silences.title')}</h2>
      <p>${t('silences.why')}</p>
      <${Answered} answer=${answer}>${(all) => html`
        ${lasting(all).length === 0 && html`<p class="quiet">${t('silences.none')}</p>`}
        <ul class="plain">${lasting(all).map(
          (one) => html`<li key=${one.silence}>
          <${Silence} ...${{ board, silence: one, reload: answer.reload }} /></li>`,
        )}</ul>`}<//>
      <${FoldedCommand} title=${t('silences.new')} board=${board} operation="CreateSilence"
        done=${answer.reload} />
    </section>`;
}

function Silence({ board, silence, reload }) {
  const { matcher } = silence;
  return html`
    <p><${Name} text=${matched(board, matcher) || t('silences.everything')} />:${' '}
      ${t('silences.until', { at: moment(silence.endsAtMs, board.zone) })} <${Name}
        text=${silence.comment} /></p>
    <${FoldedCommand} title=${t('silences.end')} board=${board} operation="EndSilence"
      given=${{ silence: silence.silence, school: matcher?.school ?? '' }} done=${reload} />`;
}
