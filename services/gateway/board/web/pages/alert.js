// One alert: what was found, on which numbers, what led to it, and what can be done.
import { html } from '../html.js';
import { FoldedCommand } from '../forms/command_form.js';
import { isGap } from '../live.js';
import { Acknowledge, Whom } from '../parts/alert_item.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Heading } from '../parts/heading.js';
import { useStream } from '../parts/live_bar.js';
import { Badge, Hidden, Name, Said } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { effectText } from '../parts/tried_practices.js';
import { href } from '../router.js';
import { moment, number, percent, signed, t, valueWord } from '../words.js';

export function AlertPage({ board, route }) {
  const [id] = route.args;
  const { school = '' } = route.query;
  const answer = useAnswer(
    () => board.api.get(`/v1/alerts/${encodeURIComponent(id)}:explain`, { school }),
    [id, school],
  );
  useStream(
    answer.value === null
      ? null
      : {
          path: '/v1/alerts:watch',
          query: { district: board.district, school },
          take: (events) => isAbout(events, id) && answer.reload(),
        },
    [id, school, answer.value === null],
  );
  return html`
    <${Trail} board=${board} school=${school} />
    <${Answered} answer=${answer} title=${t('alert.title')}>
      ${(value) => html`<${Alert} board=${board} alert=${value.alert} causes=${value.causes}
        reload=${answer.reload} />`}
    <//>`;
}

function isAbout(events, id) {
  return events.some((one) => isGap(one) || one.data[one.name]?.alert?.alert === id);
}

function Alert({ board, alert, causes, reload }) {
  const at = (ms) => moment(ms, board.zone);
  const condition = alert.condition;
  return html`
    <${Heading}>${valueWord(condition.trigger)}<//>
    <p><${Badge} value=${condition.severity} /> <${Badge} value=${alert.state} />${' '}
      <${Whom} board=${board} about=${condition} /></p>
    <p class="lead"><${Said} text=${condition.reason} /></p>
    <p>${t('alert.raised', { at: moment(alert.raisedAtMs, board.zone) })}
      ${Number(alert.resolvedAtMs) > 0 && ` ${t('alert.resolved', { at: at(alert.resolvedAtMs) })}`}
      ${
        Number(alert.snoozedUntilMs) > 0 &&
        ` ${t('alert.snoozed-until', { at: at(alert.snoozedUntilMs) })}`
      }
      ${
        alert.acknowledgedBy &&
        html` ${t('alert.in-hand')} <${Name} text=${alert.acknowledgedBy}
        />`
      }</p>
    <${Actions} board=${board} alert=${alert} reload=${reload} />
    <${Numbers} condition=${condition} suppressed=${alert.suppressed} />
    <${Causes} board=${board} causes=${causes} />`;
}

function interval(low, high, digits) {
  return [low, high].every(Number.isFinite)
    ? t('interval', { low: signed(low, digits), high: signed(high, digits) })
    : t('interval.none');
}

function adderTo(rows) {
  return (key, value) => value !== undefined && rows.push([t(`numbers.${key}`), value]);
}

// [what, value] of the numbers that it was decided on.
function rowsOf({ evidence, gap, practice }) {
  const rows = [];
  const row = adderTo(rows);
  if (evidence?.matched !== undefined) evidenceRows(row, evidence);
  if (gap?.difference !== undefined) gapRows(row, gap);
  const pooled = practice?.assessment?.pooled;
  if (pooled?.effect !== undefined) {
    row('effect', effectText(pooled));
    row('rests-on', t('practice.rests-on', pooled));
    row('i-squared', percent(pooled.iSquared));
  }
  return rows;
}

// Scores are in percent of their scale, or in standard deviations of the district.
function inUnits(basis) {
  const isRelative = basis === 'BASIS_RELATIVE';
  const digits = isRelative ? 2 : 1;
  const unit = t(isRelative ? 'unit.sd' : 'unit.scale');
  return {
    plain: (value) => (Number.isFinite(value) ? `${signed(value, digits)} ${unit}` : undefined),
    bounded: (value, low, high) =>
      `${signed(value, digits)} ${unit} ${interval(low, high, digits)}`,
  };
}

function evidenceRows(row, evidence) {
  const { plain, bounded } = inUnits(evidence.basis);
  row('matched', number(evidence.matched));
  row('change', bounded(evidence.meanChange, evidence.watchedLow, evidence.watchedHigh));
  row('desired', plain(evidence.desiredToDate));
  row('basis', valueWord(evidence.basis));
}

function gapRows(row, gap) {
  row('gap', inUnits(gap.basis).bounded(gap.difference, gap.differenceLow, gap.differenceHigh));
  if (gap.differenceSd !== undefined) row('gap-sd', signed(gap.differenceSd, 2));
}

// Of the test by which it was decided, for those who want to do it again.
function rowsOfTest(test) {
  const rows = [];
  const row = adderTo(rows);
  if (test.t !== undefined) row('t', signed(test.t, 2));
  if (test.degreesOfFreedom !== undefined) row('df', number(test.degreesOfFreedom, 0));
  if (test.information !== undefined) row('s', number(test.information, 1));
  row(
    'log-e',
    t('numbers.log-e.value', {
      is: number(test.logEvidence, 2),
      needed: number(test.logThreshold, 2),
    }),
  );
  row('questions', number(test.questions));
  if (test.students !== undefined) row('students', number(test.students));
  return rows;
}

function Numbers({ condition, suppressed }) {
  const rows = rowsOf(condition);
  if (rows.length === 0 && !condition.test && !suppressed) return null;
  return html`
    <section aria-labelledby="numbers"><h2 id="numbers">${t('alert.numbers')}</h2>
      ${suppressed && html`<p><${Hidden} /></p>`}
      <${Rows} rows=${rows} />
      ${
        condition.test &&
        html`<details><summary>${t('alert.test')}</summary>
        <${Rows} rows=${rowsOfTest(condition.test)} /></details>`
      }
    </section>`;
}

function Rows({ rows }) {
  return html`<dl class="numbers">${rows.map(
    ([what, value]) => html`<div
    key=${what}><dt>${what}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

function Causes({ board, causes }) {
  return html`
    <section aria-labelledby="why"><h2 id="why">${t('alert.why')}</h2>
      <ol class="chain">
        ${causes.map(
          (cause) => html`<li key=${cause.id}>
          <p><${Said} text=${cause.summary} /></p>
          <p class="foot"><time
            datetime=${new Date(Number(cause.timeMs)).toISOString()}>
            ${moment(cause.timeMs, board.zone)}</time>
            ${' '}<code>${cause.id}</code></p></li>`,
        )}
      </ol>
    </section>`;
}

function Actions({ board, alert, reload }) {
  const { condition } = alert;
  const given = { alert: alert.alert, school: alert.school };
  const silence = {
    silence: {
      matcher: { triggers: [condition.trigger], school: alert.school, team: condition.team },
    },
  };
  const review = condition.review && !condition.plan;
  return html`
    <section aria-labelledby="do"><h2 id="do">${t('alert.do')}</h2>
      <div><${Acknowledge} board=${board} alert=${alert} /></div>
      ${
        review &&
        html`<${FoldedCommand} title=${t('alert.answer-review')} board=${board}
          operation="AnswerReview"
        given=${{ school: alert.school, review: condition.review }}
        only=${['answer', 'adjustment']} done=${reload} />`
      }
      ${
        condition.plan &&
        html`<${FoldedCommand} title=${t('alert.answer-plan-review')} board=${board}
          operation="AnswerPlanReview"
        given=${{ school: alert.school, plan: condition.plan }}
        only=${['answer', 'reason']} done=${reload} />`
      }
      <${FoldedCommand} title=${t('alert.acknowledge-by')} board=${board}
        operation="AcknowledgeAlert" given=${given} done=${reload} />
      <${FoldedCommand} title=${t('alert.snooze')} board=${board} operation="SnoozeAlert"
        given=${given} done=${reload} />
      <${FoldedCommand} title=${t('alert.silence')} board=${board} operation="CreateSilence"
        given=${silence}
        only=${['silence']} done=${reload} />
      <p><a href=${href(board.district, 'alerts', [], { trigger: condition.trigger })}>
        ${t('alert.alike')}</a></p>
    </section>`;
}
