// Results that were set aside, by what is wrong with them, to be released once that is mended, or
// given up.
import { html } from '../html.js';
import { FoldedCommand } from '../forms/command_form.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { useFollowed } from '../parts/live_bar.js';
import { Name, Said } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { Table } from '../parts/table.js';
import { href, replace } from '../router.js';
import { moment, number, spelled, t } from '../words.js';
import { Filter } from './alerts.js';

const MOST = 5000;
const AT_ONCE = 500; // entries that one call releases or discards

export function QuarantinePage({ board, route }) {
  const { school = '' } = route.query;
  const answer = useAnswer(
    () => board.api.all('/v1/quarantinedResults', 'results', { school }, MOST),
    [school],
  );
  useFollowed(board, answer, { school, everyMs: 5000 });
  const change = (name, value) =>
    replace(href(board.district, 'quarantine', [], { ...route.query, [name]: value }));
  return html`
    <${Trail} board=${board} school=${school} />
    <h1 tabindex="-1">${t('quarantine.title')}</h1>
    <p>${t('quarantine.why')}</p>
    <form class="filters" role="search" aria-label=${t('alerts.filters')}
      onSubmit=${(event) => event.preventDefault()}>
      <${Filter} name="school" label=${t('filter.school')} any=${t('filter.every-school')}
        filters=${route.query} change=${change}
        options=${board.names.schools.map((one) => [one.school, one.name || one.school])} /></form>
    <${Answered} answer=${answer}>${(results) => html`<${Kinds} board=${board} results=${results}
      reload=${answer.reload} />`}<//>`;
}

// What can be mended in one go: the same reason, of one school.
function kindsOf(results) {
  const kinds = new Map();
  for (const one of results) {
    const key = JSON.stringify([one.problem?.reason ?? '', one.school]);
    kinds.set(key, [...(kinds.get(key) ?? []), one]);
  }
  return [...kinds.values()].sort((a, b) => b.length - a.length);
}

function Kinds({ board, results, reload }) {
  if (results.length === 0) return html`<p>${t('quarantine.none')}</p>`;
  return html`
    <p role="status">${t('quarantine.count', { count: results.length })}</p>
    ${kindsOf(results).map(
      (kind) => html`<${Kind}
      key=${`${kind[0].problem?.reason}/${kind[0].school}`} ...${{ board, kind, reload }} />`,
    )}`;
}

function Kind({ board, kind, reload }) {
  const { problem, school } = kind[0];
  const given = { school, entries: kind.slice(0, AT_ONCE).map((one) => one.entry) };
  const columns = [
    {
      title: t('quarantine.assessment'),
      cell: (one) =>
        html`<${Name} text=${one.result?.assessment || one.result?.lineItem || t('unknown')} />`,
    },
    { title: t('quarantine.source'), cell: (one) => html`<${Name} text=${one.source} />` },
    { title: t('quarantine.at'), cell: (one) => moment(one.quarantinedAtMs, board.zone) },
    {
      title: t('quarantine.problem'),
      cell: (one) => html`<${Said} text=${one.problem?.message ?? ''} />`,
    },
  ];
  const title = t('quarantine.kind', { what: spelled(problem?.reason ?? ''), count: kind.length });
  return html`
    <section><h2>${title}</h2>
      <p>${
        school
          ? html`<${Name} text=${board.names.school(school)}
        />`
          : t('quarantine.no-school')
      }</p>
      <details><summary>${t('quarantine.each', { count: kind.length })}</summary>
        <${Table} caption=${title} captionHidden columns=${columns} rows=${kind.slice(0, 100)} />
        ${kind.length > 100 && html`<p>${t('quarantine.first', { count: number(100) })}</p>`}
      </details>
      <${FoldedCommand} title=${t('quarantine.release', { count: given.entries.length })}
        ...${{ board, given }} operation="ReleaseQuarantine"
        only=${[]} done=${reload} />
      <${FoldedCommand} title=${t('quarantine.discard', { count: given.entries.length })}
        ...${{ board, given }} operation="DiscardQuarantine"
        only=${[]} done=${reload} />
    </section>`;
}
