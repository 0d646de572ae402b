// What was refused, at the fields that it names.
import { html } from '../html.js';
import { Unreachable } from '../api.js';
import { Said } from '../parts/said.js';
import { fieldWord, reasonText, t } from '../words.js';
import { idOf } from './fields.js';
import { placeOf } from './schema.js';

// The paths of all inputs that a form has now.
export function pathsIn(form, element) {
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
export function refusalsOf(error, paths) {
  if (error instanceof Unreachable) return { at: {}, rest: [t('answer.unreachable')] };
  const at = {},
    rest = [];
  const details = error.details?.length ? error.details : [{ message: error.message }];
  for (const detail of details) {
    const said =
      detail.message ||
      error.message ||
      detail.reason ||
      t('answer.failed', { status: error.status ?? '' });
    const message = reasonText(detail.reason, said);
    const place = placeOf(detail.field, paths);
    if (place) at[place] = inWords(message, detail.field, place);
    else rest.push(message);
  }
  return { at, rest };
}

// The refusals of a form as it stands. Where nothing was chosen the API says what a number or a
// word has to be, and people have to choose.
export function refusalsIn(form, element, error) {
  const { at, rest } = refusalsOf(error, pathsIn(form, element));
  for (const path of Object.keys(at)) {
    const input = document.getElementById(idOf(form, path.split('.')));
    if (input?.tagName === 'SELECT' && input.value === '') at[path] = t('form.choose-one');
  }
  return { at, rest };
}

// What was refused, said once at the top, with a way to each field.
export function Summary({ form, outcome }) {
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

