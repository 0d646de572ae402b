// The form of one room of a visit, for a phone in one hand.
import { html } from '../html.js';
import { fieldWord, t } from '../words.js';
import { Said } from '../parts/said.js';
import { Picks } from './picks.js';

// What is sent: a note a line; of the look-fors those that somebody looked for.
export function roomOf(draft, lookFors) {
  const looked = lookFors.filter((one) => draft.seen[one.lookFor]);
  return {
    grade: draft.grade.trim(),
    subject: draft.subject.trim(),
    minutes: Number(draft.minutes) || 0,
    notes: draft.notes
      .split('\n')
      .map((one) => one.trim())
      .filter(Boolean),
    seen: looked.map(({ lookFor, levels }) => {
      const value = draft.seen[lookFor];
      return levels > 0 ? { lookFor, level: Number(value) } : { lookFor, seen: value === 'yes' };
    }),
  };
}

function optionsOf(lookFor) {
  if (!lookFor.levels)
    return [
      { value: 'yes', label: t('room.seen') },
      { value: 'no', label: t('room.not-seen') },
      { value: '', label: t('room.not-looked') },
    ];
  const levels = Array.from({ length: lookFor.levels }, (_, i) => ({
    value: String(i + 1),
    label: String(i + 1),
    hint: lookFor.descriptors[i],
  }));
  return [...levels, { value: '', label: t('room.not-looked') }];
}

export function RoomForm({ draft, change, lookFors, record, number, refusals }) {
  const typed = (name) => (event) => {
    const { value } = event.currentTarget;
    change(() => ({ [name]: value }));
  };
  const submit = (event) => {
    event.preventDefault();
    record();
  };
  const text = { draft, typed, refusals };
  return html`
    <form class="command" onSubmit=${submit} novalidate aria-labelledby="room">
      <h2 id="room">${t('room.number', { n: number })}</h2>
      ${refusals.rest.map(
        (one, i) => html`<p class="refusal" role="alert" key=${i}><${Said} text=${one} /></p>`,
      )}
      <div class="side-by-side">
        <${Text} name="grade" ...${text} />
        <${Text} name="subject" ...${text} />
        <${Text} name="minutes" ...${text} inputmode="numeric" />
      </div>
      ${lookFors.map(
        (one) => html`<${Picks} key=${one.lookFor} id=${`look-${one.lookFor}`}
          legend=${one.statement} options=${optionsOf(one)} isRow=${!one.levels}
          value=${draft.seen[one.lookFor] ?? ''}
          set=${(value) => change(({ seen }) => ({ seen: { ...seen, [one.lookFor]: value } }))} />`,
      )}
      <${Refusal} text=${refusals.at['room.seen']} />
      <div class="field"><label for="room-notes">${fieldWord('notes')}</label>
        <p class="hint" id="notes-hint">${t('room.notes-hint')}</p>
        <textarea id="room-notes" rows="5" dir="auto" aria-describedby="notes-hint"
          value=${draft.notes} onInput=${typed('notes')}></textarea>
        <${Refusal} text=${refusals.at['room.notes']} /></div>
      <p class="bar"><button type="submit">${t('room.record', { n: number })}</button></p>
    </form>`;
}

function Text({ name, draft, typed, refusals, inputmode }) {
  const refusal = refusals.at[`room.${name}`];
  return html`
    <div class=${refusal ? 'field wrong' : 'field'}>
      <label for=${`room-${name}`}>${fieldWord(name)}</label>
      <input id=${`room-${name}`} dir="auto" autocomplete="off" inputmode=${inputmode}
        value=${draft[name]} onInput=${typed(name)} aria-invalid=${refusal ? 'true' : undefined} />
      <${Refusal} text=${refusal} />
    </div>`;
}

function Refusal({ text }) {
  return text ? html`<p class="refusal"><${Said} text=${text} /></p>` : null;
}
