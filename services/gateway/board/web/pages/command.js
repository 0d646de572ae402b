// One command: its form, and what was answered.
import { html } from '../html.js';
import { useState } from '../hooks.js';
import { openApi } from '../api.js';
import { CommandForm } from '../forms/command_form.js';
import { commandOf } from '../forms/schema.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Heading, NoPage } from '../parts/heading.js';
import { Name, Said } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { href } from '../router.js';
import { commandWord, fieldWord, t, valueWord } from '../words.js';

export function CommandPage({ board, route }) {
  const [operation = ''] = route.args;
  const [taken, setTaken] = useState(null);
  const description = useAnswer(
    async () => ({ command: commandOf(await openApi(), operation) }),
    [operation],
  );
  return html`
    <${Trail} board=${board} school=${route.query.school ?? ''} team=${route.query.team ?? ''} />
    <${Answered} answer=${description} title=${operation}>
      ${({ command }) =>
        command === null
          ? html`<${NoPage} />`
          : html`
        <${Heading}>${commandWord(operation, command.summary)}<//>
        <p><${Said} text=${withoutRoles(command.description)} /></p>
        <${CommandForm} ...${{ board, operation }} given=${route.query} askAll done=${setTaken} />
        ${
          taken &&
          html`<section aria-labelledby="answer"><h2 id="answer">${t('command.answer')}</h2>
          <${Value} value=${taken} /></section>`
        }`}
    <//>
    <p><a href=${href(board.district, 'commands')}>${t('commands.title')}</a></p>`;
}

// Who may call it is for those who write programs: whoever may not does not come here.
function withoutRoles(description) {
  return description.replace(/\s*May be called by: [^.]*\.\s*$/, '');
}

// An answer as it came, in the words of its fields; what is empty says nothing.
function Value({ value }) {
  if (Array.isArray(value))
    return html`<ul class="plain">${value.map(
      (one, i) => html`<li key=${i}><${Value} value=${one}
      /></li>`,
    )}</ul>`;
  if (value !== null && typeof value === 'object') {
    const said = Object.entries(value).filter(
      ([, each]) => each !== '' && each !== null && !(Array.isArray(each) && each.length === 0),
    );
    return said.length === 0
      ? t('nothing')
      : html`<dl class="answer">${said.map(
          ([name, each]) => html`
      <div key=${name}><dt>${fieldWord(name)}</dt><dd><${Value} value=${each} /></dd></div>`,
        )}</dl>`;
  }
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  const text = String(value);
  return html`<${Name} text=${/^[A-Z]+(_[A-Z0-9]+)+$/.test(text) ? valueWord(text) : text} />`;
}
