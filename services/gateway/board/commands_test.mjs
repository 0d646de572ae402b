// Commands of the API that people give, as rules: each has a form, and no form asks for an id that
// nobody can know.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { choicesAt, choicesOf, withWhatFollows } from './web/forms/choices.js';
import { NOT_FOR_PEOPLE, asShown, isShown } from './web/forms/refinements.js';
import { commandOf, commandsOf } from './web/forms/schema.js';
import { Names } from './web/names.js';
import en from './web/words/en.js';
import es from './web/words/es.js';

const openApi = JSON.parse(readFileSync(new URL('../../../proto/openapi.json', import.meta.url)));
const changing = Object.values(openApi.paths).flatMap((methods) =>
  ['post', 'put', 'patch', 'delete'].filter((verb) => methods[verb]).map((verb) => methods[verb]),
);
const withForm = [...commandsOf(openApi, NOT_FOR_PEOPLE).values()].flat();

test('whatever changes something has a form, or a reason why it has none', () => {
  const forms = new Set(withForm.map((one) => one.operationId));
  const neither = changing
    .map((one) => one.operationId)
    .filter((one) => forms.has(one) === Boolean(NOT_FOR_PEOPLE.get(one)));
  assert.deepEqual(neither, []);
  const all = new Set(changing.map((one) => one.operationId));
  assert.deepEqual([...NOT_FOR_PEOPLE.keys()].filter((one) => !all.has(one)), []);
});

test('every form is found under the words of what it is about', () => {
  for (const { text, commands } of [en, es]) {
    for (const { operationId, tags } of withForm) {
      assert.ok(Object.hasOwn(text, `commands.${tags[0]}`), tags[0]);
      assert.ok(Object.hasOwn(commands, operationId), operationId);
    }
  }
});

test('whoever may not give a command is not offered it', () => {
  const mine = commandsOf(openApi, NOT_FOR_PEOPLE, (operation) => operation === 'AnswerReview');
  assert.deepEqual([...mine.keys()], ['CyclesService']);
});

// The lists of a district, as the API has them: one row of each, whose every text is `x`.
class OneOfEach {
  constructor() {
    this.asked = [];
  }
  async all(path, rows) {
    this.asked.push(path);
    const of = { school: 'alder', host: 'alder', team: 'grade-3', visit: 'visit', name: 'A name' };
    const id = rows.replace(/(ie)?s$/, (end) => (end === 'ies' ? 'y' : ''));
    const nested = { condition: { trigger: 'TRIGGER_OVERDUE', school: 'alder' } };
    nested.commitment = { commitment: 'commitment', statement: 'Model it.', due: '2026-11-20' };
    nested.delivery = { delivery: 'delivery', subscription: 'subscription' };
    const start = '2026-10-21';
    return [{ ...of, start, access: 'access', [id]: id, statement: 'It.', subscriber: 'Ana', ...nested }];
  }
}

const names = new Names({
  schools: [{ school: 'alder', name: 'Alder Elementary' }],
  teams: [{ school: 'alder', team: 'grade-3', name: 'Grade 3' }],
  practices: [{ practice: 'pairs', name: 'Pairs' }],
});

// What people make up themselves, or have on paper.
const TYPED = new Set([':practice', ':school', ':rubric', ':template', ':plan', ':progression']);

test('no form asks for the id of something that there is', async () => {
  for (const { operationId } of withForm) {
    const { fields, path } = commandOf(openApi, operationId);
    const board = { api: new OneOfEach(), names, zone: 'America/Chicago' };
    const choices = await choicesOf(board, fields);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const isInPath = ({ name, kind }) =>
      kind !== 'group' && inPath.includes(name.replace(/^:/, ''));
    for (const field of fields.filter(isInPath)) {
      const isKnown = ['school', 'team'].includes(field.kind) || TYPED.has(field.name);
      const offered = choicesAt(choices, [field.name], {});
      assert.ok(isKnown || offered?.length === 1, `${operationId} ${field.name}`);
      if (offered) assert.ok(offered[0][1] && offered[0][1] !== offered[0][0], offered[0].join());
    }
  }
});

test('with what is chosen comes what follows from it', async () => {
  const rows = [
    { cycle: 'c1', school: 'alder', team: 'grade-3', number: 1, start: '2026-09-01' },
    { cycle: 'c2', school: 'birch', team: 'grade-4', number: 2, start: '2026-10-01' },
  ];
  const board = { api: { all: async () => rows }, names, zone: 'America/Chicago' };
  const fields = [{ name: 'cycle' }, { name: 'school' }];
  const choices = await choicesOf(board, fields);
  const ids = (typed) => choicesAt(choices, ['cycle'], typed)?.map(([id]) => id);
  assert.deepEqual(ids({}), ['c2', 'c1'], 'the newest first');
  assert.deepEqual(ids({ school: 'alder' }), ['c1']);
  assert.equal(ids({ school: 'cedar' }), undefined, 'then it is typed');
  assert.equal(choicesAt(choices, ['look', 'cycle'], {}), undefined);
  assert.deepEqual(withWhatFollows(choices, fields, { cycle: 'c2' }, ['cycle']), {
    cycle: 'c2',
    school: 'birch',
  });
  const other = { cycle: 'unknown', school: 'alder' };
  assert.deepEqual(withWhatFollows(choices, fields, other, ['cycle']), other);
});

test('a field that what is chosen has no use for is neither shown nor sent', () => {
  const typed = (channel) => ({
    subscription: { subscription: 's', channel, digest: { hour: '6' }, webhook: { url: 'x' } },
  });
  const shown = (channel, name) =>
    isShown('UpsertSubscription', ['subscription', name], typed(channel));
  const sent = (channel) =>
    Object.keys(asShown('UpsertSubscription', typed(channel)).subscription).sort();
  assert.equal(shown('CHANNEL_STREAM', 'digest'), false);
  assert.equal(shown('CHANNEL_EMAIL_DIGEST', 'digest'), true);
  assert.equal(shown('CHANNEL_EMAIL_DIGEST', 'subscription'), false);
  assert.deepEqual(sent('CHANNEL_STREAM'), ['channel', 'subscription']);
  assert.deepEqual(sent('CHANNEL_WEBHOOK'), ['channel', 'subscription', 'webhook']);
  const other = { subscription: 's' };
  assert.deepEqual(asShown('DeleteSubscription', other), other);
});
