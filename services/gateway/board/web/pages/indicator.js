// An indicator of a team, or of all students of a school: its run chart with what happened beside
// it, and of a team its growth and its gaps, cycle by cycle.
import { html } from '../html.js';
import { FoldedCommand } from '../forms/command_form.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Growth } from '../parts/growth.js';
import { Heading } from '../parts/heading.js';
import { useFollowed } from '../parts/live_bar.js';
import { Hidden, Name, Said, Written } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { Figure } from '../pictures/figure.js';
import { Intervals } from '../pictures/intervals.js';
import { RunChart } from '../pictures/run_chart.js';
import { commandWord, date, language, number, signed, t, valueWord } from '../words.js';

const NEVER_BEGUN = ['CYCLE_STATE_CANCELLED', 'CYCLE_STATE_SCHEDULED'];

async function read(api, school, team, indicator) {
  const ofTeam = { school, team };
  const chart = api.get(`/v1/schools/${encodeURIComponent(school)}/runChart`, { team, indicator });
  if (!team) return { chart: (await chart).chart, cycles: [], growth: [], gaps: [] };
  const [answer, all, growth, gaps] = await Promise.all([
    chart,
    api.all('/v1/cycles', 'cycles', ofTeam),
    api.get('/v1/growth', ofTeam),
    api.get('/v1/gaps', ofTeam),
  ]);
  const numbers = new Map(all.map((one) => [one.cycle, one.number]));
  const own = (rows) =>
    rows
      .filter((row) => row.indicator === indicator)
      .map((row) => ({ ...row, number: numbers.get(row.cycle) ?? row.cycle }));
  return {
    chart: answer.chart,
    cycles: all.filter((one) => !NEVER_BEGUN.includes(one.state)),
    growth: own(growth.rows),
    gaps: own(gaps.rows),
  };
}

export function IndicatorPage({ board, route }) {
  const [school, ...rest] = route.args;
  const [indicator, team = ''] = rest.reverse();
  const answer = useAnswer(() => read(board.api, school, team, indicator), [...route.args]);
  useFollowed(board, answer, school);
  const given = { school, team, indicator };
  return html`
    <${Trail} ...${{ board, school, team }} />
    <${Heading}><${Name} text=${board.names.indicator(indicator)} /><//>
    <${Answered} answer=${answer}>
      ${(value) => html`
        <${Chart} board=${board} chart=${value.chart} cycles=${value.cycles} />
        <${FoldedCommand} title=${commandWord('SetRunChartBaseline')} ...${{ board, given }}
          operation="SetRunChartBaseline" done=${answer.reload} />
        ${team && html`<${Growth} board=${board} rows=${value.growth} />`}
        ${value.gaps.length > 0 && html`<${Gaps} board=${board} rows=${value.gaps} />`}`}
    <//>`;
}

function Chart({ board, chart, cycles }) {
  const begun = (week) => chart.baselines.find((one) => one.firstWeek === week);
  const columns = [
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
    {
      title: t('chart.begins'),
      cell: (one) => html`<${Begins} baseline=${begun(one.week)} />`,
    },
  ];
  const verdict = valueWord(chart.signal?.verdict ?? 'RUN_CHART_VERDICT_UNSPECIFIED');
  // The API's sentence says it in English.
  const sentence = html`${language !== 'en' && html`<strong>${verdict}</strong> · `}
    <${Said} text=${chart.sentence} />`;
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

function Gaps({ board, rows }) {
  const label = (row) =>
    `${board.names.group(row.group)} · ${t('growth.cycle', { n: row.number })}`;
  const sorted = rows.slice().sort((a, b) => a.group.localeCompare(b.group));
  const sd = (field) => (row) =>
    row.gap?.[field] === undefined ? html`<${Hidden} />` : signed(row.gap[field]);
  const columns = [
    { title: t('q2.group'), cell: label },
    { title: t('gaps.before'), numeric: true, cell: sd('baselineG') },
    { title: t('gaps.now'), numeric: true, cell: sd('currentG') },
  ];
  const drawn = sorted.map((row) => ({
    label: label(row),
    value: row.gap?.currentG,
    wanted: row.gap?.baselineG,
    isHidden: row.suppressed,
  }));
  return html`
    <section aria-labelledby="gaps"><h2 id="gaps">${t('gaps.title')}</h2>
      <${Figure} title=${t('gaps.figure')} sentence=${t('gaps.key')} columns=${columns}
        rows=${sorted}><${Intervals} rows=${drawn} unit=${t('unit.sd')} /><//></section>`;
}
