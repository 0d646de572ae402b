// The form of one command of the API. What it refuses is shown at the field it names, in its own
// words.
import { html } from '../html.js';
import { useEffect, useMemo, useRef, useState } from '../hooks.js';
import { newKey, openApi } from '../api.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { may } from '../session.js';
import { commandWord, t } from '../words.js';
import { choicesAt, choicesOf, withWhatFollows } from './choices.js';
import { currentOf } from './current.js';
import { Field } from './fields.js';
import { remember, withMe } from './me.js';
import { asShown, isShown } from './refinements.js';
import { Summary, refusalsIn } from './refusals.js';
import { isUnanswered } from './saver.js';
import { assigned, callOf, commandOf, typedOf } from './schema.js';

// `given` is what the page knows already; fields of it are not asked for unless `askAll`. `only`
// names the fields that are asked for; without it all are. `done(answer)` is called when it was
// taken.
export function CommandForm({
  board,
  operation,
  given = {},
  only = null,
  askAll = false,
  done = () => {},
}) {
  const answer = useAnswer(async () => {
    const command = commandOf(await openApi(), operation);
    const asked = askedOf(command, given, only, askAll);
    const [current, choices] = await Promise.all([
      currentOf(board.api, operation, given),
      choicesOf(board, asked),
    ]);
    return { command, asked, current, choices };
  }, [operation, JSON.stringify(given)]);
  return html`
    <${Answered} answer=${answer}>
      ${(value) => html`<${Form} key=${operation} ...${{ ...value, board, given, done }} />`}
    <//>`;
}

function askedOf({ fields }, given, only, askAll) {
  return fields.filter(({ name }) =>
    only ? only.includes(name) : askAll || !(name.replace(/^:/, '') in given),
  );
}

let forms = 0;

function Form({ board, command, asked, current, choices, given, done }) {
  const [typed, setTyped] = useState(() =>
    withMe(command, { district: board.district, ...typedOf(command, given), ...current }),
  );
  const [outcome, setOutcome] = useState({ state: 'new', at: {}, rest: [] });
  const element = useRef(null);
  const id = useMemo(() => `form${(forms += 1)}`, []);
  const sent = useRef({ text: '', key: '' });
  const form = {
    id,
    typed,
    names: board.names,
    refusals: outcome.at,
    choices: (path) => choicesAt(choices, path, typed),
    isUnseen: (path) => !isShown(command.operation, path, typed),
    set: (path, value) =>
      setTyped((now) => {
        const next = assigned(now, path, value);
        return withWhatFollows(choices, command.fields, next, path);
      }),
  };
  useEffect(() => {
    if (outcome.state === 'refused') element.current.querySelector('.summary')?.focus();
  }, [outcome]);

  const send = async (event) => {
    event.preventDefault();
    if (outcome.state === 'sending') return;
    const { method, path, body } = callOf(command, asShown(command.operation, typed), board.zone);
    const text = JSON.stringify([path, body]);
    // The same again is the same call as long as its answer is not known.
    if (sent.current.text !== text) sent.current = { text, key: newKey() };
    setOutcome({ state: 'sending', at: {}, rest: [] });
    try {
      const answer = await board.api.send(method, path, body, sent.current.key);
      sent.current = { text: '', key: '' };
      remember(typed);
      setOutcome({ state: 'done', at: {}, rest: [] });
      done(answer);
      board.afterCommand();
    } catch (error) {
      if (!isUnanswered(error)) sent.current = { text: '', key: '' };
      setOutcome({ state: 'refused', ...refusalsIn(form, element.current, error) });
    }
  };
  return html`
    <form ref=${element} class="command" onSubmit=${send} novalidate>
      <${Summary} form=${form} outcome=${outcome} />
      ${asked.map(
        (field) => html`<${Field} key=${field.name} field=${field} path=${[field.name]}
        form=${form} />`,
      )}
      <p class="actions">
        <button type="submit" aria-disabled=${outcome.state === 'sending' ? 'true' : undefined}>
          ${commandWord(command.operation, command.summary)}</button>
        <span role="status">${t(`form.${outcome.state}`)}</span>
      </p>
    </form>`;
}

// A command that is folded away until somebody wants it; nothing where a role may not give it.
// While it is open it is about what was seen when it was opened, whatever the page is given
// meanwhile, until it is done.
export function FoldedCommand({ title, given = {}, done = () => {}, ...form }) {
  const [isOpen, setOpen] = useState(false);
  const [seen, setSeen] = useState(null);
  const turn = (event) => {
    setOpen(event.currentTarget.open);
    setSeen(event.currentTarget.open ? { title, given } : null);
  };
  const isDone = (answer) => {
    setSeen(null);
    done(answer);
  };
  if (!may(form.operation)) return null;
  return html`
    <details class="folded" onToggle=${turn}>
      <summary>${seen?.title ?? title}</summary>
      ${isOpen && html`<${CommandForm} ...${form} given=${seen?.given ?? given} done=${isDone} />`}
    </details>`;
}
