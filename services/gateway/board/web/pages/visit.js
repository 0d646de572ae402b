// The rooms of a visit, recorded on a phone: one after another, also where there is no connection.
import { html } from '../html.js';
import { newKey } from '../api.js';
import { useOutbox } from '../forms/kept.js';
import { RoomForm, roomOf } from '../forms/room_form.js';
import { refusalsOf } from '../forms/refusals.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { groupBy } from '../group_by.js';
import { Heading } from '../parts/heading.js';
import { Badge, Name, Said, Written } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { href, replace } from '../router.js';
import { date, t } from '../words.js';

const BLANK = { id: '', grade: '', subject: '', minutes: '', notes: '', seen: {} };
const FIELDS = ['room.grade', 'room.subject', 'room.minutes', 'room.notes', 'room.seen'];

// The visit, and of each look-for that is rated by a rubric what each level looks like.
async function read(api, host, visit, school) {
  const found = await api.get(`/v1/visits/${encodeURIComponent(visit)}`, { host, school });
  const rated = found.visit.lookFors.filter((one) => one.rubric);
  const rubrics = [...groupBy(rated, (one) => `${one.rubric} ${one.revision}`).values()];
  const descriptors = await Promise.all(
    rubrics.map(async ([{ rubric, revision }, ...more]) => {
      const answer = await api.get(`/v1/rubrics/${encodeURIComponent(rubric)}`, { revision });
      return [answer.rubric, more];
    }),
  );
  const criteria = new Map(
    descriptors.flatMap(([{ rubric, criteria: all }]) =>
      all.map((one) => [`${rubric} ${one.criterion}`, one.descriptors]),
    ),
  );
  const levels = (one) => criteria.get(`${one.rubric} ${one.criterion}`) ?? [];
  return {
    visit: found.visit,
    lookFors: found.visit.lookFors.map((one) => ({ ...one, descriptors: levels(one) })),
  };
}

export function VisitPage({ board, route }) {
  const [host = '', visit = ''] = route.args;
  const school = route.query.school ?? host;
  const answer = useAnswer(() => read(board.api, host, visit, school), [host, visit, school]);
  return html`
    <${Trail} board=${board} school=${host} />
    <${Heading}>${t('room.title')} <${Name} text=${board.names.school(host)} /><//>
    <${Answered} answer=${answer}>
      ${(value) => html`<${Rooms} key=${school} ...${{ board, host, school }} ...${value} />`}
    <//>`;
}

function Rooms({ board, host, school, visit, lookFors }) {
  const name = `rooms.${board.district}.${host}.${visit.visit}`;
  const path = `/v1/visits/${encodeURIComponent(visit.visit)}:recordRoom`;
  const { draft, change, setDraft, entries, isLost, put } = useOutbox({
    name,
    blank: BLANK,
    send: (body, again) => board.api.send('POST', path, body, again),
  });
  const record = () => {
    const room = draft.id || newKey();
    put(room, { host, school, room: { ...roomOf(draft, lookFors), room } });
    setDraft(BLANK);
    document.querySelector('main h1').focus();
    window.scrollTo(0, 0);
  };
  const correct = ({ content, id }) => setDraft(typedOf(content.room, id));
  const refused = entries.find((one) => one.id === draft.id && one.error);
  const isOn = visit.state === 'VISIT_STATE_PACKET';
  return html`
    <div class="touch">
      <p>${date(visit.date)} · <${Badge} value=${visit.state} /></p>
      <p class="lead"><${Written} text=${visit.problemOfPractice} /></p>
      <${Status} entries=${entries} isLost=${isLost} />
      ${!isOn && html`<p class="notice">${t('room.not-now')}</p>`}
      ${
        isOn &&
        html`<${From} ...${{ board, host, school, visit }} />
        <${RoomForm} draft=${draft} change=${change} lookFors=${lookFors} record=${record}
          number=${numberOf(entries, draft)}
          refusals=${refused ? refusalsOf(refused.error, FIELDS) : { at: {}, rest: [] }} />`
      }
      <${Recorded} entries=${entries} current=${draft.id} correct=${correct} />
    </div>`;
}

// Which room it is, counted on this phone.
function numberOf(entries, draft) {
  const at = entries.findIndex((one) => one.id === draft.id);
  return at < 0 ? entries.length + 1 : at + 1;
}

function typedOf(room, id) {
  const seen = Object.fromEntries(
    room.seen.map((one) => [one.lookFor, one.level ? String(one.level) : one.seen ? 'yes' : 'no']),
  );
  return { ...room, id, minutes: String(room.minutes ?? ''), notes: room.notes.join('\n'), seen };
}

function Status({ entries, isLost }) {
  const waiting = entries.filter((one) => one.state === 'waiting').length;
  const accepted = entries.filter((one) => one.state === 'accepted').length;
  return html`
    <div role="status">
      ${accepted > 0 && html`<p>${t('room.accepted', { count: accepted })}</p>`}
      ${
        waiting > 0 &&
        html`<p class=${isLost ? 'notice' : undefined}>
        ${t(isLost ? 'room.lost' : 'room.waiting', { count: waiting })}</p>`
      }
    </div>`;
}

// For which school somebody visits: the API lets only those in who take part.
function From({ board, host, school, visit }) {
  const schools = [host, ...visit.visitors];
  const change = (event) =>
    replace(
      href(board.district, 'visit', [host, visit.visit], { school: event.currentTarget.value }),
    );
  return html`
    <div class="field"><label for="from">${t('room.from')}</label>
      <select id="from" value=${school} onChange=${change}>
        ${schools.map(
          (one) => html`<option key=${one} value=${one}>${board.names.school(one)}</option>`,
        )}
      </select></div>`;
}

function inShort({ grade, subject }) {
  return [grade, subject].filter(Boolean).join(', ') || t('nothing');
}

const STATES = { accepted: 'good', waiting: 'warn', refused: 'bad' };

function Recorded({ entries, current, correct }) {
  if (entries.length === 0) return null;
  return html`
    <section aria-labelledby="recorded"><h2 id="recorded">${t('room.recorded')}</h2>
      <p class="hint">${t('room.recorded-hint')}</p>
      <ol class="rooms">${entries.map(
        (one, i) => html`<li key=${one.id}>
        <p><${Name} text=${inShort(one.content.room)} />
          ${' '}<span class="badge ${STATES[one.state]}">${t(`room.is.${one.state}`)}</span></p>
        ${one.error && html`<p class="refusal"><${Said} text=${one.error.message} /></p>`}
        ${
          one.id !== current &&
          html`<button type="button" onClick=${() => correct(one)}>
          ${t('room.correct', { n: i + 1 })}</button>`
        }</li>`,
      )}</ol>
    </section>`;
}
