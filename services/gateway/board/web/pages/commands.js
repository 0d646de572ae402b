// Everything that people can do in the framework, by what it is about.
import { html } from '../html.js';
import { openApi } from '../api.js';
import { NOT_FOR_PEOPLE } from '../forms/refinements.js';
import { commandsOf } from '../forms/schema.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { CommandLink } from '../parts/command_link.js';
import { Heading } from '../parts/heading.js';
import { Trail } from '../parts/shell.js';
import { may } from '../session.js';
import { t } from '../words.js';

export function CommandsPage({ board }) {
  const answer = useAnswer(async () => commandsOf(await openApi(), NOT_FOR_PEOPLE, may), []);
  return html`
    <${Trail} board=${board} />
    <${Heading}>${t('commands.title')}<//>
    <p>${t('commands.why')}</p>
    <${Answered} answer=${answer}>${(groups) =>
      [...groups].map(
        ([tag, commands]) => html`
      <section key=${tag} aria-labelledby=${tag}><h2 id=${tag}>${t(`commands.${tag}`)}</h2>
        <ul>${commands.map(
          ({ operationId }) => html`<li key=${operationId}>
          <${CommandLink} board=${board} operation=${operationId} /></li>`,
        )}</ul></section>`,
      )}<//>`;
}
