// What of the page needs no browser, as rules: words, addresses, forms, streams, pictures' axes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bodyOf, callOf, commandOf, commandsOf, placeOf, typedOf } from './web/forms/schema.js';
import { NOT_FOR_PEOPLE } from './web/forms/refinements.js';
import { Stream } from './web/live.js';
import { after, chosen, listed } from './web/pages/alert_list.js';
import { blocksOf, instructionalDays } from './web/pictures/phases.js';
import { scaleAround, scaleOf } from './web/pictures/scale.js';
import { href, parse } from './web/router.js';
import { EventReader } from './web/sse.js';
import { chosenLanguage, spelled } from './web/words.js';
import en from './web/words/en.js';
import es from './web/words/es.js';

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
        refuse: () => refuse(new Error('refused')),
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
  const resolved = after(known, [
    {
      name: 'resolved',
      data: { resolved: { alert: alert('a', 4, { state: 'ALERT_STATE_RESOLVED' }) } },
    },
  ]);
  assert.deepEqual(chosen(resolved, {}), []);
  assert.equal(chosen(resolved, { state: 'all' }).length, 1);
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
