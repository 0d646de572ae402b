// An indicator of a team, or of all students of a school: its run chart with what happened beside
// it, and of a team those of its classes, its growth, and its gaps from window to window.
import { html } from '../html.js';
import { whereAllowed } from '../api.js';
import { FoldedCommand } from '../forms/command_form.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Growth } from '../parts/growth.js';
import { Heading } from '../parts/heading.js';
import { useFollowed } from '../parts/live_bar.js';
import { Hidden, Name, Said, Written } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { Figure } from '../pictures/figure.js';
import { RunChart } from '../pictures/run_chart.js';
import { Trend } from '../pictures/trend.js';
import { commandWord, date, language, number, signed, t, valueWord } from '../words.js';

const NEVER_BEGUN = ['CYCLE_STATE_CANCELLED', 'CYCLE_STATE_SCHEDULED'];

async function read(api, school, team, indicator) {
  const ofTeam = { school, team };
  const path = `/v1/schools/${encodeURIComponent(school)}`;
  const chart = api.get(`${path}/runChart`, { team, indicator });
  if (!team) return { chart: (await chart).chart, cycles: [], classes: [], growth: [], trends: [] };
  const ofClasses = `${path}/teams/${encodeURIComponent(team)}/classRunCharts`;
  const [answer, all, classes, growth, { trends }] = await Promise.all([
    chart,
    api.all('/v1/cycles', 'cycles', ofTeam),
    whereAllowed('ListClassRunCharts', () => api.get(ofClasses, { indicator }), { charts: [] }),
    api.get('/v1/growth', ofTeam),
    api.get('/v1/gapTrends', { ...ofTeam, indicator }),
  ]);
  const numbers = new Map(all.map((one) => [one.cycle, one.number]));
  const own = (rows) =>
    rows
      .filter((row) => row.indicator === indicator)
      .map((row) => ({ ...row, number: numbers.get(row.cycle) ?? row.cycle }));
  return {
    chart: answer.chart,
    cycles: all.filter((one) => !NEVER_BEGUN.includes(one.state)),
    classes: classes.charts,
    growth: own(growth.rows),
    trends,
  };
}

export function IndicatorPage({ board, route }) {
  const [school, ...rest] = route.args;
  const [indicator, team = ''] = rest.reverse();
  const answer = useAnswer(() => read(board.api, school, team, indicator), [...route.args]);
  useFollowed(board, answer, school, team || undefined);
  const given = { school, team, indicator };
  return html`
    <${Trail} ...${{ board, school, team }} />
    <${Heading}><${Name} text=${board.names.indicator(indicator)} /><//>
    <${Answered} answer=${answer}>
      ${(value) => html`
        <${Chart} board=${board} chart=${value.chart} cycles=${value.cycles} />
        <${FoldedCommand} title=${commandWord('SetRunChartBaseline')} ...${{ board, given }}
          operation="SetRunChartBaseline" done=${answer.reload} />
        ${value.classes.length > 1 && html`<${Classes} charts=${value.classes} />`}
        ${team && html`<${Growth} board=${board} rows=${value.growth} />`}
        ${value.trends.length > 0 && html`<${GapTrends} board=${board} trends=${value.trends} />`}`}
    <//>`;
}

// The weeks of a chart as a table.
function weekColumns() {
  return [
    { title: t('chart.week'), cell: (one) => date(one.week) },
    {
      title: t('chart.mean'),
      numeric: true,
      cell: (one) => {
        if (one.mean !== undefined) return number(one.mean, 1);
        const isFew = one.absent === 'ABSENCE_REASON_SMALL_CELL';
        return isFew ? html`<${Hidden} />` : valueWord(one.absent);
      },
    },
    {
      title: t('unit.students'),
      numeric: true,
      cell: (one) =>
        one.mean === undefined ? t('nothing') : t('at-least', { count: one.studentsAtLeast }),
    },
  ];
}

// The API's sentence says it in English.
function SentenceOf({ chart }) {
  const verdict = valueWord(chart.signal?.verdict ?? 'RUN_CHART_VERDICT_UNSPECIFIED');
  return html`${language !== 'en' && html`<strong>${verdict}</strong> · `}
    <${Said} text=${chart.sentence} />`;
}

function Chart({ board, chart, cycles }) {
  const begun = (week) => chart.baselines.find((one) => one.firstWeek === week);
  const columns = [
    ...weekColumns(),
    {
      title: t('chart.begins'),
      cell: (one) => html`<${Begins} baseline=${begun(one.week)} />`,
    },
  ];
  const sentence = html`<${SentenceOf} chart=${chart} />`;
  const decided = chart.baselines.filter((one) => one.decision);
  return html`
    <section aria-labelledby="chart"><h2 id="chart">${t('chart.title')}</h2>
      <${Figure} title=${t('chart.figure')} sentence=${sentence}
        columns=${columns} rows=${chart.points}>
        <${RunChart} chart=${chart} cycles=${cycles} />
        <p class="key">${keysOf(chart, cycles).join(' ')}</p><//>
      ${
        decided.length > 0 &&
        html`<ul>${decided.map(
          (one) => html`<li key=${one.firstWeek}>${date(one.decision.from)}:${' '}
          <${Begins} baseline=${one} /></li>`,
        )}</ul>`
      }
    </section>`;
}

// What the marks mean, of those that there are.
function keysOf({ points, baselines, desired }, cycles) {
  const there = {
    dot: points.some((one) => one.mean !== undefined),
    centre: baselines.some((one) => one.centre !== undefined),
    desired: Boolean(desired),
    few: points.some((one) => one.absent === 'ABSENCE_REASON_SMALL_CELL'),
    baseline: baselines.some((one) => one.decision),
    phases: cycles.length > 0,
  };
  return Object.keys(there)
    .filter((one) => there[one])
    .map((one) => t(`chart.key.${one}`));
}

// That the centre is computed anew, and why.
function Begins({ baseline }) {
  if (!baseline) return t('nothing');
  const centre =
    baseline.centre === undefined
      ? t('chart.centre-to-come')
      : t('chart.centre', { centre: number(baseline.centre, 1) });
  const reason = baseline.decision?.reason;
  return html`${centre}${reason && html` · <${Written} text=${reason} />`}`;
}

// The classes of the team beside each other, on one scale.
function Classes({ charts }) {
  return html`
    <section aria-labelledby="classes"><h2 id="classes">${t('classes.title')}</h2>
      <p>${t('classes.why')}</p>
      <div class="multiples">${charts.map(
        (one) => html`<${Figure} key=${one.classId} title=${t('classes.one', { what: one.classId })}
          sentence=${html`<${SentenceOf} chart=${one} />`} columns=${weekColumns()}
          rows=${one.points}>
          <${RunChart} chart=${one} cycles=${[]} among=${charts} height=${130} /><//>`,
      )}</div>
      <p class="key">${keysOf({ ...charts[0], points: charts.flatMap((one) => one.points) }, [])
        .join(' ')}</p>
    </section>`;
}

// How the gap of each group went from window to window.
function GapTrends({ board, trends }) {
  const shown = (field, format) => (one) =>
    one[field] === undefined ? html`<${Hidden} />` : format(one[field]);
  const columns = [
    {
      title: t('gaps.window'),
      cell: (one) => `${date(one.firstDay)} – ${date(one.lastDay)}`,
    },
    { title: t('gaps.g'), numeric: true, cell: shown('g', signed) },
    { title: t('gaps.low'), numeric: true, cell: shown('low', signed) },
    { title: t('gaps.high'), numeric: true, cell: shown('high', signed) },
    { title: t('gaps.group'), numeric: true, cell: shown('groupCount', number) },
    { title: t('gaps.others'), numeric: true, cell: shown('complementCount', number) },
  ];
  return html`
    <section aria-labelledby="gaps"><h2 id="gaps">${t('gaps.title')}</h2>
      <p>${t('gaps.why')}</p>
      <div class="multiples">${trends.map(
        (one) => html`<${Figure} key=${one.group} title=${board.names.group(one.group)}
          sentence=${html`<${Said} text=${one.sentence} />`} columns=${columns} rows=${one.points}>
          <${Trend} points=${one.points} among=${trends.flatMap((each) => each.points)} /><//>`,
      )}</div>
      <p class="key">${t('gaps.key')}</p>
    </section>`;
}
