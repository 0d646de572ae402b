// The second of the four questions: what teams named, where scores differ, and which gaps widened.
import { html } from '../html.js';
import { Stack } from '../pictures/bars.js';
import { Figure } from '../pictures/figure.js';
import { number, percent, t } from '../words.js';
import { AsOf, struggling } from './counts.js';
import { Hidden, Name, Said, Written } from './said.js';
import { Table } from './table.js';

export function RootCauses({ board, school, causes, differ, cell }) {
  const named = t('q2.named', { count: causes.teamsThatNamed ?? 0, teams: causes.teams ?? 0 });
  return html`
    <section aria-labelledby="q2"><h2 id="q2">${t('q2.title')}</h2>
      <p>${named}</p>
      <${NamedCauses} board=${board} cell=${cell} title=${t('q2.problems')}
        causes=${causes.problems ?? []} isOfSchools=${school === ''} />
      <${NamedCauses} board=${board} cell=${cell} title=${t('q2.challenges')}
        causes=${causes.challenges ?? []} />
      <${Differences} board=${board} variances=${differ.variances ?? []} />
      <${WidenedGaps} board=${board} gaps=${causes.gaps ?? []} />
      <${AsOf} board=${board} ms=${causes.asOfMs} />
    </section>`;
}

function NamedCauses({ board, title, causes, cell, isOfSchools }) {
  const columns = [
    {
      title: t('q2.statement'),
      cell: (cause) =>
        html`<${Written} text=${cause.statement || board.names.problem(cause.problem)} />`,
    },
    isOfSchools && {
      title: t('school'),
      cell: (cause) =>
        cause.school ? html`<${Name} text=${board.names.school(cause.school)} />` : t('nothing'),
    },
    { title: t('q2.teams'), numeric: true, cell: (cause) => number(cause.teams) },
    { title: t('q2.schools'), numeric: true, cell: (cause) => number(cause.schools) },
    {
      title: t('q2.indicators'),
      cell: (cause) => html`<${Name}
        text=${cause.indicators.map((one) => board.names.indicator(one)).join(', ')} />`,
    },
    {
      title: t('q1.struggling'),
      numeric: true,
      cell: (cause) =>
        cause.suppressed
          ? html`<${Hidden} />`
          : cause.strugglingAtLeast === undefined
            ? t('unknown')
            : struggling(cause, cell),
    },
  ];
  return html`<${Table} caption=${title} columns=${columns.filter(Boolean)} rows=${causes}
    empty=${t('q2.nothing-named', { what: title })} />`;
}

const SHARES = ['studentShare', 'classShare', 'schoolShare'];

// Each under its number, by which the key names it.
function sharesOf(one) {
  const numbered = SHARES.map((field, i) => ({ share: one[field], letter: String(i + 1) }));
  return numbered.filter(({ share }) => share !== undefined);
}

function Differences({ board, variances }) {
  const name = (one) => board.names.assessment(one.assessment);
  if (variances.length === 0) return html`<p class="quiet">${t('q2.no-variance')}</p>`;
  const share = (field) => (one) => (one[field] === undefined ? t('unknown') : percent(one[field]));
  const columns = [
    { title: t('q2.assessment'), cell: (one) => html`<${Name} text=${name(one)} />` },
    ...SHARES.map((field) => ({ title: t(`q2.${field}`), numeric: true, cell: share(field) })),
    { title: t('q2.results'), numeric: true, cell: (one) => number(one.resultCount) },
  ];
  const first = variances.find((one) => one.studentShare !== undefined);
  const sentence = first
    ? t('q2.sentence', { what: name(first), within: percent(first.studentShare) })
    : t('q2.no-variance');
  return html`
    <${Figure} title=${t('q2.differences')} sentence=${sentence} columns=${columns}
      rows=${variances}>
      ${variances.map(
        (one) => html`<div class="row" key=${one.assessment}><span
          class="row-label">${name(one)}</span>
        <${Stack} shares=${sharesOf(one)} />
        <span class="row-note"></span></div>`,
      )}
      <p class="key">${SHARES.map((field, i) => `${i + 1} ${t(`q2.${field}`)}`).join(' · ')}</p>
    <//>`;
}

function whoseOf(board, { school, team }) {
  if (!school) return board.about.name;
  return team ? board.names.teamOfSchool(school, team) : board.names.school(school);
}

function WidenedGaps({ board, gaps }) {
  if (gaps.length === 0) return html`<p>${t('q2.no-gap')}</p>`;
  const columns = [
    {
      title: t('q1.where'),
      cell: (gap) =>
        html`<${Name} text=${whoseOf(board, gap)} />`,
    },
    { title: t('q2.group'), cell: (gap) => html`<${Name} text=${board.names.group(gap.group)} />` },
    {
      title: t('q2.indicators'),
      cell: (gap) => html`<${Name} text=${board.names.indicator(gap.indicator)} />`,
    },
    { title: t('q2.finding'), cell: (gap) => html`<${Said} text=${gap.finding} />` },
  ];
  return html`<${Table} caption=${t('q2.gaps')} columns=${columns} rows=${gaps} />`;
}
