// The four questions, of a district or a school: each with its numbers as figures, and where more
// is.
import { html } from '../html.js';
import { useState } from '../hooks.js';
import { Bars } from '../pictures/bars.js';
import { Figure } from '../pictures/figure.js';
import { href } from '../router.js';
import { number, percent, t } from '../words.js';
import { AsOf, atLeast, struggling } from './counts.js';
import { Badge, Name, Said } from './said.js';
import { RootCauses } from './root_causes.js';
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
    isHidden: counts.suppressed,
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

// 3. What works.

function WhatWorks({ board, works }) {
  const count = (field) => works[field] ?? 0;
  const isAllKnown = count('notKnown') === 0;
  const sentence = t(isAllKnown ? 'q3.sentence.known' : 'q3.sentence', {
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
      <ul>
        <li>${open('offers', reach.offersOpen, reach.offersOverdue)}</li>
        <li>${open('commitments', reach.commitmentsOpen, reach.commitmentsOverdue)}</li>
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
  return count === 0 ? t(`q4.${key}-none`) : t(`q4.${key}`, { count, overdue });
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
      cell: (one) => (one.reach === undefined ? t('unknown-or-few') : percent(one.reach)),
    },
    {
      title: t('q4.fidelity'),
      numeric: true,
      cell: (one) => (one.fidelity === undefined ? t('unknown') : percent(one.fidelity)),
    },
    { title: t('q4.less'), cell: (one) => few(one).join(', ') || t('q4.nobody') },
  ];
}
