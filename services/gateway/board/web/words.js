// What people read: every text of the page by its key, from one table a language; dates and numbers
// as the language writes them. `?lang=es` chooses a language; otherwise the browser does.

export const LANGUAGES = { en: 'English', es: 'Español' };

// The first of the languages that somebody prefers which there is.
export function chosenLanguage(asked, preferred) {
  const wanted = [asked, ...preferred]
    .filter(Boolean)
    .map((one) => one.toLowerCase().split('-')[0]);
  return wanted.find((one) => Object.hasOwn(LANGUAGES, one)) ?? 'en';
}

function here() {
  if (typeof location === 'undefined') return 'en';
  return chosenLanguage(new URLSearchParams(location.search).get('lang'), navigator.languages);
}

export const language = here();
const table = (await import(`./words/${language}.js`)).default;
const plural = new Intl.PluralRules(language);

// A text with its {names} filled in. One that depends on a number is a choice by `count`, of which
// there are more when it `isCut`.
export function t(key, values = {}) {
  const found = table.text[key];
  if (found === undefined) return key;
  const text =
    typeof found === 'string' ? found : (found[plural.select(values.count)] ?? found.other);
  return text.replace(/\{(\w+)\}/g, (_, name, at) => {
    if (name !== 'count' || !values.isCut) return shown(values[name]);
    const more = counted(values.count, true);
    return at === 0 ? capitalized(more) : more;
  });
}

function capitalized(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function shown(value) {
  return typeof value === 'number' ? number(value) : String(value ?? '');
}

// problemOfPractice, PHASE_DUE: "Problem of practice", "Phase due".
export function spelled(name) {
  const words = name
    .replace(/_/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return capitalized(words);
}

// Of a value of an enumeration of the API, such as TRIGGER_OFF_TRACK.
export function valueWord(value) {
  return Object.hasOwn(table.values, value) ? table.values[value] : spelled(value ?? '');
}

// Of a field of the API.
export function fieldWord(field) {
  const name = field.replace(/^:/, '');
  return Object.hasOwn(table.fields, name) ? table.fields[name] : spelled(name);
}

// What a plan wants in a field, which is named with the list that it is in; undefined where the
// document of the API says it.
export function hintWord(name) {
  return Object.hasOwn(table.hints, name) ? table.hints[name] : undefined;
}

// Of one of what a field lists.
export function itemWord(field) {
  return Object.hasOwn(table.items, field) ? table.items[field] : fieldWord(field);
}

// Of a command of the API; its English summary where the table has none.
export function commandWord(operation, summary = '') {
  return Object.hasOwn(table.commands, operation)
    ? table.commands[operation]
    : summary || operation;
}

const reasons = table.reasons ?? {};
const translated = new Set([...Object.values(reasons), ...Object.values(table.hints)]);

// What the API says, by its reason in the language of the page where that has a sentence for it.
export function reasonText(reason, text) {
  return Object.hasOwn(reasons, reason) ? reasons[reason] : text;
}

// Whether a sentence is of the language of the page, and not as the API has it.
export function isTranslated(text) {
  return translated.has(text);
}

// How many there are; there are more than were counted when they were cut.
export function counted(count, isCut) {
  return isCut ? t('at-least', { count }) : number(count);
}

const numbers = new Map();
function numberFormat(options) {
  const key = JSON.stringify(options);
  if (!numbers.has(key)) numbers.set(key, new Intl.NumberFormat(language, options));
  return numbers.get(key);
}

export function number(value, digits = 0) {
  return numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    value,
  );
}

// With its sign, but for what is zero as it is shown; a minus as the API's sentences have it.
export function signed(value, digits = 2) {
  return numberFormat({
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: 'exceptZero',
  })
    .format(value)
    .replace('-', '\u2212');
}

export function percent(share, digits = 0) {
  return numberFormat({ style: 'percent', maximumFractionDigits: digits }).format(share);
}

// An ISO date, which is of no time zone.
export function date(iso) {
  if (!iso) return '';
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  return format.format(new Date(`${iso}T00:00:00Z`));
}

export function shortDate(iso) {
  const format = new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  return format.format(new Date(`${iso}T00:00:00Z`));
}

// Milliseconds since the epoch, in the district's time zone; 0 is no moment.
export function moment(ms, timeZone) {
  if (!Number(ms)) return '';
  const options = { dateStyle: 'medium', timeStyle: 'short', timeZone: timeZone || undefined };
  return new Intl.DateTimeFormat(language, options).format(new Date(Number(ms)));
}

// Several things as the language lists them.
export function list(things) {
  return new Intl.ListFormat(language).format(things);
}
