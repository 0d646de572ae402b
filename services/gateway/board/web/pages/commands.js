// Everything that people can do in the framework, by what it is about.
import { html } from '../html.js';
import { openApi } from '../api.js';
import { NOT_FOR_PEOPLE } from '../forms/refinements.js';
import { commandsOf } from '../forms/schema.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Heading } from '../parts/heading.js';
import { Trail } from '../parts/shell.js';
import { href } from '../router.js';
import { commandWord, t } from '../words.js';

export function CommandsPage({ board }) {
  const answer = useAnswer(async () => commandsOf(await openApi(), NOT_FOR_PEOPLE), []);
  const link = (one) => href(board.district, 'command', [one.operationId]);
  return html`
    <${Trail} board=${board} />
    <${Heading}>${t('commands.title')}<//>
    <p>${t('commands.why')}</p>
    <${Answered} answer=${answer}>${(groups) =>
      [...groups].map(
        ([tag, commands]) => html`
      <section key=${tag} aria-labelledby=${tag}><h2 id=${tag}>${t(`commands.${tag}`)}</h2>
        <ul>${commands.map(
          (one) => html`<li key=${one.operationId}>
          <a href=${link(one)}>${commandWord(one.operationId, one.summary)}</a></li>`,
        )}</ul></section>`,
      )}<//>`;
}
