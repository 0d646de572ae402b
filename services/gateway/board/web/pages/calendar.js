// The cycles of teams on one calendar of instructional days.
import { html } from '../html.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { CommandLink } from '../parts/command_link.js';
import { Filters, SchoolFilter } from '../parts/filters.js';
import { Heading } from '../parts/heading.js';
import { useFollowed } from '../parts/live_bar.js';
import { openCycles } from '../parts/open_cycles.js';
import { Name } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { Figure } from '../pictures/figure.js';
import { PHASES, Phases, instructionalDays } from '../pictures/phases.js';
import { href } from '../router.js';
import { counted, date, t, valueWord } from '../words.js';

export function CalendarPage({ board, route }) {
  const { school = '' } = route.query;
  const answer = useAnswer(() => openCycles(board.api, { school }), [school]);
  useFollowed(board, answer, school);
  return html`
    <${Trail} board=${board} school=${school} />
    <${Heading}>${t('calendar.title')}<//>
    <${Filters}><${SchoolFilter} board=${board} route=${route} /><//>
    <${Answered} answer=${answer}>${(open) => html`<${Calendar} board=${board} ...${open}
      school=${school} />`}<//>
    <p><${CommandLink} board=${board} operation="ScheduleCycle" given=${{ school }} /></p>`;
}

function today(zone) {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone || undefined,
    dateStyle: 'short',
  }).format(new Date());
}

// Days of the district's calendar, and of the school's where one is chosen, that a cycle shown has.
function daysShown(board, cycles, school) {
  const closures = board.names.schools.find((one) => one.school === school)?.closures ?? [];
  const first = cycles.reduce((least, one) => (one.start < least ? one.start : least), '9999');
  const last = cycles.reduce((most, one) => (one.end > most ? one.end : most), '');
  return instructionalDays(board.about.calendar, closures).filter(
    (day) => day >= first && day <= last,
  );
}

function Calendar({ board, cycles, isCut, school }) {
  const days = daysShown(board, cycles, school);
  const label = (one) =>
    school
      ? board.names.team(one.school, one.team)
      : board.names.teamOfSchool(one.school, one.team);
  const sorted = cycles.slice().sort((a, b) => (label(a) + a.start < label(b) + b.start ? -1 : 1));
  const due = (phase) => (one) => date(one.due.find((each) => each.phase === phase)?.date);
  const columns = [
    {
      title: t('team'),
      cell: (one) =>
        html`<a href=${href(board.district, 'team', [one.school, one.team])}><${Name}
          text=${label(one)} /></a>`,
    },
    { title: t('team.phase'), cell: (one) => valueWord(one.state) },
    { title: t('calendar.begins'), cell: (one) => date(one.start) },
    ...PHASES.map((phase) => ({
      title: t('calendar.phase-due', { phase: valueWord(phase) }),
      cell: due(phase),
    })),
  ];
  const now = cycles.filter((one) => PHASES.includes(one.state)).length;
  const sentence = t('calendar.sentence', {
    count: now,
    scheduled: counted(cycles.length - now, isCut),
  });
  return html`
    <${Figure} title=${t('calendar.figure')} level=${2} ...${{ sentence, columns }} rows=${sorted}>
      ${
        days.length > 0 &&
        html`<${Phases} cycles=${sorted} days=${days} today=${today(board.zone)}
        label=${label} />`
      }<//>`;
}
