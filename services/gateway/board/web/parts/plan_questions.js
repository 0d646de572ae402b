// The six questions that a plan answers, and the pathway from evidence to its priorities.
import { html } from '../html.js';
import { readable } from '../names.js';
import { Figure } from '../pictures/figure.js';
import { date, number, percent, t } from '../words.js';
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
          <li key=${i}><${Said} text=${one.message} /></li>`,
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
      () => plan.practices.map((one) => html`<${Written} text=${one.statement || one.practice} />`),
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

// Which evidence shows which practice, and which indicator that serves: three columns, with a link
// a line.
function Pathway({ board, plan, pathway }) {
  const links = plan.practices.flatMap((practice) =>
    practice.indicators.flatMap((indicator) => {
      const sources = practice.evidenceSources.length > 0 ? practice.evidenceSources : [''];
      return sources.map((source) => ({ practice, indicator, source }));
    }),
  );
  const indicatorOf = (id) => plan.indicators.find((one) => one.indicator === id);
  const columns = [
    {
      title: t('pathway.source'),
      cell: (one) => html`<${Name} text=${one.source || t('nothing')} />`,
    },
    {
      title: t('practice'),
      cell: (one) => html`<${Written} text=${one.practice.statement || one.practice.practice} />`,
    },
    {
      title: t('indicator'),
      cell: (one) => html`<${Name} text=${board.names.indicator(one.indicator)} />`,
    },
    {
      title: t('pathway.priority'),
      cell: (one) => html`<${Name} text=${indicatorOf(one.indicator)?.priority ?? ''} />`,
    },
  ];
  const sentence = pathway?.valid
    ? t('pathway.valid')
    : t('pathway.broken', { count: pathway?.brokenLinks?.length ?? 0 });
  return html`
    <${Figure} title=${t('pathway.title')} sentence=${sentence} columns=${columns} rows=${links}>
      <div class="pathway">${links.map(
        (one, i) => html`
        <p key=${i}><span class="node">${readable(one.source) || t('nothing')}</span><span
          class="arrow">→</span>
          <span class="node">${readable(one.practice.practice)}</span><span class="arrow">→</span>
          <span class="node">${board.names.indicator(one.indicator)}</span><span
            class="arrow">→</span>
          <span class="node">${readable(indicatorOf(one.indicator)?.priority)}</span></p>`,
      )}</div>
    <//>
    ${
      pathway?.brokenLinks?.length > 0 &&
      html`<ul class="findings">${pathway.brokenLinks.map(
        (one, i) => html`
      <li key=${i}><${Said} text=${one.message} /></li>`,
      )}</ul>`
    }`;
}
