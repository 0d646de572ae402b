// The six questions that a plan answers, and the pathway from evidence to its priorities.
import { html } from '../html.js';
import { capitalized, readable } from '../names.js';
import { Figure } from '../pictures/figure.js';
import { date, number, percent, reasonText, t } from '../words.js';
import { Badge, Name, Said, Written } from './said.js';

export function PlanQuestions({ board, plan, checks, pathway }) {
  return html`
    <ol class="questions">
      ${checks.map(
        (check) => html`<li key=${check.question}>
        <p><strong>${t(`plan.q${check.question}`)}</strong> <${Badge}
          value=${check.completeness} /></p>
        <${Answer} board=${board} plan=${plan} question=${check.question} />
        ${
          check.findings.length > 0 &&
          html`<ul class="findings">${check.findings.map(
            (one, i) => html`
          <li key=${i}><${Said} text=${reasonText(one.reason, one.message)} /></li>`,
          )}</ul>`
        }
      </li>`,
      )}
    </ol>
    <${Pathway} board=${board} plan=${plan} pathway=${pathway} />`;
}

function Answer({ board, plan, question }) {
  const lines =
    [
      () => plan.priorities.map((one) => html`<${Written} text=${one.statement} />`),
      () =>
        plan.measures.map(
          (one) => html`<${Written} text=${one.statement} /> · ${measureText(one)}`,
        ),
      () =>
        plan.indicators.map(
          (one) =>
            html`<${Name} text=${board.names.indicator(one.indicator)} /> · ${indicatorText(one)}`,
        ),
      () => plan.practices.map(
          (one) =>
            html`<${Written} text=${one.statement || board.names.practice(one.practice)} />`,
        ),
      () =>
        plan.evidenceUse
          ? [
              html`<${Written} text=${plan.evidenceUse.statement}
                /> · ${evidenceText(plan.evidenceUse)}`,
            ]
          : [],
      () => plan.timeframes.map((one) => html`<${Written} text=${one.statement} />`),
    ][question - 1]?.() ?? [];
  return html`<ul class="plain">${lines.map((line, i) => html`<li key=${i}>${line}</li>`)}</ul>`;
}

function measureText(one) {
  if (one.baseline === undefined || one.target === undefined || !one.date) return '';
  return t('plan.measure', {
    baseline: number(one.baseline, 1),
    target: number(one.target, 1),
    date: date(one.date),
  });
}

function indicatorText(one) {
  const growth = one.desiredGrowthPerYear;
  const seen = t('plan.observed', { count: one.observationsPerYear ?? 0 });
  return growth === undefined ? seen : `${seen} ${t('plan.growth', { share: percent(growth) })}`;
}

function evidenceText(use) {
  return use.feedbackDays ? t('plan.feedback', { count: use.feedbackDays }) : '';
}

const LONGEST_NODE = 60;

function cut(text) {
  return text.length <= LONGEST_NODE ? text : `${text.slice(0, LONGEST_NODE)}…`;
}

// Each way from evidence to a priority: {source, practice, indicator, priority}, ids, those empty
// that the plan does not have. What leads nowhere, or is reached by nothing, has a way, too.
function waysOf(plan) {
  const indicatorOf = (id) => plan.indicators.find((one) => one.indicator === id);
  const priorityOf = (id) => {
    const priority = indicatorOf(id)?.priority ?? '';
    return plan.priorities.some((one) => one.priority === priority) ? priority : '';
  };
  const orNone = (ids) => (ids.length > 0 ? ids : ['']);
  const through = plan.practices.flatMap(({ practice, indicators, evidenceSources }) =>
    orNone(indicators).flatMap((indicator) =>
      orNone(evidenceSources).map((source) => ({
        source,
        practice,
        indicator: indicatorOf(indicator) ? indicator : '',
        priority: priorityOf(indicator),
      })),
    ),
  );
  const served = new Set(through.map((one) => one.indicator));
  const unserved = plan.indicators
    .filter((one) => !served.has(one.indicator))
    .map(({ indicator }) => ({
      source: '',
      practice: '',
      indicator,
      priority: priorityOf(indicator),
    }));
  const ways = [...through, ...unserved];
  const reached = new Set(ways.map((one) => one.priority));
  const unreached = plan.priorities
    .filter((one) => !reached.has(one.priority))
    .map(({ priority }) => ({ source: '', practice: '', indicator: '', priority }));
  return [...ways, ...unreached];
}

// Which evidence shows which practice, and which indicator that serves: a way a line.
export function Pathway({ board, plan, pathway }) {
  const statementOf = (list, field, id) => {
    const one = list.find((each) => each[field] === id);
    return id && (one?.statement || readable(id));
  };
  const words = {
    source: (id) => id && board.names.assessment(id),
    practice: (id) => statementOf(plan.practices, 'practice', id),
    indicator: (id) => {
      const one = plan.indicators.find((each) => each.indicator === id);
      return id && (capitalized(one?.statement) || board.names.indicator(id));
    },
    priority: (id) => statementOf(plan.priorities, 'priority', id),
  };
  const titles = {
    source: t('pathway.source'),
    practice: t('practice'),
    indicator: t('indicator'),
    priority: t('pathway.priority'),
  };
  const columns = Object.keys(titles).map((part) => ({
    title: titles[part],
    cell: (way) => html`<${Written} text=${words[part](way[part])} />`,
  }));
  const ways = waysOf(plan);
  const broken = pathway?.brokenLinks ?? [];
  const sentence = pathway?.valid
    ? t('pathway.valid')
    : t('pathway.broken', { count: broken.length });
  const node = (way, part) =>
    way[part]
      ? html`<span class="node">${cut(words[part](way[part]))}</span>`
      : html`<span class="node missing">${t('pathway.missing', { what: titles[part] })}</span>`;
  return html`
    <${Figure} title=${t('pathway.title')} sentence=${sentence} columns=${columns} rows=${ways}>
      <div class="pathway">${ways.map(
        (way, i) => html`
        <p key=${i}>${Object.keys(titles).map(
          (part, at) => html`${at > 0 && html`<span
            class="arrow">→</span> `}${node(way, part)} `,
        )}</p>`,
      )}</div>
    <//>
    ${
      broken.length > 0 &&
      html`<ul class="findings">${broken.map(
        (one, i) => html`
      <li key=${i}><${Said} text=${reasonText(one.reason, one.message)} /></li>`,
      )}</ul>`
    }`;
}
