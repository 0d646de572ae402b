// The form of one command of the API. What it refuses is shown at the field it names, in its own
// words.
import { html } from '../html.js';
import { useEffect, useMemo, useRef, useState } from '../hooks.js';
import { Unreachable, newKey, openApi } from '../api.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Said } from '../parts/said.js';
import { commandWord, fieldWord, t } from '../words.js';
import { currentOf } from './current.js';
import { Field, idOf } from './fields.js';
import { remember, withMe } from './me.js';
import { callOf, commandOf, placeOf, typedOf } from './schema.js';

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
    const [document, current] = await Promise.all([
      openApi(),
      currentOf(board.api, operation, given),
    ]);
    return { command: commandOf(document, operation), current };
  }, [operation, JSON.stringify(given)]);
  return html`
    <${Answered} answer=${answer}>
      ${({ command, current }) => html`<${Form} key=${operation}
        ...${{ board, command, current, given, only, askAll, done }} />`}
    <//>`;
}

function assigned(typed, [first, ...rest], value) {
  const at = Array.isArray(typed) ? [...typed] : { ...typed };
  at[first] = rest.length === 0 ? value : assigned(typed?.[first] ?? {}, rest, value);
  return at;
}

let forms = 0;

// The paths of all inputs that a form has now.
function pathsIn(form, element) {
  const ids = [...element.querySelectorAll(`[id^="${form.id}-"]`)].map((one) => one.id);
  return ids
    .filter((id) => !/-(hint|refusal|options)$/.test(id))
    .map((id) => id.slice(form.id.length + 1).replaceAll('-', '.'));
}

// A refusal begins with the name that the API has for the field; people know it by its label.
function inWords(message, field, place) {
  const begins = field && message.startsWith(`${field} `);
  return begins ? fieldWord(nameOf(place)) + message.slice(field.length) : message;
}

// Where each refusal belongs: {at: path -> sentence, rest: sentences about no field of this form}.
function sorted(error, paths) {
  const at = {},
    rest = [];
  const details = error.details?.length ? error.details : [{ message: error.message }];
  for (const detail of details) {
    const message = detail.message || error.message || detail.reason;
    const place = placeOf(detail.field, paths);
    if (place) at[place] = inWords(message, detail.field, place);
    else rest.push(message);
  }
  return { at, rest };
}

function Form({ board, command, current, given, only, askAll, done }) {
  const [typed, setTyped] = useState(() =>
    withMe(command, { district: board.district, ...typedOf(command, given), ...current }),
  );
  const [outcome, setOutcome] = useState({ state: 'new', at: {}, rest: [] });
  const element = useRef(null);
  const id = useMemo(() => `form${(forms += 1)}`, []);
  const sent = useRef({ text: '', key: '' });
  const asked = command.fields.filter((field) =>
    only ? only.includes(field.name) : askAll || !(field.name.replace(/^:/, '') in given),
  );
  const form = {
    id,
    typed,
    names: board.names,
    refusals: outcome.at,
    set: (path, value) => setTyped((now) => assigned(now, path, value)),
  };
  useEffect(() => {
    if (outcome.state === 'refused') element.current.querySelector('.summary')?.focus();
  }, [outcome]);

  const send = async (event) => {
    event.preventDefault();
    if (outcome.state === 'sending') return;
    const { method, path, body } = callOf(command, typed, board.zone);
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
      const isAnswered = !(error instanceof Unreachable) && error.status < 500;
      if (isAnswered) sent.current = { text: '', key: '' };
      const why =
        isAnswered || error.message
          ? sorted(error, pathsIn(form, element.current))
          : { at: {}, rest: [t('answer.unreachable')] };
      setOutcome({ state: 'refused', ...why });
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

// What was refused, said once at the top, with a way to each field.
function Summary({ form, outcome }) {
  if (outcome.state !== 'refused') return null;
  const places = Object.entries(outcome.at);
  const focus = (path) => document.getElementById(idOf(form, path.split('.')))?.focus();
  return html`
    <div class="summary refused" role="alert" tabindex="-1">
      <p>${t('form.refused.title')}</p>
      <ul>
        ${outcome.rest.map((message, i) => html`<li key=${i}><${Said} text=${message} /></li>`)}
        ${places.map(
          ([path, message]) => html`<li key=${path}>
          <button type="button" class="link"
            onClick=${() => focus(path)}>${fieldWord(nameOf(path))}</button>:${' '}
          <${Said} text=${message} /></li>`,
        )}
      </ul>
    </div>`;
}

function nameOf(path) {
  return path
    .split('.')
    .filter((part) => !/^\d+$/.test(part))
    .at(-1);
}

// A command that is folded away until somebody wants it. While it is open it is about what was seen
// when it was opened, whatever the page is given meanwhile, until it is done.
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
  return html`
    <details class="folded" onToggle=${turn}>
      <summary>${seen?.title ?? title}</summary>
      ${isOpen && html`<${CommandForm} ...${form} given=${seen?.given ?? given} done=${isDone} />`}
    </details>`;
}
