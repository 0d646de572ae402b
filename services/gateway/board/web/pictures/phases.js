// Cycles on a calendar of instructional days: a row a team, a block a phase. Days without school
// have no width, so that three weeks are as long in December as in October.
import { html } from '../html.js';
import { shortDate, t, valueWord } from '../words.js';
import { percentOf } from './scale.js';

export const PHASES = [
  'CYCLE_STATE_ANALYZE',
  'CYCLE_STATE_DESIGN',
  'CYCLE_STATE_IMPLEMENT',
  'CYCLE_STATE_REFINE',
];

const DAY_MS = 86_400_000;

// The days of school of a calendar, ISO dates in order.
export function instructionalDays(calendar, more = []) {
  const closed = new Set([...(calendar?.closures ?? []), ...more]);
  return (calendar?.terms ?? [])
    .flatMap((term) => daysOf(term.first, term.last))
    .filter((day) => !closed.has(day))
    .sort();
}

function daysOf(first, last) {
  const days = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS) {
    const weekday = new Date(at).getUTCDay();
    if (weekday > 0 && weekday < 6) days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

// Phases of a cycle as parts of the days shown: {phase, from, until}, of 0 to days.length.
export function blocksOf(cycle, days) {
  let first = cycle.start;
  return cycle.due
    .map(({ phase, date }) => {
      const block = {
        phase,
        from: days.filter((day) => day < first).length,
        until: days.filter((day) => day <= date).length,
      };
      first = days[block.until] ?? '9999';
      return block;
    })
    .filter((block) => block.until > block.from);
}

export function Phases({ cycles, days, today, label }) {
  const at = (n) => percentOf((100 * n) / days.length);
  const now = days.filter((day) => day < today).length;
  return html`
    <div class="phases">
      ${cycles.map(
        (cycle) => html`
        <div class="row" key=${cycle.cycle}>
          <span class="row-label">${label(cycle)}</span>
          <svg class="strip" height="26" width="100%">
            ${blocksOf(cycle, days).map(
              (block) => html`
              <rect key=${block.phase} class=${classOf(cycle, block)} x=${at(block.from)}
                width=${at(block.until - block.from)}
                y="2" height="22" />
              <text x=${at((block.from + block.until) / 2)} y="18"
                text-anchor="middle">${letterOf(block.phase)}</text>`,
            )}
            ${
              now > 0 &&
              now < days.length &&
              html`<line class="today" x1=${at(now)} x2=${at(now)}
              y1="0" y2="26" />`
            }
          </svg>
          <span class="row-note">${valueWord(cycle.state)}</span>
        </div>`,
      )}
      <div class="axis">
        <span class="axis-unit">${t('calendar.days')}</span>
        <svg class="strip" height="20" width="100%">
          <text x="0" y="14">${shortDate(days[0])}</text>
          <text x="100%" y="14" text-anchor="end">${shortDate(days.at(-1))}</text>
        </svg>
      </div>
      <p class="key">
        ${PHASES.map((phase) => `${letterOf(phase)} ${valueWord(phase)}`).join(' · ')}</p>
    </div>`;
}

function letterOf(phase) {
  return valueWord(phase).charAt(0);
}

function classOf(cycle, block) {
  const current = block.phase === cycle.state ? ' current' : '';
  return `phase phase-${PHASES.indexOf(block.phase)}${current}`;
}
