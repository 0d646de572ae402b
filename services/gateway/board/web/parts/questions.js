// The four questions, of a district or a school: each with its numbers as figures, and where more
// is.
import { html } from '../html.js';
import { useState } from '../hooks.js';
import { Bars, Stack } from '../pictures/bars.js';
import { Figure } from '../pictures/figure.js';
import { href } from '../router.js';
import { moment, number, percent, t, valueWord } from '../words.js';
import { Badge, Hidden, Name, Said, Written } from './said.js';
import { Table } from './table.js';
import { TriedPractices } from './tried_practices.js';

export function Questions({ board, answer, school }) {
  const more = { board, school };
  const cell = answer.struggling?.smallestCell || board.about.policy?.smallestCell;
  return html`
    <${WhoStruggles} ...${more} cell=${cell} who=${answer.struggling?.whoStruggles ?? {}} />
    <${RootCauses} ...${more} cell=${cell} causes=${answer.namedCauses ?? {}}
      differ=${answer.struggling?.whereScoresDiffer ?? {}} />
    <${WhatWorks} ...${more} works=${answer.whatWorks ?? {}} />
    <${Reach} ...${more} reach=${answer.reach ?? {}} />`;
}

function AsOf({ board, ms }) {
  return Number(ms) > 0
    ? html`<p class="as-of">${t('as-of', { at: moment(ms, board.zone) })}</p>`
    : null;
}

export function atLeast(count) {
  return count === undefined ? html`<${Hidden} />` : t('at-least', { count: number(count) });
}

// Counts are whole smallest cells: "none" of them is fewer than one, not nobody.
function struggling(counts, cell) {
  if (counts.strugglingAtLeast === undefined) return html`<${Hidden} />`;
  return counts.strugglingAtLeast === 0
    ? t('struggling.few', { cell })
    : t('at-least', { count: number(counts.strugglingAtLeast) });
}

// 1. Who struggles most.

const VIEWS = ['byIndicator', 'bySchool', 'byGroup', 'byClass'];

function WhoStruggles({ board, who, cell }) {
  const views = VIEWS.filter((view) => (who[view] ?? []).length > 0);
  const [chosen, setChosen] = useState('byIndicator');
  const view = views.includes(chosen) ? chosen : views[0];
  return html`
    <section aria-labelledby="q1"><h2 id="q1">${t('q1.title')}</h2>
      ${
        views.length === 0
          ? html`<p class="quiet">${t('q1.none')}</p>`
          : html`
        <div class="choice" role="group" aria-label=${t('q1.view')}>
          ${views.map(
            (one) => html`<button key=${one} type="button" aria-pressed=${one === view}
            onClick=${() => setChosen(one)}>${t(`q1.${one}`)}</button>`,
          )}</div>
        <${Struggling} board=${board} places=${who[view]} view=${view} cell=${cell} />`
      }
      <${AsOf} board=${board} ms=${who.asOfMs} />
    </section>`;
}

function placeName(board, place, view) {
  const indicator = board.names.indicator(place.indicator);
  if (view === 'byIndicator') return indicator;
  const whom = {
    bySchool: board.names.school(place.school),
    byGroup: board.names.group(place.group),
    byClass: `${board.names.school(place.school)}, ${place.classId}`,
  }[view];
  return `${whom} · ${indicator}`;
}

function strugglingSentence(board, places, view) {
  const most = places.find(({ counts }) => counts.strugglingAtLeast > 0 && counts.studentsAtLeast);
  if (!most) return t('q1.sentence.none');
  return t('q1.sentence', {
    where: placeName(board, most, view),
    count: most.counts.strugglingAtLeast,
    of: most.counts.studentsAtLeast,
  });
}

function Struggling({ board, places, view, cell }) {
  const rows = places.map(({ counts, ...place }) => ({
    label: placeName(board, place, view),
    value: counts.strugglingAtLeast,
    of: counts.studentsAtLeast,
    note: noteOf(counts, cell),
  }));
  const column = (title, field) => ({
    title,
    numeric: true,
    cell: ({ counts }) => atLeast(counts[field]),
  });
  const columns = [
    {
      title: t('q1.where'),
      cell: (place) => html`<${Name} text=${placeName(board, place, view)} />`,
    },
    column(t('q1.students'), 'studentsAtLeast'),
    { title: t('q1.struggling'), numeric: true, cell: ({ counts }) => struggling(counts, cell) },
    column(t('q1.persisting'), 'persistingAtLeast'),
    column(t('q1.new'), 'newAtLeast'),
    column(t('q1.recovered'), 'recoveredAtLeast'),
  ];
  return html`
    <${Figure}
      title=${t(`q1.${view}`)} sentence=${strugglingSentence(board, places, view)}
      columns=${columns} rows=${places}>
      <${Bars} rows=${rows} unit=${t('unit.students')} />
    <//>`;
}

function noteOf(counts, cell) {
  if (counts.strugglingAtLeast === undefined) return '';
  if (counts.strugglingAtLeast === 0) return t('struggling.few', { cell });
  if (counts.studentsAtLeast === undefined)
    return t('at-least', { count: counts.strugglingAtLeast });
  return t('q1.note', { count: counts.strugglingAtLeast, of: counts.studentsAtLeast });
}

// 2. Root causes.

function RootCauses({ board, causes, differ, cell }) {
  const named = t('q2.named', { count: causes.teamsThatNamed ?? 0, teams: causes.teams ?? 0 });
  return html`
    <section aria-labelledby="q2"><h2 id="q2">${t('q2.title')}</h2>
      <p>${named}</p>
      <${NamedCauses} board=${board} cell=${cell} title=${t('q2.problems')}
        causes=${causes.problems ?? []} />
      <${NamedCauses} board=${board} cell=${cell} title=${t('q2.challenges')}
        causes=${causes.challenges ?? []} />
      <${Differences} variances=${differ.variances ?? []} />
      <${WidenedGaps} board=${board} gaps=${causes.gaps ?? []} />
      <${AsOf} board=${board} ms=${causes.asOfMs} />
    </section>`;
}

function NamedCauses({ board, title, causes, cell }) {
  const columns = [
    {
      title: t('q2.statement'),
      cell: (cause) => html`<${Written} text=${cause.statement || cause.problem} />`,
    },
    { title: t('q2.teams'), numeric: true, cell: (cause) => number(cause.teams) },
    { title: t('q2.schools'), numeric: true, cell: (cause) => number(cause.schools) },
    {
      title: t('q2.indicators'),
      cell: (cause) => cause.indicators.map((one) => board.names.indicator(one)).join(', '),
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
  return html`<${Table} caption=${title} columns=${columns} rows=${causes}
    empty=${t('q2.nothing-named', { what: title })} />`;
}

const SHARES = ['studentShare', 'classShare', 'schoolShare'];

// Each under its number, by which the key names it.
function sharesOf(one) {
  const numbered = SHARES.map((field, i) => ({ share: one[field], letter: String(i + 1) }));
  return numbered.filter(({ share }) => share !== undefined);
}

function Differences({ variances }) {
  if (variances.length === 0) return html`<p class="quiet">${t('q2.no-variance')}</p>`;
  const share = (field) => (one) => (one[field] === undefined ? t('unknown') : percent(one[field]));
  const columns = [
    { title: t('q2.assessment'), cell: (one) => one.assessment },
    ...SHARES.map((field) => ({ title: t(`q2.${field}`), numeric: true, cell: share(field) })),
    { title: t('q2.results'), numeric: true, cell: (one) => number(one.resultCount) },
  ];
  const first = variances.find((one) => one.studentShare !== undefined);
  const sentence = first
    ? t('q2.sentence', { what: first.assessment, within: percent(first.studentShare) })
    : t('q2.no-variance');
  return html`
    <${Figure} title=${t('q2.differences')} sentence=${sentence} columns=${columns}
      rows=${variances}>
      ${variances.map(
        (one) => html`<div class="row" key=${one.assessment}><span
          class="row-label">${one.assessment}</span>
        <${Stack} shares=${sharesOf(one)} />
        <span class="row-note"></span></div>`,
      )}
      <p class="key">${SHARES.map((field, i) => `${i + 1} ${t(`q2.${field}`)}`).join(' · ')}</p>
    <//>`;
}

function WidenedGaps({ board, gaps }) {
  if (gaps.length === 0) return html`<p>${t('q2.no-gap')}</p>`;
  const columns = [
    {
      title: t('q1.where'),
      cell: (gap) =>
        html`<${Name} text=${gap.school ? board.names.school(gap.school) : board.about.name} />`,
    },
    { title: t('q2.group'), cell: (gap) => html`<${Name} text=${board.names.group(gap.group)} />` },
    { title: t('q2.indicators'), cell: (gap) => board.names.indicator(gap.indicator) },
    { title: t('q2.finding'), cell: (gap) => html`<${Said} text=${gap.finding} />` },
  ];
  return html`<${Table} caption=${t('q2.gaps')} columns=${columns} rows=${gaps} />`;
}

// 3. What works.

function WhatWorks({ board, works }) {
  const count = (field) => works[field] ?? 0;
  const sentence = t('q3.sentence', {
    helps: count('helps'),
    none: count('none'),
    harms: count('harms'),
    unknown: count('notKnown'),
  });
  return html`
    <section aria-labelledby="q3"><h2 id="q3">${t('q3.title')}</h2>
      <${TriedPractices} board=${board} practices=${works.practices ?? []} sentence=${sentence} />
      <${AsOf} board=${board} ms=${works.asOfMs} />
    </section>`;
}

// 4. Does it reach everybody.

function Reach({ board, reach, school }) {
  const practices = reach.practices ?? [];
  const rows = practices
    .filter((one) => one.reach !== undefined)
    .map((one) => ({
      label: one.name,
      value: one.reach,
      of: 1,
      note: percent(one.reach),
    }));
  return html`
    <section aria-labelledby="q4"><h2 id="q4">${t('q4.title')}</h2>
      ${practices
        .filter((one) => one.warning)
        .map(
          (one) => html`<p key=${one.practice}
        class="notice"><${Said} text=${one.warning} /></p>`,
        )}
      <${Figure} title=${t('q4.reach')} sentence=${reachSentence(practices)}
        columns=${reachColumns(board)} rows=${practices}>
        ${
          rows.length > 0 &&
          html`<${Bars} rows=${rows} unit=${t('unit.reach')} most=${1}
          format=${(value) => percent(value)} />`
        }
      <//>
      <ul class="facts">
        <li>${open('q4.offers', reach.offersOpen, reach.offersOverdue)}</li>
        <li>${open('q4.commitments', reach.commitmentsOpen, reach.commitmentsOverdue)}</li>
      </ul>
      ${
        school === '' &&
        html`<p><a
        href=${href(board.district, 'practices')}>${t('q4.practices')}</a></p>`
      }
      <${AsOf} board=${board} ms=${reach.asOfMs} />
    </section>`;
}

function open(key, count = 0, overdue = 0) {
  return t(key, { count, overdue });
}

function reachSentence(practices) {
  const first = practices.find((one) => one.reach !== undefined);
  return first ? t('q4.sentence', { name: first.name, share: percent(first.reach) }) : t('q4.none');
}

function reachColumns(board) {
  const few = (one) =>
    one.representativeness
      .filter((group) => group.isReachedLess)
      .map((group) => (group.group ? board.names.group(group.group) : t('q4.struggling')));
  return [
    {
      title: t('practice'),
      cell: (one) =>
        html`<a href=${href(board.district, 'practice', [one.practice])}><${Name} text=${one.name}
          /></a>`,
    },
    { title: t('q4.standing'), cell: (one) => html`<${Badge} value=${one.standing} />` },
    { title: t('q4.teams'), numeric: true, cell: (one) => number(one.teams) },
    {
      title: t('q4.reach-short'),
      numeric: true,
      cell: (one) => (one.reach === undefined ? html`<${Hidden} />` : percent(one.reach)),
    },
    {
      title: t('q4.fidelity'),
      numeric: true,
      cell: (one) => (one.fidelity === undefined ? t('unknown') : percent(one.fidelity)),
    },
    { title: t('q4.less'), cell: (one) => few(one).join(', ') || t('q4.nobody') },
  ];
}
