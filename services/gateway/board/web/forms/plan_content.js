// The content of a plan as somebody writes it: what is empty, which ids are given, what can be
// chosen, and where in it a finding of the API is. Pure.
import { readable } from '../names.js';

// The field that answers each of the six questions.
export const QUESTIONS = [
  'priorities',
  'measures',
  'indicators',
  'practices',
  'evidenceUse',
  'timeframes',
];

// Of an entry of a list the field that is its id, and how one that is made here begins. Assessments
// and the library know indicators and practices by theirs, so that people see these.
const IDS = {
  priorities: { field: 'priority', begins: 'priority' },
  problems: { field: 'problem', begins: 'problem' },
  measures: { field: 'measure', begins: 'measure' },
  indicators: { field: 'indicator', begins: 'indicator', isSeen: true },
  practices: { field: 'practice', begins: 'practice', isSeen: true },
  theories: { field: 'theory', begins: 'theory' },
};

const isNumber = (part) => /^\d+$/.test(part);

// The names of a path, without the numbers of lists.
const namesOf = (path) => path.filter((part) => !isNumber(part));

function idsIn(plan, list) {
  const items =
    list === 'problems'
      ? (plan.priorities ?? []).flatMap((one) => one.problems ?? [])
      : (plan[list] ?? []);
  return new Set(items.map((one) => one[IDS[list].field]));
}

// What an entry that is added to the list at `path` begins with: an id that is free.
export function added(plan, path) {
  const list = path.at(-1);
  if (!Object.hasOwn(IDS, list)) return {};
  const taken = idsIn(plan, list);
  let n = taken.size + 1;
  while (taken.has(`${IDS[list].begins}-${n}`)) n += 1;
  return { [IDS[list].field]: `${IDS[list].begins}-${n}` };
}

// By what the words of a language know the field at `path`: its name, after that of the list that
// it is in. An entry of a list has none.
export function hintName(path) {
  return isNumber(path.at(-1)) ? '' : namesOf(path).slice(-2).join('.');
}

// Whether nobody needs to see the field at `path`: an id that was made here.
export function isUnseen(path) {
  const [list, name] = namesOf(path).slice(-2);
  return Object.hasOwn(IDS, list) && IDS[list].field === name && !IDS[list].isSeen;
}

const isBlank = (value) =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (Array.isArray(value) && value.every(isBlank)) ||
  (typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(isBlank));

// An entry to which nothing was written yet but the id that it was given.
function isEmpty(list, item) {
  const id = IDS[list];
  if (!id || typeof item !== 'object' || !new RegExp(`^${id.begins}-\\d+$`).test(item[id.field]))
    return isBlank(item);
  return isBlank({ ...item, [id.field]: '' });
}

// The plan without the entries that say nothing.
export function withoutEmpty(value, list = '') {
  if (Array.isArray(value))
    return value.filter((one) => !isEmpty(list, one)).map((one) => withoutEmpty(one, list));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withoutEmpty(each, name)]),
  );
}

// `evidence_use.feedback_days`, `measures[0].target`: where that is in the plan as it was typed,
// which may have empty entries before it.
export function pathOf(plan, field) {
  const parts = (field ?? '')
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/_(\w)/g, (_, letter) => letter.toUpperCase())
    .split('.')
    .filter(Boolean);
  let at = plan;
  return parts.map((part, i) => {
    let found = part;
    if (Array.isArray(at) && isNumber(part)) {
      const full = [...at.keys()].filter((n) => !isEmpty(parts[i - 1], at[n]));
      found = String(full[Number(part)] ?? part);
    }
    at = at?.[found];
    return found;
  });
}

const worded = (items, id) =>
  (items ?? []).map((one) => [one[id], one.statement || readable(one[id])]);

// The things of the plan and of the district of which the field at `path` names one or some:
// [[id, words]]; null: it is no such field.
export function choicesAt(plan, path, { districtPriorities = [], assessments = [] } = {}) {
  const names = namesOf(path).join('.');
  if (names === 'priorities.districtPriority') return worded(districtPriorities, 'priority');
  if (names === 'indicators.priority' || names === 'theories.soThatPriority')
    return worded(plan.priorities, 'priority');
  if (names === 'measures.indicator' || names === 'practices.indicators')
    return worded(plan.indicators, 'indicator');
  if (names === 'measures.assessment') {
    const titles = new Map(assessments);
    const ids = new Set((plan.indicators ?? []).flatMap((one) => one.assessments ?? []));
    return [...ids].filter(Boolean).map((id) => [id, titles.get(id) ?? id]);
  }
  if (names === 'theories.problems') {
    const problems = (plan.priorities ?? []).flatMap((one) => one.problems ?? []);
    return worded(problems, 'problem');
  }
  return null;
}
