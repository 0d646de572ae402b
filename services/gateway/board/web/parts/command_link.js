// The way to the form of a command, with what the page knows already filled in.
import { html } from '../html.js';
import { href } from '../router.js';
import { commandWord } from '../words.js';

export function CommandLink({ board, operation, given = {}, text = commandWord(operation) }) {
  return html`<a href=${href(board.district, 'command', [operation], given)}>${text}</a>`;
}
