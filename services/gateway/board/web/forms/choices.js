// What there is already and a command may be about: people choose it by what it is called, as
// nobody knows its id. Lists are read when the form is opened, of each what is newest or open.
import { whereAllowed } from '../api.js';
import { date, moment, shortDate, t, valueWord } from '../words.js';

const MOST = 500;

const joined = (...parts) => parts.filter(Boolean).join(' · ');

// Of a field: where what it names is listed (`rows` is the field of the answer, `operation` what a
// role has to be allowed), its id and what it is called, and the other fields that follow from it.
const LISTS = {
  access: {
    operation: 'ListEmergencyAccess',
    path: '/v1/emergencyAccess',
    rows: 'access',
    id: (one) => one.access,
    name: (one, { names, zone }) =>
      joined(names.school(one.school), one.subject, moment(one.fromMs, zone)),
    follows: ({ school }) => ({ school }),
  },
  alert: {
    operation: 'ListAlerts',
    path: '/v1/alerts',
    query: { unresolvedOnly: true },
    rows: 'alerts',
    id: (one) => one.alert,
    name: ({ condition }, { names }) =>
      joined(
        valueWord(condition.trigger),
        condition.school && names.school(condition.school),
        condition.team && names.team(condition.school, condition.team),
      ),
    follows: ({ school }) => ({ school }),
  },
  commitment: {
    operation: 'ListCommitments',
    path: '/v1/commitments',
    rows: 'commitments',
    id: (one) => one.commitment.commitment,
    name: ({ host, commitment }, { names }) =>
      joined(names.school(host), commitment.statement, date(commitment.due)),
    follows: ({ host, visit }) => ({ host, school: host, visit }),
  },
  cycle: {
    operation: 'ListCycles',
    path: '/v1/cycles',
    rows: 'cycles',
    id: (one) => one.cycle,
    name: ({ school, team, number, start, state }, { names }) =>
      joined(
        names.teamOfSchool(school, team),
        t('growth.cycle', { n: number }),
        shortDate(start),
        valueWord(state),
      ),
    follows: ({ school }) => ({ school }),
    isFirst: (a, b) => a.start > b.start,
  },
  delivery: {
    operation: 'ListDeadLetters',
    path: '/v1/deadLetters',
    rows: 'deadLetters',
    id: (one) => one.delivery.delivery,
    name: ({ delivery, deadAtMs }, { zone }) =>
      joined(delivery.subscription, moment(deadAtMs, zone), delivery.delivery),
  },
  offer: {
    operation: 'ListOffers',
    path: '/v1/offers',
    query: { state: 'OFFER_STATE_OPEN' },
    rows: 'offers',
    id: (one) => one.offer,
    name: ({ school, team, statement }, { names }) =>
      joined(names.teamOfSchool(school, team), statement),
    follows: ({ school, team }) => ({ school, team }),
  },
  plan: {
    operation: 'ListSitePlans',
    path: '/v1/sitePlans',
    rows: 'plans',
    id: (one) => one.plan,
    name: ({ school, plan, state }, { names }) =>
      joined(names.school(school), plan, valueWord(state)),
    follows: ({ school }) => ({ school }),
    isFirst: (a, b) => a.year > b.year,
  },
  review: {
    operation: 'ListReviews',
    path: '/v1/reviews',
    query: { openOnly: true },
    rows: 'reviews',
    id: (one) => one.review,
    name: ({ school, team, trigger, openedAtMs }, { names, zone }) =>
      joined(
        valueWord(trigger),
        school && (team ? names.teamOfSchool(school, team) : names.school(school)),
        moment(openedAtMs, zone),
      ),
    follows: ({ school }) => ({ school }),
  },
  round: {
    operation: 'ListSurveyRounds',
    path: '/v1/surveys',
    rows: 'rounds',
    id: (one) => one.round,
    name: ({ school, name, lastDay }, { names }) =>
      joined(school && names.school(school), name, t('survey.until', { on: date(lastDay) })),
    follows: ({ school }) => ({ school }),
    isFirst: (a, b) => a.firstDay > b.firstDay,
  },
  rubric: {
    operation: 'ListRubrics',
    path: '/v1/rubrics',
    rows: 'rubrics',
    id: (one) => one.rubric,
    name: ({ rubric, name, state }) => joined(name || rubric, valueWord(state)),
  },
  silence: {
    operation: 'ListSilences',
    path: '/v1/silences',
    rows: 'silences',
    id: (one) => one.silence,
    name: ({ comment, endsAtMs }, { zone }) =>
      joined(comment, t('silences.until', { at: moment(endsAtMs, zone) })),
    follows: ({ matcher }) => ({ school: matcher?.school }),
  },
  subscription: {
    operation: 'ListSubscriptions',
    path: '/v1/subscriptions',
    rows: 'subscriptions',
    id: (one) => one.subscription,
    name: ({ subscriber, subscription, channel }) =>
      joined(subscriber, valueWord(channel), subscription),
  },
  template: {
    operation: 'ListTemplates',
    path: '/v1/templates',
    rows: 'templates',
    isOne: (one) => !one.shipped,
    id: (one) => one.template,
    name: ({ name, template }) => name || template,
  },
  visit: {
    operation: 'ListVisits',
    path: '/v1/visits',
    rows: 'visits',
    id: (one) => one.visit,
    name: (one, { names }) =>
      joined(names.school(one.host), date(one.date), valueWord(one.state)),
    follows: ({ host }) => ({ host, school: host }),
    isFirst: (a, b) => a.date > b.date,
  },
  wave: {
    operation: 'ListWaves',
    path: '/v1/waves',
    rows: 'waves',
    id: (one) => one.wave,
    name: ({ name, practice, askBy }, { names }) =>
      joined(name || names.practice(practice), t('wave.ask-by', { on: date(askBy) })),
  },
};

const ofTheLibrary = ({ names }) =>
  names.practices().map(([id, name]) => ({ id, name, follows: {} }));

async function listOf(list, board) {
  const ask = () => board.api.all(list.path, list.rows, list.query ?? {}, MOST);
  const rows = (await whereAllowed(list.operation, ask, [])).filter(list.isOne ?? (() => true));
  if (list.isFirst) rows.sort((a, b) => (list.isFirst(a, b) ? -1 : 1));
  const follows = list.follows ?? (() => ({}));
  return rows.map((one) => ({
    id: list.id(one),
    name: list.name(one, board),
    follows: follows(one),
  }));
}

// name -> [{id, name, follows}] of those among the fields of a form that choose what there is. What
// somebody's role may not list is typed.
export async function choicesOf(board, fields) {
  const names = fields.filter((field) => field.kind !== 'group').map((field) => field.name);
  const listed = names.filter((name) => Object.hasOwn(LISTS, name));
  const found = await Promise.all(listed.map((name) => listOf(LISTS[name], board)));
  const choices = new Map(listed.map((name, i) => [name, found[i]]));
  for (const name of ['practice', 'into']) {
    if (names.includes(name)) choices.set(name, ofTheLibrary(board));
  }
  return choices;
}

// [id, name] to choose from at a field, of the school that is chosen, or of the host; undefined: it
// is typed.
export function choicesAt(choices, [name, ...rest], { school, host }) {
  const known = rest.length === 0 ? (choices.get(name) ?? []) : [];
  const isOf = (chosen, follows) => !chosen || !follows || chosen === follows;
  const here = known.filter(({ follows }) =>
    follows.host ? isOf(host, follows.host) : isOf(school, follows.school),
  );
  return here.length > 0 ? here.map((one) => [one.id, one.name]) : undefined;
}

// What is typed, with what follows from the choice at a path, in the fields that a command has.
export function withWhatFollows(choices, fields, typed, [name, ...rest]) {
  if (rest.length > 0) return typed;
  const chosen = (choices.get(name) ?? []).find((one) => one.id === typed[name]);
  const asked = new Set(fields.map((field) => field.name));
  const follows = Object.entries(chosen?.follows ?? {}).filter(
    ([field, value]) => value && asked.has(field),
  );
  return { ...typed, ...Object.fromEntries(follows) };
}
