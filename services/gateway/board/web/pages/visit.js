// The rooms of a visit, recorded on a phone: one after another, also where there is no connection.
import { html } from '../html.js';
import { newKey, whereAllowed } from '../api.js';
import { useOutbox } from '../forms/kept.js';
import { RoomForm, roomOf } from '../forms/room_form.js';
import { refusalsOf } from '../forms/refusals.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { groupBy } from '../group_by.js';
import { Heading } from '../parts/heading.js';
import { Badge, Name, Said, Written } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { href, replace } from '../router.js';
import { date, reasonText, t } from '../words.js';

const BLANK = { id: '', grade: '', subject: '', minutes: '', notes: '', seen: {} };
const FIELDS = ['room.grade', 'room.subject', 'room.minutes', 'room.notes', 'room.seen'];

const keyOf = ({ rubric, revision }) => `${rubric} ${revision}`;

// The rubrics of the look-fors in the revisions that they name: of most those in use, which are
// known; the others are asked for.
async function rubricsOf(api, lookFors, inUse) {
  const wanted = groupBy(
    lookFors.filter((one) => one.rubric),
    keyOf,
  );
  const known = inUse.filter((one) => wanted.has(keyOf(one)));
  const missing = [...wanted.values()]
    .map(([first]) => first)
    .filter((one) => !known.some((each) => keyOf(each) === keyOf(one)));
  const answers = await Promise.all(
    missing.map(({ rubric, revision }) =>
      api.get(`/v1/rubrics/${encodeURIComponent(rubric)}`, { revision }),
    ),
  );
  return [...known, ...answers.map((one) => one.rubric)];
}

// The visit, and of each look-for that is rated by a rubric what each level looks like.
async function read(api, host, visit, school) {
  const [found, inUse] = await Promise.all([
    api.get(`/v1/visits/${encodeURIComponent(visit)}`, { host, school }),
    whereAllowed('ListRubrics', () => api.all('/v1/rubrics', 'rubrics'), []),
  ]);
  const rubrics = await rubricsOf(api, found.visit.lookFors, inUse);
  const criteria = new Map(
    rubrics.flatMap((rubric) =>
      rubric.criteria.map((one) => [`${keyOf(rubric)} ${one.criterion}`, one.descriptors]),
    ),
  );
  const levels = (one) => criteria.get(`${keyOf(one)} ${one.criterion}`) ?? [];
  return {
    visit: found.visit,
    recordedRooms: found.recordedRooms ?? [],
    lookFors: found.visit.lookFors.map((one) => ({ ...one, descriptors: levels(one) })),
  };
}

export function VisitPage({ board, route }) {
  const [host = '', visit = ''] = route.args;
  const school = route.query.school ?? '';
  const answer = useAnswer(() => read(board.api, host, visit, school), [host, visit, school]);
  return html`
    <${Trail} board=${board} school=${host} />
    <${Heading}>${t('room.title')} <${Name} text=${board.names.school(host)} /><//>
    <${Answered} answer=${answer}>
      ${(value) => html`<${Rooms} key=${school} ...${{ board, host, school }} ...${value} />`}
    <//>`;
}

function Rooms({ board, host, school, visit, recordedRooms, lookFors }) {
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
  const others = recordedRooms.filter((room) => !entries.some((one) => one.id === room.room));
  const isOn = visit.state === 'VISIT_STATE_PACKET';
  return html`
    <div class="touch">
      <p>${date(visit.date)} · <${Badge} value=${visit.state} /></p>
      <p class="lead"><${Written} text=${visit.problemOfPractice} /></p>
      <${Status} entries=${entries} isLost=${isLost} />
      ${!isOn && html`<p class="notice">${t('room.not-now')}</p>`}
      ${isOn && html`<${From} ...${{ board, host, school, visit }} />`}
      ${isOn && !school && html`<p class="notice">${t('room.choose')}</p>`}
      ${
        isOn &&
        school &&
        html`<${RoomForm} draft=${draft} change=${change} lookFors=${lookFors} record=${record}
          number=${numberOf(entries, draft, others.length)}
          refusals=${refused ? refusalsOf(refused.error, FIELDS) : { at: {}, rest: [] }} />`
      }
      <${Recorded} entries=${entries} before=${others.length} current=${draft.id}
        correct=${correct} />
      <${Others} rooms=${others} />
    </div>`;
}

// Which room it is, of those of the school: others have recorded so many before.
function numberOf(entries, draft, before) {
  const at = entries.findIndex((one) => one.id === draft.id);
  return before + (at < 0 ? entries.length + 1 : at + 1);
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
        ${!school && html`<option value="">${t('form.choose')}</option>`}
        ${schools.map(
          (one) => html`<option key=${one} value=${one}>${board.names.school(one)}</option>`,
        )}
      </select></div>`;
}

function inShort({ grade, subject }) {
  return [grade, subject].filter(Boolean).join(', ') || t('nothing');
}

// So that nobody records the same room again.
function Others({ rooms }) {
  if (rooms.length === 0) return null;
  return html`
    <section aria-labelledby="others"><h2 id="others">${t('room.others')}</h2>
      <ul class="plain">${rooms.map(
        (one) => html`<li key=${one.room}><${Name} text=${inShort(one)} /> ·${' '}
        ${t('room.minutes', { count: one.minutes })}</li>`,
      )}</ul>
    </section>`;
}

const STATES = { accepted: 'good', waiting: 'warn', refused: 'bad' };

function Recorded({ entries, before, current, correct }) {
  if (entries.length === 0) return null;
  return html`
    <section aria-labelledby="recorded"><h2 id="recorded">${t('room.recorded')}</h2>
      <p class="hint">${t('room.recorded-hint')}</p>
      <ol class="rooms">${entries.map(
        (one, i) => html`<li key=${one.id}>
        <p><${Name} text=${inShort(one.content.room)} />
          ${' '}<span class="badge ${STATES[one.state]}">${t(`room.is.${one.state}`)}</span></p>
        ${
          one.error &&
          html`<p class="refusal"><${Said}
            text=${reasonText(one.error.reason, one.error.message)} /></p>`
        }
        ${
          one.id !== current &&
          html`<button type="button" onClick=${() => correct(one)}>
          ${t('room.correct', { n: before + i + 1 })}</button>`
        }</li>`,
      )}</ol>
    </section>`;
}
