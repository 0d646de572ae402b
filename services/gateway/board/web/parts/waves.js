// Waves of a practice: until when teams may ask for a place, when they begin, and what the draw
// said.
import { html } from '../html.js';
import { may } from '../session.js';
import { date, t, valueWord } from '../words.js';
import { CommandLink } from './command_link.js';
import { Name } from './said.js';
import { Table } from './table.js';

function Starts({ starts }) {
  return html`<ul class="plain">${starts.map(
    (one) => html`<li key=${one.date}>
    ${t('wave.start', { on: date(one.date), count: one.places })}</li>`,
  )}</ul>`;
}

// In the order of the draw, when there was one.
function Teams({ board, teams }) {
  if (teams.length === 0) return t('nothing');
  const inOrder = [...teams].sort((a, b) => a.rank - b.rank);
  return html`<ul class="plain">${inOrder.map(
    (one) => html`<li key=${`${one.school} ${one.team}`}>
    <${Name} text=${board.names.teamOfSchool(one.school, one.team)} />
    ${one.beginsOn && ` · ${t('wave.begins', { on: date(one.beginsOn) })}`}</li>`,
  )}</ul>`;
}

function Commands({ board, wave }) {
  const commands = ['AskForPlace', 'DrawWave', 'CancelWave'].filter((one) => may(one));
  return html`<ul class="plain">${commands.map(
    (one) => html`<li key=${one}>
    <${CommandLink} board=${board} operation=${one} given=${{ wave }} /></li>`,
  )}</ul>`;
}

export function Waves({ board, waves }) {
  if (waves.length === 0) return null;
  const columns = [
    { title: t('wave.until'), cell: (one) => date(one.askBy) },
    { title: t('team.state'), cell: (one) => valueWord(one.state) },
    { title: t('wave.starts'), cell: (one) => html`<${Starts} starts=${one.starts} />` },
    {
      title: t('wave.asked'),
      cell: (one) => html`<${Teams} board=${board} teams=${one.teams} />`,
    },
    {
      title: t('visit.do'),
      cell: (one) =>
        one.state === 'WAVE_STATE_OPEN'
          ? html`<${Commands} board=${board} wave=${one.wave} />`
          : t('nothing'),
    },
  ];
  return html`
    <section aria-labelledby="waves"><h2 id="waves">${t('wave.title')}</h2>
      <${Table} caption=${t('wave.title')} captionHidden columns=${columns} rows=${waves} />
    </section>`;
}
