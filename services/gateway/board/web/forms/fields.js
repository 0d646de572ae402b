// The inputs of a form, one for each field that the API describes: labelled, with what the API says
// of it, and with what it refused.
import { html } from '../html.js';
import { fieldWord, itemWord, t, valueWord } from '../words.js';
import { Said } from '../parts/said.js';
import { DURATIONS } from './refinements.js';

// A page may have several forms of one command.
export function idOf(form, path) {
  return [form.id, ...path].join('-');
}

// `form` is {id, typed, set(path, value), refusals: path -> sentence, names}, and of a form that
// knows more of its fields: `isUnseen(path)`; `choices(path)`, what a field names one or some of;
// `suggestions(path)`; `hint(path)`, what a field wants; `added(path)`, what an entry begins with;
// `findings`: path -> sentence.
export function Field({ field, path, form }) {
  if (field.kind === 'carried' || form.isUnseen?.(path)) return null;
  if (field.kind === 'group') return html`<${Group} field=${field} path=${path} form=${form} />`;
  if (field.kind === 'list') return html`<${List} field=${field} path=${path} form=${form} />`;
  return html`<${Plain} field=${field} path=${path} form=${form} label=${fieldWord(field.name)} />`;
}

function valueAt(typed, path) {
  return path.reduce((at, part) => at?.[part], typed);
}

// In the words of the page where the form has them, else in the API's.
function hintOf(field, path, form) {
  return form.hint?.(path) ?? field.description;
}

function Plain({ field, path, form, label }) {
  const id = idOf(form, path);
  const refusal = form.refusals[path.join('.')];
  const choices = form.choices?.(path) ?? placesOf(field, path, form);
  // A choice of durations needs no bounds in seconds, and one of things no word on their ids.
  const hint = field.kind === 'duration' || choices ? '' : hintOf(field, path, form);
  const described = [hint && `${id}-hint`, refusal && `${id}-refusal`].filter(Boolean).join(' ');
  const common = {
    id,
    name: path.join('.'),
    'aria-describedby': described || undefined,
    'aria-invalid': refusal ? 'true' : undefined,
  };
  if (field.kind === 'yes')
    return html`<${Yes} ...${{ path, form, label, common, hint, refusal }} />`;
  return html`
    <div class=${refusal ? 'field wrong' : 'field'}>
      <label for=${id}>${label}</label>
      <${Hint} id=${`${id}-hint`} text=${hint} />
      <${Input} ...${{ field, path, form, common, choices }} />
      <${Refusal} id=${`${id}-refusal`} text=${refusal} />
      <${Finding} form=${form} path=${path} />
    </div>`;
}

function Yes({ path, form, label, common, hint, refusal }) {
  const set = (event) => form.set(path, event.currentTarget.checked);
  return html`
    <div class=${refusal ? 'field wrong' : 'field'}>
      <label class="yes"><input type="checkbox" ...${common}
        checked=${valueAt(form.typed, path) ?? false} onChange=${set} />
        ${' '}${label}</label>
      <${Hint} id=${`${common.id}-hint`} text=${hint} />
      <${Refusal} id=${`${common.id}-refusal`} text=${refusal} />
    </div>`;
}

function Hint({ id, text }) {
  return text ? html`<p class="hint" id=${id}><${Said} text=${text} /></p>` : null;
}

function Refusal({ id, text }) {
  return text ? html`<p class="refusal" id=${id}><${Said} text=${text} /></p>` : null;
}

// What is not wrong, and not enough.
function Finding({ form, path }) {
  const text = form.findings?.[path.join('.')];
  return text ? html`<p class="findings"><${Said} text=${text} /></p>` : null;
}

const TYPES = { date: 'date', moment: 'datetime-local', number: 'number', whole: 'number' };

function Input({ field, path, form, common, choices }) {
  const value = valueAt(form.typed, path) ?? '';
  const set = (event) => form.set(path, event.currentTarget.value);
  if (field.kind === 'choice' || choices) {
    const known = choices ?? field.values.map((one) => [one, valueWord(one)]);
    const isKnown = value === '' || known.some(([one]) => one === value);
    return html`<${Choice} ...${{ common, value, set }}
      options=${isKnown ? known : [...known, [value, value]]} />`;
  }
  if (field.kind === 'duration') {
    return html`<${Choice} ...${{ common, value, set }}
      options=${DURATIONS.map((one) => [one, t(`duration.${one}`)])} />`;
  }
  if (field.kind === 'long')
    return html`<textarea ...${common} rows="3" dir="auto" value=${value}
      onInput=${set}></textarea>`;
  const options = form.suggestions?.(path) ?? suggestions(field, form);
  const list = options.length > 0 ? `${common.id}-options` : undefined;
  return html`
    <input ...${common} type=${TYPES[field.kind] ?? 'text'}
      step=${field.kind === 'number' ? 'any' : undefined}
      dir="auto" value=${value} list=${list} autocomplete="off" onInput=${set} />
    ${
      list &&
      html`<datalist id=${list}>
      ${options.map(
        ([id, name]) => html`<option key=${id}
        value=${id}>${name}</option>`,
      )}</datalist>`
    }`;
}

function Choice({ common, value, set, options }) {
  return html`
    <select ...${common} value=${String(value)} onChange=${set}>
      <option value="">${t('form.choose')}</option>
      ${options.map(
        ([one, word]) => html`<option key=${one}
        value=${String(one)}>${word}</option>`,
      )}
    </select>`;
}

function schoolsOf(names) {
  return names.schools.map((one) => [one.school, one.name || one.school]);
}

// Schools, and teams of the school that was chosen: one of those that there are, but where a new
// one may be registered. Undefined: it is typed.
function placesOf({ kind, name }, path, { names, typed }) {
  if (kind === 'school' && !name.startsWith(':') && names.schools.length > 0)
    return schoolsOf(names);
  const teams = kind === 'team' && path.length === 1 ? names.teamsOf(typed.school ?? '') : [];
  return teams.length > 0 ? teams.map((one) => [one.team, one.name || one.team]) : undefined;
}

// Ids that the district has, beside what people call them.
function suggestions(field, { names, typed }) {
  if (field.kind === 'school') return schoolsOf(names);
  if (field.kind === 'indicator')
    return names.indicators().map((one) => [one, names.indicator(one)]);
  if (field.kind === 'practice') return names.practices();
  if (field.kind === 'assessment') return names.assessments();
  if (field.kind !== 'team') return [];
  const seen = new Map(names.teamsOf(typed.school ?? '').map((one) => [one.team, one.name]));
  return [...seen];
}

function Group({ field, path, form, label = fieldWord(field.name) }) {
  return html`
    <fieldset id=${idOf(form, path)} tabindex="-1">
      <legend>${label}</legend>
      <${Hint} id=${`${idOf(form, path)}-hint`} text=${hintOf(field, path, form)} />
      <${Refusal} id=${`${idOf(form, path)}-refusal`} text=${form.refusals[path.join('.')]} />
      <${Finding} form=${form} path=${path} />
      ${field.fields.map(
        (each) => html`<${Field} key=${each.name} field=${each}
        path=${[...path, each.name]} form=${form} />`,
      )}
    </fieldset>`;
}

// Some of what can be chosen.
function Checks({ path, form, word, choices }) {
  const chosen = valueAt(form.typed, path) ?? [];
  const known = new Set(choices.map(([one]) => one));
  const all = [...choices, ...chosen.filter((one) => !known.has(one)).map((one) => [one, one])];
  const turn = (one) =>
    form.set(
      path,
      chosen.includes(one) ? chosen.filter((each) => each !== one) : [...chosen, one],
    );
  return html`
    <fieldset id=${idOf(form, path)} tabindex="-1">
      <legend>${word}</legend>
      <${Refusal} id=${`${idOf(form, path)}-refusal`} text=${form.refusals[path.join('.')]} />
      <${Finding} form=${form} path=${path} />
      ${all.length === 0 && html`<p class="quiet">${t('form.nothing-to-choose')}</p>`}
      ${all.map(
        ([one, words]) => html`<label class="yes" key=${one}><input type="checkbox"
        checked=${chosen.includes(one)} onChange=${() => turn(one)} /> <bdi>${words}</bdi></label>`,
      )}
    </fieldset>`;
}

// As many as somebody adds. An entry is named by its number, as an input needs a name of its own.
function List({ field, path, form }) {
  const items = valueAt(form.typed, path) ?? [];
  const word = fieldWord(field.name);
  const one = itemWord(field.name);
  const choices = form.choices?.(path);
  if (choices) return html`<${Checks} ...${{ path, form, word, choices }} />`;
  const fresh = () => (field.item.kind === 'group' ? (form.added?.(path) ?? {}) : '');
  const add = () => form.set(path, [...items, fresh()]);
  const remove = (i) =>
    form.set(
      path,
      items.filter((_, at) => at !== i),
    );
  return html`
    <fieldset id=${idOf(form, path)} tabindex="-1">
      <legend>${word}</legend>
      <${Hint} id=${`${idOf(form, path)}-hint`} text=${hintOf(field, path, form)} />
      <${Refusal} id=${`${idOf(form, path)}-refusal`} text=${form.refusals[path.join('.')]} />
      <${Finding} form=${form} path=${path} />
      ${items.map(
        (_, i) => html`
        <div class="item" key=${i}>
          <${Item} field=${field.item} path=${[...path, String(i)]} form=${form}
            label=${t('form.item', { what: one, n: i + 1 })} />
          <button type="button" class="minor"
            onClick=${() => remove(i)}>${t('form.remove', { what: one, n: i + 1 })}</button>
        </div>`,
      )}
      <button type="button" class="minor" onClick=${add}>${t('form.add', { what: one })}</button>
    </fieldset>`;
}

function Item({ field, path, form, label }) {
  if (field.kind === 'group') return html`<${Group} ...${{ field, path, form, label }} />`;
  return html`<${Plain} ...${{ field, path, form, label }} />`;
}
