// Results that were set aside, by what is wrong with them, to be released once that is mended, or
// given up.
import { html } from '../html.js';
import { groupBy } from '../group_by.js';
import { FoldedCommand } from '../forms/command_form.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Filters, SchoolFilter } from '../parts/filters.js';
import { Heading } from '../parts/heading.js';
import { useFollowed } from '../parts/live_bar.js';
import { Name, Said } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { Table } from '../parts/table.js';
import { moment, number, reasonText, spelled, t } from '../words.js';

const MOST = 5000;
const AT_ONCE = 500; // entries that one call releases or discards

export function QuarantinePage({ board, route }) {
  const { school = '' } = route.query;
  const answer = useAnswer(
    () => board.api.list('/v1/quarantinedResults', 'results', { school }, MOST),
    [school],
  );
  useFollowed(board, answer, school);
  return html`
    <${Trail} board=${board} school=${school} />
    <${Heading}>${t('quarantine.title')}<//>
    <p>${t('quarantine.why')}</p>
    <${Filters}><${SchoolFilter} board=${board} route=${route} /><//>
    <${Answered} answer=${answer}>${({ rows, isCut }) => html`<${Kinds} board=${board}
      results=${rows} isCut=${isCut} reload=${answer.reload} />`}<//>`;
}

// What can be mended in one go: the same reason, of one school.
function kindOf(result) {
  return `${result.problem?.reason}/${result.school}`;
}

function kindsOf(results) {
  return [...groupBy(results, kindOf).values()].sort((a, b) => b.length - a.length);
}

function Kinds({ board, results, isCut, reload }) {
  if (results.length === 0) return html`<p>${t('quarantine.none')}</p>`;
  return html`
    <p role="status">${t('quarantine.count', { count: results.length, isCut })}</p>
    ${kindsOf(results).map(
      (kind) => html`<${Kind}
      key=${kindOf(kind[0])} ...${{ board, kind, isCut, reload }} />`,
    )}`;
}

function Kind({ board, kind, isCut, reload }) {
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
      cell: (one) => html`<${Said}
        text=${reasonText(one.problem?.reason, one.problem?.message ?? '')} />`,
    },
  ];
  const what = spelled(problem?.reason ?? '');
  const title = t('quarantine.kind', { what, count: kind.length, isCut });
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
