// What a team's evidence says: of the current cycle how much there is, and of every cycle how its
// students grew, beside what was wanted.
import { html } from '../html.js';
import { groupBy } from '../group_by.js';
import { Bars } from '../pictures/bars.js';
import { Figure } from '../pictures/figure.js';
import { Intervals } from '../pictures/intervals.js';
import { date, number, signed, t, valueWord } from '../words.js';
import { Hidden, Name, Said } from './said.js';

// Why numbers of a row are absent: all of them, or those of its evidence.
function reasonOf({ absent, evidence }) {
  const isSaid = (reason) => reason && reason !== 'ABSENCE_REASON_UNSPECIFIED';
  return [absent, evidence?.absent].find(isSaid) ?? '';
}

function isTooFew(row) {
  return reasonOf(row) === 'ABSENCE_REASON_SMALL_CELL';
}

// In place of a number.
function absent(row) {
  return isTooFew(row) ? html`<${Hidden} />` : missing(row);
}

function missing(row) {
  return valueWord(reasonOf(row)) || t('unknown');
}

function count(value, row) {
  return value === undefined ? absent(row) : number(value);
}

function noteOf(row) {
  if (row.covered === undefined) return '';
  if (row.rostered !== undefined)
    return t('evidence.of', { covered: row.covered, of: row.rostered });
  return row.rosteredAtLeast === undefined
    ? number(row.covered)
    : t('evidence.of-at-least', { covered: row.covered, of: row.rosteredAtLeast });
}

export function CycleEvidence({ board, cycle, coverage }) {
  const rostered = (one) => one.rostered ?? one.rosteredAtLeast;
  const rows = coverage.map((one) => ({
    label: board.names.indicator(one.indicator),
    value: one.covered,
    of: rostered(one),
    isHidden: isTooFew(one),
    missing: missing(one),
    note: noteOf(one),
  }));
  const columns = [
    {
      title: t('indicator'),
      cell: (one) => html`<${Name} text=${board.names.indicator(one.indicator)} />`,
    },
    { title: t('evidence.covered'), numeric: true, cell: (one) => count(one.covered, one) },
    {
      title: t('evidence.rostered'),
      numeric: true,
      cell: (one) =>
        one.rostered === undefined && one.rosteredAtLeast !== undefined
          ? t('at-least', { count: number(one.rosteredAtLeast) })
          : count(one.rostered, one),
    },
  ];
  const first = coverage[0];
  const sentence =
    first?.covered === undefined
      ? t('evidence.none')
      : t('evidence.sentence', {
          covered: first.covered,
          what: board.names.indicator(first.indicator),
        });
  return html`
    ${(cycle.findings ?? []).filter(Boolean).map(
      (one, i) => html`<p key=${i} class="lead"><${Said}
      text=${one} /></p>`,
    )}
    ${
      coverage.length > 0 &&
      html`<${Figure} title=${t('evidence.title')} ...${{ sentence, columns }} rows=${coverage}>
      <${Bars} rows=${rows} unit=${t('unit.students')} /><//>`
    }`;
}

// One picture a basis and indicator: points of scale and standard deviations are no one axis.
export function Growth({ board, rows }) {
  const kinds = groupBy(
    rows,
    (row) => `${row.indicator} ${row.evidence?.basis === 'BASIS_RELATIVE' ? 'sd' : 'scale'}`,
  );
  return html`
    <section aria-labelledby="growth"><h2 id="growth">${t('growth.title')}</h2>
      ${rows.length === 0 && html`<p class="quiet">${t('growth.none')}</p>`}
      ${[...kinds].map(
        ([key, some]) => html`<${IndicatorGrowth} key=${key} board=${board}
        rows=${some} isRelative=${key.endsWith(' sd')} />`,
      )}
    </section>`;
}

// What is compared on scales that are not equated says so: nothing can be concluded from it.
function labelOf({ number: n, evidence }) {
  const label = t('growth.cycle', { n });
  return evidence?.basis === 'BASIS_UNEQUATED' ? `${label} (${valueWord(evidence.basis)})` : label;
}

function sentenceOf(last, digits, unit) {
  if (!last) return t('growth.unknown');
  const { meanChange, matched, desiredToDate } = last.evidence;
  const said = { n: last.number, change: signed(meanChange, digits), students: matched, unit };
  if (desiredToDate === undefined) return t('growth.sentence.plain', said);
  return t('growth.sentence', { ...said, desired: signed(desiredToDate, digits) });
}

function IndicatorGrowth({ board, rows, isRelative }) {
  const digits = isRelative ? 2 : 1;
  const drawn = rows.map((row) => ({
    label: labelOf(row),
    value: row.evidence?.meanChange,
    low: row.evidence?.changeLow,
    high: row.evidence?.changeHigh,
    wanted: row.evidence?.desiredToDate,
    isHidden: isTooFew(row),
    missing: missing(row),
  }));
  const value = (field) => (row) =>
    row.evidence?.[field] === undefined ? absent(row) : signed(row.evidence[field], digits);
  const columns = [
    { title: t('growth.in'), cell: labelOf },
    { title: t('growth.change'), numeric: true, cell: value('meanChange') },
    { title: t('growth.low'), numeric: true, cell: value('changeLow') },
    { title: t('growth.high'), numeric: true, cell: value('changeHigh') },
    { title: t('growth.desired'), numeric: true, cell: value('desiredToDate') },
    {
      title: t('growth.matched'),
      numeric: true,
      cell: (row) => count(row.evidence?.matched, row),
    },
    {
      title: t('growth.latest'),
      cell: (row) => date(row.evidence?.latestResult) || t('nothing'),
    },
  ];
  const last = rows.filter((row) => row.evidence?.meanChange !== undefined).at(-1);
  const sentence = sentenceOf(last, digits, t(isRelative ? 'unit.sd' : 'unit.scale'));
  return html`
    <${Figure} title=${board.names.indicator(rows[0].indicator)} ...${{ sentence, columns, rows }}>
      <${Intervals} rows=${drawn} digits=${digits}
        unit=${t(isRelative ? 'unit.sd' : 'unit.scale-points')} />
      ${last && html`<p class="key">${t('growth.key')}</p>`}
    <//>`;
}
