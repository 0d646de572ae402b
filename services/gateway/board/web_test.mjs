// What of the page needs no browser, as rules: words, addresses, forms, streams, pictures' axes.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { bodyOf, callOf, commandOf, commandsOf, placeOf, typedOf } from './web/forms/schema.js';
import { NOT_FOR_PEOPLE } from './web/forms/refinements.js';
import { momentOf } from './web/forms/moment.js';
import { added, choicesAt, isUnseen, pathOf, withoutEmpty } from './web/forms/plan_content.js';
import { Outbox } from './web/forms/outbox.js';
import { roomOf } from './web/forms/room_form.js';
import { Saver } from './web/forms/saver.js';
import { groupBy } from './web/group_by.js';
import { Api, Refused, Unreachable, whereAllowed } from './web/api.js';
import { Stream } from './web/live.js';
import { Names } from './web/names.js';
import { after, chosen, countsBy, listed, sentenceOf } from './web/parts/alert_list.js';
import { Growth } from './web/parts/growth.js';
import { Measures } from './web/parts/measures.js';
import { blocksOf, instructionalDays } from './web/pictures/phases.js';
import { scaleAround, scaleOf } from './web/pictures/scale.js';
import { href, parse } from './web/router.js';
import { nobodyIsKnown, onSession, readSession, session, signInAddress } from './web/session.js';
import { me } from './web/forms/me.js';
import { EventReader } from './web/sse.js';
import { chosenLanguage, counted, spelled, t } from './web/words.js';
import en from './web/words/en.js';
import es from './web/words/es.js';
import reasons from './web/words/reasons_es.js';

const openApi = JSON.parse(readFileSync(new URL('../../../proto/openapi.json', import.meta.url)));

test('every language has the same words', () => {
  for (const part of Object.keys(en))
    assert.deepEqual(Object.keys(es[part]), Object.keys(en[part]), part);
});

test('a text fills in the same names in every language', () => {
  const names = (text) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g))].sort();
  for (const [key, text] of Object.entries(en.text))
    assert.deepEqual(names(es.text[key]), names(text), key);
});

// The modules of the page, but for the words and what others wrote.
const modules = readdirSync(new URL('web/', import.meta.url), { recursive: true })
  .filter((name) => /\.(js|css)$/.test(name) && !name.startsWith('words/'))
  .map((name) => ({ name, text: readFileSync(new URL(`web/${name}`, import.meta.url), 'utf8') }));
const textOf = (ending) =>
  modules
    .filter(({ name }) => name.endsWith(ending))
    .map(({ text }) => text)
    .join('');

test('every text is shown somewhere', () => {
  const code = textOf('.js');
  const made = [...code.matchAll(/\bt\(\s*`([\w.-]+)\$\{/g)].map(([, begins]) => begins);
  const isShown = (key) =>
    code.includes(`'${key}'`) || made.some((begins) => key.startsWith(begins));
  assert.deepEqual(
    Object.keys(en.text).filter((key) => !isShown(key)),
    [],
  );
});

test('every class that a page gives is one that a style or a script knows', () => {
  const styles = textOf('.css');
  // The form finds its summary, and the test of the system the items of the inbox, by theirs.
  const known = (name) =>
    new RegExp(`\\.${name}\\b`).test(styles) || ['summary', 'alert-item'].includes(name);
  const given = [...textOf('.js').matchAll(/class="([\w -]+)/g)].flatMap(([, names]) =>
    names.trim().split(' '),
  );
  assert.ok(given.length > 50);
  assert.deepEqual(
    given.filter((name) => !known(name)),
    [],
  );
});

test('a count that was cut is said to be the least', () => {
  assert.equal(t('overview.alerts', { count: 2000, isCut: false }), '2,000 alerts are open');
  assert.equal(t('overview.alerts', { count: 2000, isCut: true }), 'At least 2,000 alerts are open');
  const library = t('practices.sentence', { count: 5000, isCut: true });
  assert.equal(library, 'The library has at least 5,000 practices.');
  assert.equal(counted(7, false), '7');
});

test('every command that people give has a name and its fields have labels', () => {
  const unnamed = [];
  const check = (field) => {
    if (field.kind === 'carried') return;
    if (!Object.hasOwn(en.fields, field.name.replace(/^:/, ''))) unnamed.push(field.name);
    for (const each of field.fields ?? []) check(each);
    for (const value of field.values ?? [])
      if (!Object.hasOwn(en.values, value)) unnamed.push(value);
    if (field.item) check(field.item);
  };
  for (const commands of commandsOf(openApi, NOT_FOR_PEOPLE).values()) {
    for (const { operationId } of commands) {
      if (!Object.hasOwn(en.commands, operationId)) unnamed.push(operationId);
      commandOf(openApi, operationId).fields.forEach(check);
    }
  }
  assert.deepEqual([...new Set(unnamed)], []);
});

test('the language is the first that somebody prefers and there is', () => {
  assert.equal(chosenLanguage(null, ['fr-CA', 'es-MX', 'en']), 'es');
  assert.equal(chosenLanguage('en', ['es']), 'en');
  assert.equal(chosenLanguage('constructor', ['xx']), 'en');
});

test('a name without a word is spelled', () => {
  assert.equal(spelled('problemOfPractice'), 'Problem of practice');
  assert.equal(spelled('STUDENT_UNKNOWN'), 'Student unknown');
});

test('an address names the same place when it is read again', () => {
  const where = href('river bend', 'team', ['a/b', 'é?#'], { tab: 'x&y', none: '' });
  assert.deepEqual(parse(where), {
    district: 'river bend',
    page: 'team',
    args: ['a/b', 'é?#'],
    query: { tab: 'x&y' },
  });
  assert.deepEqual(parse(''), { district: '', page: '', args: [], query: {} });
  assert.equal(parse('#/%E0%A4%A').district, '%E0%A4%A');
});

test('server-sent events are read in whatever pieces they come', () => {
  const text = ': hello\r\nretry: 2000\n\nid: 1\n\nid: 2\nevent: raised\ndata: {"a":\ndata: 1}\n\n';
  for (let size = 1; size < text.length; size += 1) {
    const reader = new EventReader(),
      events = [];
    for (let i = 0; i < text.length; i += size)
      events.push(...reader.read(text.slice(i, i + size)));
    assert.deepEqual(events.at(-1), { name: 'raised', data: '{"a":\n1}', id: '2' });
    assert.deepEqual(events.at(-2), { name: 'message', data: '', id: '1' });
  }
});

// A network and a clock that do what the test says.
class Simulated {
  constructor() {
    this.time = 0;
    this.timers = [];
    this.connections = [];
    this.drawn = 0;
  }

  connect(url, headers, signal) {
    return new Promise((accept, refuse) => {
      let hand = null,
        held = [],
        over = null;
      const connection = {
        url,
        signal,
        accept: () => accept(pieces()),
        refuse: (status) => refuse(Object.assign(new Error('refused'), { status })),
      };
      const wake = () => hand?.();
      connection.send = (text) => {
        held.push(text);
        wake();
      };
      connection.end = () => {
        over = true;
        wake();
      };
      signal.addEventListener('abort', () => {
        refuse(new Error('aborted'));
        connection.end();
      });
      async function* pieces() {
        while (true) {
          while (held.length > 0) yield held.shift();
          if (over) return;
          await new Promise((woken) => {
            hand = woken;
          });
        }
      }
      this.connections.push(connection);
    });
  }

  now() {
    return this.time;
  }
  random() {
    return this.drawn;
  }
  later(what, ms) {
    const timer = { what, at: this.time + ms };
    this.timers.push(timer);
    return timer;
  }
  forget(timer) {
    this.timers = this.timers.filter((one) => one !== timer);
  }

  async pass(ms) {
    const until = this.time + ms;
    await settled();
    for (let due = this.due(until); due; due = this.due(until)) {
      this.time = Math.max(this.time, due.at);
      this.forget(due);
      due.what();
      await settled();
    }
    this.time = until;
  }

  due(until) {
    return this.timers.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
  }
}

const settled = () =>
  new Promise((done) => {
    setImmediate(() => setImmediate(done));
  });
const frame = (id, name) => `id: ${id}\nevent: ${name}\ndata: {"id":${id}}\n\n`;

function watched(options = {}) {
  const system = new Simulated(),
    taken = [],
    told = [];
  const stream = new Stream({
    path: '/watch',
    system,
    take: (events) => taken.push(events.map(({ name, data }) => data.id ?? name)),
    tell: ({ state }) => told.push(state),
    ...options,
  });
  return { system, taken, told, stream };
}

async function opened(system) {
  await settled();
  system.connections.at(-1).accept();
  await settled();
  return system.connections.at(-1);
}

test('a stream hands on at most once a second, and everything', async () => {
  const { system, taken } = watched({ after: 'p' });
  const connection = await opened(system);
  assert.equal(connection.url, '/watch?after=p');
  for (let i = 1; i <= 30; i += 1) {
    connection.send(frame(i, 'raised'));
    await system.pass(100);
  }
  await system.pass(1000);
  assert.deepEqual(
    taken.flat(),
    Array.from({ length: 30 }, (_, i) => i + 1),
  );
  assert.ok(taken.length <= 5, String(taken.length));
});

test('a stream that is cut says so and goes on from its position', async () => {
  const { system, taken, told } = watched({ after: 'p' });
  const connection = await opened(system);
  connection.send(frame(7, 'raised'));
  await system.pass(10);
  connection.end();
  await system.pass(10);
  assert.equal(told.at(-1), 'lost');
  await system.pass(2000);
  const next = await opened(system);
  assert.equal(next.url, '/watch?after=7');
  assert.equal(told.at(-1), 'live');
  next.send(frame(8, 'raised'));
  await system.pass(1000);
  assert.deepEqual(taken.flat(), [7, 8]);
});

test('a stream that cannot be opened is tried again and again', async () => {
  const { system, told } = watched({ after: 'p' });
  for (let i = 0; i < 5; i += 1) {
    await settled();
    system.connections.at(-1).refuse();
    await system.pass(2000);
  }
  assert.equal(system.connections.length, 6);
  assert.equal(told.at(-1), 'lost');
});

test('a stream that is refused says so and is not asked for again', async () => {
  const { system, told, stream } = watched({ after: 'p' });
  await settled();
  system.connections.at(-1).refuse(403);
  await system.pass(100_000);
  stream.setHidden(true);
  stream.setHidden(false);
  await system.pass(100_000);
  assert.equal(system.connections.length, 1);
  assert.deepEqual(told, ['connecting', 'refused']);
  stream.resume();
  await opened(system);
  assert.equal(told.at(-1), 'live');
});

test('a server that is overloaded or down is tried again', async () => {
  for (const status of [429, 500, 503]) {
    const { system, told } = watched({ after: 'p' });
    await system.pass(1);
    system.connections.at(-1).refuse(status);
    await system.pass(2000);
    assert.equal(system.connections.length, 2, String(status));
    assert.equal(told.at(-1), 'lost');
  }
});

test('pages that lost the same server come back at different times', async () => {
  const { system } = watched({ after: 'p' });
  system.drawn = 0.5;
  await settled();
  system.connections.at(-1).refuse();
  await system.pass(2999);
  assert.equal(system.connections.length, 1);
  await system.pass(1);
  assert.equal(system.connections.length, 2);
});

test('a connection that says nothing at all is given up', async () => {
  const { system, told } = watched({ after: 'p' });
  const connection = await opened(system);
  await system.pass(15_000);
  connection.send(': alive\n\n');
  await system.pass(39_000);
  assert.equal(told.at(-1), 'live');
  await system.pass(2000);
  assert.equal(told.at(-1), 'lost');
});

test('a position that came without an event is one to go on from', async () => {
  const { system } = watched();
  const connection = await opened(system);
  connection.send('id: 40\n\n');
  await system.pass(10);
  connection.end();
  await system.pass(2010);
  assert.equal(system.connections.at(-1).url, '/watch?after=40');
});

test('without a position everything is read again', async () => {
  const { system, taken } = watched();
  await opened(system);
  await system.pass(1000);
  assert.deepEqual(taken, [['gap']]);
});

test('a pause closes the stream and going on misses nothing', async () => {
  const { system, taken, told, stream } = watched({ after: 'p' });
  const connection = await opened(system);
  connection.send(frame(1, 'raised'));
  await system.pass(0);
  connection.send(frame(2, 'raised'));
  await system.pass(10);
  stream.pause();
  assert.deepEqual(taken.flat(), [1, 2]);
  assert.ok(connection.signal.aborted);
  assert.equal(told.at(-1), 'paused');
  await system.pass(100_000);
  assert.equal(system.connections.length, 1);
  stream.resume();
  await settled();
  assert.equal(system.connections.at(-1).url, '/watch?after=2');
});

test('a page that nobody sees has no connection', async () => {
  const { system, stream } = watched({ after: 'p' });
  const connection = await opened(system);
  stream.setHidden(true);
  assert.ok(connection.signal.aborted);
  stream.pause();
  stream.setHidden(false);
  await system.pass(10_000);
  assert.equal(system.connections.length, 1);
  stream.resume();
  await settled();
  assert.equal(system.connections.length, 2);
});

test('a page that is opened where nobody sees it connects once it is seen', async () => {
  const { system, stream } = watched({ after: 'p', hidden: true });
  await system.pass(10_000);
  assert.equal(system.connections.length, 0);
  stream.setHidden(false);
  await settled();
  assert.equal(system.connections.length, 1);
});

test('a stream that is closed hands nothing on', async () => {
  const { system, taken, stream } = watched({ after: 'p' });
  const connection = await opened(system);
  stream.close();
  connection.send(frame(1, 'raised'));
  await system.pass(10_000);
  assert.deepEqual(taken, []);
  assert.equal(system.connections.length, 1);
});

const alert = (id, version, more = {}) => ({
  school: 's',
  alert: id,
  version: String(version),
  raisedAtMs: '1',
  state: 'ALERT_STATE_FIRING',
  condition: { severity: 'SEVERITY_WARNING', trigger: 'TRIGGER_OVERDUE' },
  ...more,
});

test('an alert that comes again, or late, changes nothing', () => {
  const known = listed([alert('a', 3, { state: 'ALERT_STATE_ACKNOWLEDGED' })]);
  const again = after(known, [{ name: 'raised', data: { raised: { alert: alert('a', 1) } } }]);
  assert.equal(again.get('s/a').version, '3');
});

test('an alert that is resolved is kept only where resolved ones are wanted', () => {
  const known = listed([alert('a', 3), alert('b', 1)]);
  const events = [
    {
      name: 'resolved',
      data: { resolved: { alert: alert('a', 4, { state: 'ALERT_STATE_RESOLVED' }) } },
    },
  ];
  const kept = after(known, events, true);
  assert.equal(chosen(kept, {}).length, 1);
  assert.equal(chosen(kept, { state: 'all' }).length, 2);
  assert.deepEqual([...after(known, events).keys()], ['s/b']);
});

test('things are grouped and counted in the order in which their keys come', () => {
  const words = ['ox', 'ant', 'cat', 'ox'];
  const byLength = groupBy(words, (one) => one.length);
  assert.deepEqual([...byLength], [[2, ['ox', 'ox']], [3, ['ant', 'cat']]]);
  assert.deepEqual(countsBy(words, (one) => one), [['ant', 1], ['cat', 1], ['ox', 2]]);
});

test('after a gap the alerts are read again', () => {
  assert.equal(after(new Map(), [{ name: 'reset', data: {} }]), null);
  assert.equal(after(new Map(), [{ name: 'gap', data: {} }]), null);
  assert.equal(after(new Map(), [{ name: 'notified', data: { notified: {} } }]).size, 0);
});

test('the most severe alert comes first, of these the latest', () => {
  const severe = { severity: 'SEVERITY_CRITICAL', trigger: 'TRIGGER_OVERDUE' };
  const found = chosen(
    listed([
      alert('a', 1),
      alert('b', 1, { condition: severe }),
      alert('c', 1, { condition: severe, raisedAtMs: '2' }),
    ]),
    {},
  );
  assert.deepEqual(
    found.map((one) => one.alert),
    ['c', 'b', 'a'],
  );
});

test('a form asks for what a command takes, and nothing that the page knows', () => {
  const design = commandOf(openApi, 'RecordDesign');
  const asked = design.fields.filter((one) => one.kind !== 'carried');
  assert.deepEqual(
    asked.map((one) => one.name),
    ['cycle', 'school', 'design'],
  );
  const practices = asked[2].fields.find((one) => one.name === 'practices');
  assert.equal(practices.kind, 'list');
  assert.equal(
    commandOf(openApi, 'SnoozeAlert').fields.find((one) => one.name === 'durationS').kind,
    'duration',
  );
  assert.equal(commandOf(openApi, 'NoSuchThing'), null);
});

test('what was left empty is not sent', () => {
  const { fields } = commandOf(openApi, 'RecordDesign');
  assert.equal(bodyOf(fields, { design: { ifPractice: '', practices: ['', ''] } }), undefined);
  assert.deepEqual(
    bodyOf(fields, {
      school: 'a',
      design: { indicators: [{ indicator: 'i', predictedEffect: '0.3' }, {}] },
    }),
    { school: 'a', design: { indicators: [{ indicator: 'i', predictedEffect: 0.3 }] } },
  );
});

test('what is no number is sent as it is, for the API to refuse', () => {
  const { fields } = commandOf(openApi, 'SnoozeAlert');
  assert.deepEqual(bodyOf(fields, { durationS: 'soon' }), { durationS: 'soon' });
});

test('a moment is typed by the clock of the district', () => {
  const typed = { silence: { endsAtMs: '2026-07-01T09:30' } };
  const { fields } = commandOf(openApi, 'CreateSilence');
  const sent = (zone) => Number(bodyOf(fields, typed, zone).silence.endsAtMs);
  assert.equal(sent('America/Chicago'), Date.parse('2026-07-01T14:30Z'));
  assert.equal(sent('Asia/Kolkata'), Date.parse('2026-07-01T04:00Z'));
  const late = { silence: { endsAtMs: 'whenever' } };
  assert.equal(bodyOf(fields, late, 'America/Chicago').silence.endsAtMs, 'whenever');
});

test('a moment is right on the days on which the clocks are changed', () => {
  const utc = (local) => new Date(momentOf(local, 'America/Chicago')).toISOString().slice(0, 16);
  assert.equal(utc('2026-03-08T01:59'), '2026-03-08T07:59');
  assert.equal(utc('2026-03-08T02:30'), '2026-03-08T08:30'); // there is none: 3:30 by the new time
  assert.equal(utc('2026-03-08T03:00'), '2026-03-08T08:00');
  assert.equal(utc('2026-11-01T00:59'), '2026-11-01T05:59');
  assert.equal(utc('2026-11-01T01:30'), '2026-11-01T06:30'); // the first of two
  assert.equal(utc('2026-11-01T02:00'), '2026-11-01T08:00');
  const sydney = (local) => new Date(momentOf(local, 'Australia/Sydney')).toISOString();
  assert.equal(sydney('2026-04-05T02:30'), '2026-04-04T15:30:00.000Z');
});

test('a call has its ids in the path and the rest in its body', () => {
  const call = callOf(commandOf(openApi, 'RecordDesign'), { cycle: 'a/b', school: 's' });
  assert.deepEqual(call, {
    method: 'POST',
    path: '/v1/cycles/a%2Fb:recordDesign',
    body: { school: 's' },
  });
});

test('an id in the path and the message of the same name are two fields', () => {
  const draft = commandOf(openApi, 'DraftSitePlan');
  const typed = typedOf(draft, { school: 'alder', plan: '2026' });
  assert.deepEqual(typed, { school: 'alder', ':plan': '2026' });
  const plan = {
    version: '4',
    state: 'PLAN_STATE_DRAFT',
    year: 2026,
    priorities: [{ priority: 'p' }],
  };
  assert.deepEqual(callOf(draft, { ...typed, plan }), {
    method: 'PUT',
    path: '/v1/schools/alder/sitePlans/2026',
    body: { plan: { version: '4', year: 2026, priorities: [{ priority: 'p' }] } },
  });
});

test('every command that writes a message in its path asks for what is in the message', () => {
  for (const commands of commandsOf(openApi, NOT_FOR_PEOPLE).values()) {
    for (const { operationId } of commands) {
      const { fields, path } = commandOf(openApi, operationId);
      const names = fields.map((one) => one.name);
      assert.equal(new Set(names).size, names.length, operationId);
      for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
        const isThere = name === 'district' || names.includes(name) || names.includes(`:${name}`);
        assert.ok(isThere, `${operationId} ${name}`);
      }
    }
  }
});

test('a refusal is placed at the field that it names', () => {
  const paths = [
    'school',
    'plan',
    'plan.priorities',
    'plan.priorities.0.statement',
    'plan.priorities.1.statement',
    'analysis.evidence',
  ];
  assert.equal(placeOf('plan.priorities[1].statement', paths), 'plan.priorities.1.statement');
  assert.equal(placeOf('plan.priorities.statement', paths), 'plan.priorities.0.statement');
  assert.equal(placeOf('evidence', paths), 'analysis.evidence');
  assert.equal(placeOf('plan.priorities[4].problems', paths), 'plan.priorities');
  assert.equal(placeOf('nothing', paths), null);
  assert.equal(placeOf('', paths), null);
});

// A saver and what it sent; the test says what is answered.
function saving() {
  const system = new Simulated(),
    calls = [],
    told = [];
  const saver = new Saver({
    system,
    tell: ({ state }) => told.push(state),
    save: (content, key) =>
      new Promise((accept, refuse) => {
        calls.push({ content, key, at: system.time, accept, refuse });
      }),
  });
  return { system, calls, told, saver };
}

async function answered(call, error) {
  if (error) call.refuse(error);
  else call.accept({});
  await settled();
}

test('what is written is saved after a pause, and at most every two seconds', async () => {
  const { system, calls, told, saver } = saving();
  for (let i = 0; i < 10; i += 1) {
    saver.change(i);
    await system.pass(100);
  }
  assert.equal(calls.length, 0);
  await system.pass(800);
  assert.deepEqual([calls[0].content, told.at(-1), saver.isSaved], [9, 'saving', false]);
  await answered(calls[0]);
  assert.deepEqual([told.at(-1), saver.isSaved], ['saved', true]);
  saver.change('more');
  await system.pass(1500);
  assert.equal(calls.length, 1);
  await system.pass(1000);
  assert.equal(calls[1].at - calls[0].at, 2000);
});

test('what is written while it is saved is saved after it, one at a time', async () => {
  const { system, calls, saver } = saving();
  saver.change('a');
  await system.pass(800);
  saver.change('b');
  saver.change('c');
  await system.pass(60_000);
  assert.equal(calls.length, 1);
  await answered(calls[0]);
  await system.pass(800);
  assert.deepEqual(calls.map((one) => one.content), ['a', 'c']);
  assert.notEqual(calls[0].key, calls[1].key);
});

test('what was not answered is sent again as the same call, before anything newer', async () => {
  const { system, calls, told, saver } = saving();
  saver.change('a');
  await system.pass(800);
  saver.change('b');
  await answered(calls[0], new Unreachable());
  assert.equal(told.at(-1), 'lost');
  await system.pass(3000);
  await answered(calls[1], Object.assign(new Error(), { status: 503 }));
  await system.pass(3000);
  await answered(calls[2]);
  await system.pass(3000);
  assert.deepEqual(calls.map((one) => one.content), ['a', 'a', 'a', 'b']);
  assert.equal(new Set(calls.map((one) => one.key)).size, 2);
});

test('what is refused is said, and is not sent again until it is changed', async () => {
  const { system, calls, told, saver } = saving();
  saver.change('a');
  await system.pass(800);
  await answered(calls[0], Object.assign(new Error(), { status: 400 }));
  await system.pass(60_000);
  assert.deepEqual([calls.length, told.at(-1), saver.isSaved], [1, 'refused', false]);
  await saver.flush();
  assert.equal(saver.isSaved, false); // it is not published without what was refused
  saver.change('b');
  await system.pass(800);
  assert.equal(calls.length, 2);
  await answered(calls[1]);
  assert.equal(saver.isSaved, true);
});

test('a publication waits until all that was written is saved', async () => {
  const { system, calls, saver } = saving();
  await saver.flush();
  saver.change('a');
  let isDone = false;
  saver.flush().then(() => {
    isDone = true;
  });
  saver.change('b');
  await answered(calls[0]);
  assert.equal(isDone, false);
  await answered(calls[1]);
  assert.equal(isDone, true);
  assert.deepEqual(calls.map((one) => one.content), ['a', 'b']);
  await system.pass(60_000);
  assert.equal(calls.length, 2);
});

// An outbox and what it sent; the test says what is answered.
function outbox(kept = []) {
  const system = new Simulated(),
    calls = [];
  const now = {};
  now.outbox = new Outbox({
    kept,
    system,
    keep: (entries, isLost) => Object.assign(now, { entries, isLost }),
    send: (content, key) =>
      new Promise((accept, refuse) => {
        calls.push({ content, key, accept, refuse });
      }),
  });
  const states = () => now.entries.map((one) => `${one.id} ${one.state}`);
  return { system, calls, now, states };
}

test('rooms are sent in order, and again as the same call until they are answered', async () => {
  const { system, calls, now, states } = outbox();
  now.outbox.put('a', 1);
  now.outbox.put('b', 2);
  assert.deepEqual(states(), ['a waiting', 'b waiting']);
  await answered(calls[0], new Unreachable());
  assert.equal(now.isLost, true);
  await system.pass(5000);
  await answered(calls[1]);
  assert.deepEqual([now.isLost, ...states()], [false, 'a accepted', 'b waiting']);
  await answered(calls[2]);
  assert.deepEqual(states(), ['a accepted', 'b accepted']);
  assert.deepEqual(calls.map((one) => one.content), [1, 1, 2]);
  assert.equal(calls[0].key, calls[1].key);
  assert.notEqual(calls[1].key, calls[2].key);
});

test('what waits when a page is opened again is sent under the key it had', async () => {
  const { calls } = outbox([
    { id: 'a', content: 1, key: 'k', state: 'waiting' },
    { id: 'b', content: 2, key: 'l', state: 'accepted' },
  ]);
  await settled();
  assert.deepEqual(calls.map(({ content, key }) => [content, key]), [[1, 'k']]);
});

test('a room that is refused holds up none, and one that is corrected takes its place', async () => {
  const { calls, now, states } = outbox();
  now.outbox.put('a', 1);
  now.outbox.put('b', 2);
  await answered(calls[0], Object.assign(new Error('No minutes.'), { status: 400 }));
  assert.deepEqual(states(), ['a refused', 'b waiting']);
  assert.equal(now.entries[0].error.message, 'No minutes.');
  now.outbox.put('a', 3);
  now.outbox.put('b', 4); // while it is under way
  await answered(calls[1]);
  assert.deepEqual(states(), ['a waiting', 'b waiting']);
  await answered(calls[2]);
  await answered(calls[3]);
  assert.deepEqual(states(), ['a accepted', 'b accepted']);
  assert.deepEqual(calls.map((one) => one.content), [1, 2, 3, 4]);
});

test('of a room what was not looked for is not sent, and each line is a note', () => {
  const lookFors = [{ lookFor: 'a', levels: 0 }, { lookFor: 'b', levels: 3 }, { lookFor: 'c' }];
  const typed = { grade: ' 3 ', subject: 'reading', minutes: '15', notes: 'One.\n\n Two. \n' };
  assert.deepEqual(roomOf({ ...typed, seen: { a: 'no', b: '2', c: '' } }, lookFors), {
    grade: '3',
    subject: 'reading',
    minutes: 15,
    notes: ['One.', 'Two.'],
    seen: [{ lookFor: 'a', seen: false }, { lookFor: 'b', level: 2 }],
  });
});

test('an entry to which nothing was written is not sent, and refusals are placed all the same', () => {
  const plan = {
    year: 2026,
    priorities: [
      { priority: 'priority-1' },
      { priority: 'p', statement: 'Read.', problems: [{ problem: 'problem-1', statement: '' }] },
    ],
    timeframes: [{}, { cycleWeeks: 3 }],
  };
  assert.deepEqual(withoutEmpty(plan), {
    year: 2026,
    priorities: [{ priority: 'p', statement: 'Read.', problems: [] }],
    timeframes: [{ cycleWeeks: 3 }],
  });
  const at = (field) => pathOf(plan, field).join('.');
  assert.equal(at('priorities[0].problems'), 'priorities.1.problems');
  assert.equal(at('timeframes[0].cycle_weeks'), 'timeframes.1.cycleWeeks');
  assert.equal(at('evidence_use.feedback_days'), 'evidenceUse.feedbackDays');
  assert.equal(at('measures'), 'measures');
});

test('what is added to a plan has an id that is free, which nobody needs to see', () => {
  const plan = {
    priorities: [{ priority: 'priority-2', problems: [{ problem: 'problem-1' }] }, { priority: 'x' }],
  };
  assert.deepEqual(added(plan, ['priorities']), { priority: 'priority-3' });
  assert.deepEqual(added(plan, ['priorities', '1', 'problems']), { problem: 'problem-2' });
  assert.deepEqual(added(plan, ['timeframes']), {});
  assert.ok(isUnseen(['plan', 'priorities', '0', 'priority']));
  assert.ok(!isUnseen(['plan', 'indicators', '0', 'priority']));
  assert.ok(!isUnseen(['plan', 'indicators', '0', 'indicator']));
});

test('what refers to something of the plan is chosen by its words', () => {
  const plan = {
    priorities: [{ priority: 'p', statement: 'Read.', problems: [{ problem: 'few-cite' }] }],
    indicators: [{ indicator: 'close-reading', assessments: ['quiz', ''] }],
  };
  const at = (...path) => choicesAt(plan, path, { assessments: [['quiz', 'The quiz']] });
  assert.deepEqual(at('measures', '0', 'assessment'), [['quiz', 'The quiz']]);
  assert.deepEqual(at('indicators', '0', 'priority'), [['p', 'Read.']]);
  assert.deepEqual(at('practices', '0', 'indicators'), [['close-reading', 'close reading']]);
  assert.deepEqual(at('theories', '0', 'problems'), [['few-cite', 'few cite']]);
  assert.equal(at('priorities', '0', 'problems'), null);
  assert.equal(at('measures', '0', 'target'), null);
});

test('an axis has whole steps and holds every value', () => {
  const scale = scaleAround([-0.12, 0.36, NaN, undefined]);
  assert.deepEqual(
    scale.ticks.map((one) => Number(one.toFixed(9))),
    [-0.2, 0, 0.2, 0.4],
  );
  assert.equal(scale.at(0.4), 100);
  assert.equal(scaleAround([undefined], false), null);
  for (const [low, high] of [
    [0, 0],
    [0, 1],
    [-3, 8.2],
    [1e6, 2e6],
    [0.001, 0.0013],
  ]) {
    const { first, last } = scaleOf(low, high);
    assert.ok(first <= low && last >= high, `${low} ${high}`);
  }
});

test('days without school are no days of the calendar', () => {
  const days = instructionalDays({
    terms: [{ first: '2026-09-03', last: '2026-09-09' }],
    closures: ['2026-09-07'],
  });
  assert.deepEqual(days, ['2026-09-03', '2026-09-04', '2026-09-08', '2026-09-09']);
  const cycle = {
    start: '2026-09-03',
    due: [
      { phase: 'A', date: '2026-09-04' },
      { phase: 'D', date: '2026-09-08' },
    ],
  };
  assert.deepEqual(blocksOf(cycle, days), [
    { phase: 'A', from: 0, until: 2 },
    { phase: 'D', from: 2, until: 3 },
  ]);
});

// What can be read of a part of the page that remembers nothing.
function read(node) {
  if (Array.isArray(node)) return node.map(read).join(' ');
  if (node === null || node === undefined || typeof node === 'boolean') return '';
  if (typeof node !== 'object') return String(node);
  const { type, props } = node;
  return typeof type === 'function' ? read(type(props)) : read(props.children);
}

const board = { names: { indicator: (id) => id } };
const growth = (row) =>
  read(Growth({ board, rows: [{ indicator: 'i', cycle: 'c', number: 1, ...row }] }));

test('growth that is absent says why, and too few students only where that is why', () => {
  const few = growth({ absent: 'ABSENCE_REASON_SMALL_CELL' });
  assert.match(few, /too few students/);
  const none = growth({
    absent: 'ABSENCE_REASON_UNSPECIFIED',
    evidence: { absent: 'ABSENCE_REASON_NO_BASELINE' },
  });
  assert.match(none, /no baseline/);
  assert.doesNotMatch(none, /too few/);
  const unsaid = growth({ evidence: { matched: 24 } });
  assert.match(unsaid, /not known/);
  assert.doesNotMatch(unsaid, /too few/);
});

test('a measure without a value is not said to be of too few students', () => {
  const measures = read(Measures({ measures: [{ statement: 'Reading' }] }));
  assert.match(measures, /not known, or too few to show/);
  assert.doesNotMatch(measures, /too few students/);
});

test('one comes back to the page that one signs in from', () => {
  assert.equal(
    signInAddress({ search: '?lang=es', hash: '#/riverbend/team/alder/grade-3?tab=a&b=c' }),
    '/sign-in?return=%2F%3Flang%3Des%23%2Friverbend%2Fteam%2Falder%2Fgrade-3%3Ftab%3Da%26b%3Dc',
  );
  assert.equal(signInAddress({ search: '', hash: '' }), '/sign-in?return=%2F');
});

test('who is signed in is told until the session is over', async (context) => {
  const answers = (status, body) =>
    context.mock.method(globalThis, 'fetch', async () => new Response(JSON.stringify(body), { status }));
  const heard = [];
  const end = onSession((now) => heard.push(now));
  nobodyIsKnown();
  assert.deepEqual(heard, [], 'nobody was');
  answers(200, { open: true });
  await readSession();
  assert.deepEqual(session(), { signIn: '', caller: null, isOver: false });
  // By a token, which a page never has.
  answers(200, { signIn: '/sign-in', caller: { subject: 'sis' } });
  await readSession();
  assert.deepEqual(session(), { signIn: '/sign-in', caller: null, isOver: false });
  const caller = { subject: 'ana', name: 'Ana Ruiz', signedIn: true };
  answers(200, { signIn: '/sign-in', caller });
  await readSession();
  assert.equal(session().caller, heard.at(-1).caller);
  assert.equal(me(), 'Ana Ruiz');
  nobodyIsKnown();
  assert.deepEqual(heard.at(-1), { signIn: '/sign-in', caller: null, isOver: true });
  answers(401, {});
  await readSession();
  assert.deepEqual(session(), { signIn: '/sign-in', caller: null, isOver: true });
  context.mock.method(globalThis, 'fetch', async () => { throw new TypeError('away'); });
  await readSession();
  end();
  assert.equal(heard.length, 5);
});

// What was asked of a server that answers with the path of each read, and refuses one.
function pretendServer() {
  const calls = [];
  globalThis.fetch = async (path, options) => {
    calls.push(path);
    const answer = (target) =>
      target.includes('secret')
        ? { status: 403, body: { error: { message: 'no', details: [{ reason: 'NOT_ALLOWED' }] } } }
        : { status: 200, body: { target } };
    const reads = options.body ? JSON.parse(options.body).reads : null;
    const whole = reads ? { status: 200, body: { answers: reads.map(answer) } } : answer(path);
    return { ok: whole.status === 200, status: whole.status, json: async () => whole.body };
  };
  return calls;
}

test('what is asked for at the same time is one call, in which each is answered by itself', async () => {
  const calls = pretendServer();
  const api = new Api('lakeside');
  const [one, two, three] = await Promise.allSettled([
    api.get('/v1/teams', { school: 'a' }),
    api.get('/v1/secret'),
    api.all('/v1/alerts', 'alerts'),
  ]);
  assert.deepEqual(calls, ['/v1/reads:batch']);
  assert.equal(one.value.target, '/v1/teams?school=a');
  assert.ok(two.reason instanceof Refused);
  assert.equal(two.reason.reason, 'NOT_ALLOWED');
  assert.deepEqual(three.value, []);
});

test('what is asked for alone is an ordinary call, and many are asked for in parts', async () => {
  const calls = pretendServer();
  const api = new Api('lakeside');
  assert.equal((await api.get('/v1/teams')).target, '/v1/teams');
  assert.deepEqual(calls, ['/v1/teams']);
  const targets = Array.from({ length: 41 }, (_, i) => `/v1/practices/${i}`);
  const answers = await Promise.all(targets.map((one) => api.get(one)));
  assert.deepEqual(
    answers.map((one) => one.target),
    targets,
  );
  assert.deepEqual(calls.slice(1), ['/v1/reads:batch', '/v1/reads:batch', '/v1/practices/40']);
});

test('what a role may not know is left out, and not asked for where that is known', async () => {
  const calls = pretendServer();
  const api = new Api('lakeside');
  const read = () => whereAllowed('ListSecrets', () => api.get('/v1/secret'), 'nothing');
  assert.equal(await read(), 'nothing');
  assert.equal(calls.length, 1);
  globalThis.fetch = async () => ({
    ok: true,
    status: 200,
    json: async () => ({ caller: { signedIn: true, mayCall: ['ListTeams'] } }),
  });
  await readSession();
  const others = pretendServer();
  assert.equal(await read(), 'nothing');
  assert.deepEqual(others, []);
  assert.equal(await whereAllowed('ListTeams', () => api.get('/v1/secret'), 'none'), 'none');
  nobodyIsKnown();
});

test('an alert does not say twice whose it is', () => {
  const board = { names: { team: () => 'Grade 4' } };
  const about = { school: 'alder', team: 'grade-4', trigger: 'TRIGGER_OFF_TRACK' };
  const said = (reason) => sentenceOf(board, { ...about, reason });
  assert.equal(said('Grade 4: no student has a result.'), 'No student has a result.');
  assert.equal(said('Grade 4 on close reading: 20 fell.'), 'Close reading: 20 fell.');
  assert.equal(said('20 students fell behind.'), '20 students fell behind.');
  assert.equal(said(''), 'Off track');
});

test('every reason that is translated is one that a service has', () => {
  const services = new URL('../../', import.meta.url);
  const sources = readdirSync(services, { recursive: true })
    .filter((name) => name.endsWith('.cc') && !name.endsWith('_test.cc'))
    .map((name) => readFileSync(new URL(name, services), 'utf8'))
    .join('');
  assert.deepEqual(
    Object.keys(reasons).filter((one) => !sources.includes(`"${one}"`)),
    [],
  );
});

test('what people gave a name is called by it, and everything else by its id', () => {
  const names = new Names({
    schools: [{ school: 'alder', name: 'Alder Elementary' }],
    plans: [
      {
        indicators: [{ indicator: 'close-reading', statement: 'read closely' }],
        priorities: [{ problems: [{ problem: 'few-cite', statement: 'Few cite the text.' }] }],
      },
    ],
    practices: [{ practice: 'think-pair-share', name: 'Think, pair, share' }],
    assessments: [{ assessment: 'quiz', title: '' }],
  });
  assert.equal(names.school('alder'), 'Alder Elementary');
  assert.equal(names.indicator('close-reading'), 'Read closely');
  assert.equal(names.problem('few-cite'), 'Few cite the text.');
  assert.equal(names.problem('few-ask'), 'Few ask');
  assert.deepEqual(names.practices(), [['think-pair-share', 'Think, pair, share']]);
  assert.deepEqual(names.assessments(), [['quiz', 'Quiz']]);
});

test('names are asked for as the lists of the API have them', async () => {
  const lists = {
    schools: [{ school: 'alder', name: 'Alder' }],
    teams: [{ school: 'alder', team: 'grade-3', name: 'Grade 3' }],
    plans: [{ plan: '2026', indicators: [{ indicator: 'argue', statement: 'argue well' }] }],
    practices: [{ practice: { practice: 'pairs', name: 'Pairs' } }],
    assessments: [{ assessment: 'quiz', title: 'A quiz' }],
  };
  const names = await Names.of({ all: async (_, what) => lists[what] }, '');
  assert.equal(names.team('alder', 'grade-3'), 'Grade 3');
  assert.equal(names.indicator('argue'), 'Argue well', 'a plan has an id of that name, too');
  assert.equal(names.practice('pairs'), 'Pairs');
  assert.equal(names.assessment('quiz'), 'A quiz');
});
