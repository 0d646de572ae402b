// What else can be done here, folded away: less usual commands, each with what the page knows.
import { html } from '../html.js';
import { may } from '../session.js';
import { t } from '../words.js';
import { CommandLink } from './command_link.js';

// `commands` are operations of the API, `given` what each is about.
export function MoreCommands({ board, commands, given = {} }) {
  const allowed = commands.filter((operation) => may(operation));
  if (allowed.length === 0) return null;
  return html`
    <details class="folded"><summary>${t('commands.more')}</summary>
      <ul>${allowed.map(
        (operation) => html`<li key=${operation}>
        <${CommandLink} board=${board} operation=${operation} given=${given} /></li>`,
      )}</ul></details>`;
}
