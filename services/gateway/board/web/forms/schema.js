// The form of a command, made of the document of the API: which fields it has, of what kind each
// is, and what is sent. Pure.
import { groupBy } from '../group_by.js';
import { momentOf } from './moment.js';
import { CARRIED, HIDDEN, IGNORED, LONG_TEXTS, kindByName } from './refinements.js';

const VERBS = ['get', 'post', 'put', 'patch', 'delete'];

// {operation, method, path, tag, summary, description, fields}; null: there is none of that name.
export function commandOf(document, operation) {
  for (const [path, methods] of Object.entries(document.paths)) {
    const method = VERBS.find((verb) => methods[verb]?.operationId === operation);
    if (method) return command(document, path, method, methods[method]);
  }
  return null;
}

// Where an id in the path has the name of the message in the body, as in /plans/{plan} and {"plan":
// {…}}, it is typed under `:plan`; the message does not ask for it again.
function command(document, path, method, described) {
  const operation = described.operationId;
  const body = described.requestBody?.content?.['application/json']?.schema;
  const rest = body ? fieldsOf(document, resolved(document, body), []) : [];
  const inPath = (described.parameters ?? []).filter((one) => one.in === 'path');
  const names = new Set(inPath.map((one) => one.name));
  const isMessage = (name) => rest.some((field) => field.name === name && field.kind === 'group');
  const parts = inPath
    .filter((one) => !HIDDEN.has(one.name))
    .map(({ name, schema, description }) =>
      fieldOf(document, isMessage(name) ? `:${name}` : name, schema, description, []),
    );
  const asked = rest
    .filter((field) => field.kind === 'group' || !names.has(field.name))
    .map((field) => withoutIgnored(operation, field, names));
  return {
    operation,
    method: method.toUpperCase(),
    path,
    tag: described.tags[0],
    summary: described.summary ?? '',
    description: described.description ?? '',
    fields: [...parts, ...asked],
  };
}

function withoutIgnored(operation, field, names) {
  if (field.kind !== 'group') return field;
  const isAsked = ({ name }) =>
    !names.has(name) && !IGNORED.has(`${operation} ${field.name}.${name}`);
  return { ...field, fields: field.fields.filter(isAsked) };
}

// What the page knows, as it is typed.
export function typedOf(description, known) {
  const typed = { ...known };
  for (const { name } of description.fields.filter((field) => field.name.startsWith(':'))) {
    const plain = name.slice(1);
    if (typeof typed[plain] !== 'string') continue;
    typed[name] = typed[plain];
    delete typed[plain];
  }
  return typed;
}

function resolved(document, schema) {
  if (!schema?.$ref) return schema;
  return document.components.schemas[schema.$ref.split('/').pop()];
}

function fieldsOf(document, schema, path) {
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => !HIDDEN.has(name))
    .map(([name, each]) => fieldOf(document, name, each, each.description, path))
    .filter((field) => field.kind !== 'group' || field.fields.length > 0);
}

function fieldOf(document, name, schema, description = '', path = []) {
  const field = { name, path: [...path, name], description };
  const target = resolved(document, schema);
  if (target.enum)
    return {
      ...field,
      kind: 'choice',
      values: target.enum.filter((one) => !one.endsWith('_UNSPECIFIED')),
    };
  if (target.type === 'array') {
    return { ...field, kind: 'list', item: fieldOf(document, name, target.items, '', field.path) };
  }
  if (target.type === 'object')
    return { ...field, kind: 'group', fields: fieldsOf(document, target, field.path) };
  return { ...field, kind: plainKind(name, target, description), isText: target.type === 'string' };
}

function plainKind(name, schema, description) {
  if (CARRIED.has(name)) return 'carried';
  if (schema.type === 'boolean') return 'yes';
  const refined = kindByName(name, description);
  if (refined) return refined;
  if (schema.format === 'int64' || schema.type === 'integer') return 'whole';
  if (schema.type === 'number') return 'number';
  return LONG_TEXTS.has(name) ? 'long' : 'text';
}

// What is sent for what was typed: what was left empty is not there, as the API has it. Moments are
// typed by the clock of the time zone.
function valueOf(field, typed, zone) {
  if (typed === undefined || typed === '' || typed === null) return undefined;
  if (field.kind === 'choice' && typed.endsWith('_UNSPECIFIED')) return undefined;
  if (field.kind === 'group') return bodyOf(field.fields, typed, zone);
  if (field.kind === 'list') {
    const items = typed
      .map((one) => valueOf(field.item, one, zone))
      .filter((one) => one !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (field.kind === 'moment') {
    const ms = momentOf(typed, zone);
    return Number.isNaN(ms) ? typed : String(ms);
  }
  const isNumber = ['whole', 'number', 'duration'].includes(field.kind);
  return isNumber && !field.isText && Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

export function bodyOf(fields, typed, zone) {
  const said = fields
    .map((field) => [field.name, valueOf(field, typed[field.name], zone)])
    .filter(([, value]) => value !== undefined);
  return said.length > 0 ? Object.fromEntries(said) : undefined;
}

// The path and the body of a call; the path's own fields are not in the body.
export function callOf(description, typed, zone) {
  const path = description.path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(typed[`:${name}`] ?? typed[name] ?? ''),
  );
  const isInPath = ({ name, kind }) =>
    name.startsWith(':') || (kind !== 'group' && description.path.includes(`{${name}}`));
  const fields = description.fields.filter((field) => !isInPath(field));
  return { method: description.method, path, body: bodyOf(fields, typed, zone) ?? {} };
}

// Of the paths of a form the one that a refusal names: as it is, without the numbers of lists, or,
// where it names the part of a message only, by its end. Null: it is about no field of the form.
export function placeOf(refused, paths) {
  const named = (refused ?? '').replace(/\[(\d+)\]/g, '.$1');
  if (!named) return null;
  const bare = (path) =>
    path
      .split('.')
      .filter((part) => !/^\d+$/.test(part))
      .join('.');
  const exact = (path) => path === named;
  const alike = (path) => bare(path) === bare(named);
  const atEnd = (path) => bare(path).endsWith(`.${bare(named)}`);
  const above = (path) => bare(named).startsWith(`${bare(path)}.`);
  for (const fits of [exact, alike, atEnd, above]) {
    const found = paths.filter(fits).sort((a, b) => (fits === above ? b.length - a.length : 0))[0];
    if (found) return found;
  }
  return null;
}

// The operations that people may be asked for, by what they are about, in the document's order:
// those of `notForPeople`, a map, are not, nor those that `may` says somebody may not call.
export function commandsOf(document, notForPeople, may = () => true) {
  const all = Object.values(document.paths)
    .flatMap((methods) =>
      VERBS.filter((verb) => verb !== 'get' && methods[verb]).map((verb) => methods[verb]),
    )
    .filter(({ operationId }) => !notForPeople.has(operationId) && may(operationId));
  return groupBy(all, (one) => one.tags[0]);
}

// What is typed, with another value at a path.
export function assigned(typed, [first, ...rest], value) {
  const at = Array.isArray(typed) ? [...typed] : { ...typed };
  at[first] = rest.length === 0 ? value : assigned(typed?.[first] ?? {}, rest, value);
  return at;
}
