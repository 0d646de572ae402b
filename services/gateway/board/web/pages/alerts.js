// The inbox: alerts that hold, as they are raised, change and clear.
import { html } from '../html.js';
import { useEffect, useState } from '../hooks.js';
import { newKey } from '../api.js';
import { CommandForm, FoldedCommand } from '../forms/command_form.js';
import { me } from '../forms/me.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { useStream } from '../parts/live_bar.js';
import { Badge, Name, Said } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { href, replace } from '../router.js';
import { moment, t, valueWord } from '../words.js';
import { after, chosen, countsBy, keyOf, listed } from './alert_list.js';

const AT_ONCE = 50;
const MOST = 2000;

// The list, and the position from which what happens next is watched.
async function read(api, query) {
  const alerts = [];
  let watchAfter = null,
    pageToken = '';
  do {
    const page = await api.get('/v1/alerts', { ...query, pageSize: 500, pageToken });
    watchAfter ??= page.watchAfter;
    alerts.push(...page.alerts);
    pageToken = page.nextPageToken;
  } while (pageToken && alerts.length < MOST);
  return { alerts, watchAfter, isCut: Boolean(pageToken) };
}

export function AlertsPage({ board, route }) {
  const { school = '', state = '' } = route.query;
  const query = { school, unresolvedOnly: state === '' };
  const answer = useAnswer(() => read(board.api, query), [school, state]);
  const filters = { ...route.query };
  const change = (name, value) =>
    replace(href(board.district, 'alerts', [], { ...filters, [name]: value }));
  return html`
    <${Trail} board=${board} school=${school} />
    <h1 tabindex="-1">${t('alerts.title')}</h1>
    <${Answered} answer=${answer}>
      ${(value) => html`<${Inbox} key=${value.watchAfter}
        ...${{ board, filters, change, value, reload: answer.reload }} />`}
    <//>
    <${Silences} board=${board} />`;
}

function Inbox({ board, filters, change, value, reload }) {
  const [alerts, setAlerts] = useState(() => listed(value.alerts));
  const [shown, setShown] = useState(AT_ONCE);
  useEffect(() => setAlerts(listed(value.alerts)), [value]);
  useStream(
    {
      path: '/v1/alerts:watch',
      query: { district: board.district, school: filters.school },
      after: value.watchAfter,
      take: (events) =>
        setAlerts((known) => {
          const next = after(known, events);
          if (next === null) reload();
          return next ?? known;
        }),
    },
    [value.watchAfter],
  );
  const found = chosen(alerts, filters);
  return html`
    <${Filters} ...${{ board, filters, change }} alerts=${[...alerts.values()]} />
    <p class="count" role="status">${t('alerts.count', { count: found.length })}
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

function Filters({ board, filters, change, alerts }) {
  const triggers = countsBy(alerts, 'trigger').map(([one]) => [one, valueWord(one)]);
  const severities = ['SEVERITY_CRITICAL', 'SEVERITY_WARNING', 'SEVERITY_INFO'].map((one) => [
    one,
    valueWord(one),
  ]);
  const states = [
    ['ALERT_STATE_FIRING', valueWord('ALERT_STATE_FIRING')],
    ['ALERT_STATE_ACKNOWLEDGED', valueWord('ALERT_STATE_ACKNOWLEDGED')],
    ['ALERT_STATE_SNOOZED', valueWord('ALERT_STATE_SNOOZED')],
    ['all', t('alerts.with-resolved')],
  ];
  const schools = board.names.schools.map((one) => [one.school, one.name || one.school]);
  return html`
    <form class="filters" role="search" aria-label=${t('alerts.filters')}
      onSubmit=${(event) => event.preventDefault()}>
      <${Filter} name="school" label=${t('filter.school')} any=${t('filter.every-school')}
        options=${schools} ...${{ filters, change }} />
      <${Filter} name="trigger" label=${t('filter.trigger')} any=${t('filter.every-trigger')}
        options=${triggers} ...${{ filters, change }} />
      <${Filter} name="severity" label=${t('filter.severity')} any=${t('filter.every-severity')}
        options=${severities} ...${{ filters, change }} />
      <${Filter} name="state" label=${t('filter.state')} any=${t('alerts.unresolved')}
        options=${states} ...${{ filters, change }} />
    </form>`;
}

export function Filter({ name, label, any, options, filters, change }) {
  const there = options.some(([one]) => one === filters[name]) || !filters[name];
  const all = there ? options : [...options, [filters[name], valueWord(filters[name])]];
  return html`
    <div class="field"><label for=${`filter-${name}`}>${label}</label>
      <select id=${`filter-${name}`} value=${filters[name] ?? ''}
        onChange=${(event) => change(name, event.currentTarget.value)}>
        <option value="">${any}</option>
        ${all.map(([one, word]) => html`<option key=${one} value=${one}>${word}</option>`)}
      </select></div>`;
}

// Of whom it is, in names: the district where it is of no school.
export function Whom({ board, about }) {
  if (!about.school) return html`<${Name} text=${board.about.name} />`;
  return html`
    <a href=${href(board.district, 'school', [about.school])}><${Name}
      text=${board.names.school(about.school)} /></a>
    ${
      about.team &&
      html` · <a href=${href(board.district, 'team', [about.school, about.team])}>
      <${Name} text=${board.names.team(about.school, about.team)} /></a>`
    }`;
}

export function AlertItem({ board, alert }) {
  const by = alert.acknowledgedBy;
  const condition = alert.condition;
  const where = href(board.district, 'alert', [alert.alert], { school: alert.school });
  return html`
    <li class="alert-item ${condition.severity}">
      <p class="head"><${Badge} value=${condition.severity}
        /> <strong>${valueWord(condition.trigger)}</strong>${' '}
        <span class="whom"><${Whom} board=${board} about=${condition} /></span></p>
      <p><a href=${where}><${Said} text=${condition.reason || valueWord(condition.trigger)}
        /></a></p>
      <div class="foot"><span>${valueWord(alert.state)}${by && html` (<bdi>${by}</bdi>)`}</span>
        ${
          Number(alert.snoozedUntilMs) > 0 &&
          html` · <span>
          ${t('alert.snoozed-until', { at: moment(alert.snoozedUntilMs, board.zone) })}</span>`
        }
        ${' · '}<span>${t('alert.raised', { at: moment(alert.raisedAtMs, board.zone) })}</span>
        <${Acknowledge} board=${board} alert=${alert} /></div>
    </li>`;
}

// The one thing that is done many times a morning, by one press; who does it is asked for once,
// where no credential says it.
export function Acknowledge({ board, alert }) {
  const [failed, setFailed] = useState('');
  const [asking, setAsking] = useState(false);
  if (alert.state !== 'ALERT_STATE_FIRING') return null;
  const path = `/v1/alerts/${encodeURIComponent(alert.alert)}:acknowledge`;
  const acknowledge = async () => {
    try {
      await board.api.send('POST', path, { school: alert.school, acknowledgedBy: me() }, newKey());
    } catch (error) {
      if (error.reason === 'WHO_MISSING') setAsking(true);
      else setFailed(error.message || t('answer.unreachable'));
    }
  };
  if (asking) {
    return html`<${CommandForm} board=${board} operation="AcknowledgeAlert"
      given=${{ alert: alert.alert, school: alert.school }} only=${['acknowledgedBy']} />`;
  }
  const name = t('alert.acknowledge-this', { what: alert.condition.reason.slice(0, 80) });
  return html` <button type="button" onClick=${acknowledge} aria-label=${name}>
      ${t('alert.acknowledge')}</button>
    ${failed && html`<span role="alert" class="refusal"><${Said} text=${failed} /></span>`}`;
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
  const { triggers = [], school, team, indicator } = silence.matcher ?? {};
  const about = [
    ...triggers.map(valueWord),
    school && board.names.school(school),
    team && board.names.team(school, team),
    indicator && board.names.indicator(indicator),
  ].filter(Boolean);
  return html`
    <p><${Name} text=${about.join(' · ') || t('silences.everything')} />:${' '}
      ${t('silences.until', { at: moment(silence.endsAtMs, board.zone) })} <${Name}
        text=${silence.comment} /></p>
    <${FoldedCommand} title=${t('silences.end')} board=${board} operation="EndSilence"
      given=${{ silence: silence.silence, school: school ?? '' }} done=${reload} />`;
}
