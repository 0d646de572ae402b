// The way to the form of a command, with what the page knows already filled in. Nothing
// where a role may not give it.
import { html } from '../html.js';
import { href } from '../router.js';
import { may } from '../session.js';
import { commandWord } from '../words.js';

export function CommandLink({ board, operation, given = {}, text = commandWord(operation) }) {
  if (!may(operation)) return null;
  return html`<a href=${href(board.district, 'command', [operation], given)}>${text}</a>`;
}
