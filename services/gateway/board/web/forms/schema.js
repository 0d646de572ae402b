// The form of a command, made of the document of the API: which fields it has, of what kind each
// is, and what is sent. Pure.
import { HIDDEN, LONG_TEXTS, kindByName } from './refinements.js';

const VERBS = ['get', 'post', 'put', 'patch', 'delete'];

// {operation, method, path, tag, summary, description, fields}; null: there is none of that name.
export function commandOf(document, operation) {
  for (const [path, methods] of Object.entries(document.paths)) {
    const method = VERBS.find((verb) => methods[verb]?.operationId === operation);
    if (method) return command(document, path, method, methods[method]);
  }
  return null;
}

function command(document, path, method, described) {
  const body = described.requestBody?.content?.['application/json']?.schema;
  const inPath = (described.parameters ?? []).filter(
    (one) => one.in === 'path' && !HIDDEN.has(one.name),
  );
  const parts = inPath.map((one) => ({
    ...fieldOf(document, one.name, one.schema, one.description, []),
    required: true,
  }));
  const rest = body ? fieldsOf(document, resolved(document, body), []) : [];
  const named = new Set(parts.map((field) => field.name));
  return {
    operation: described.operationId,
    method: method.toUpperCase(),
    path,
    tag: described.tags[0],
    summary: described.summary ?? '',
    description: described.description ?? '',
    fields: [...parts, ...rest.filter((field) => !named.has(field.name))],
  };
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
  if (schema.type === 'boolean') return 'yes';
  const refined = kindByName(name, description);
  if (refined) return refined;
  if (schema.format === 'int64' || schema.type === 'integer') return 'whole';
  if (schema.type === 'number') return 'number';
  return LONG_TEXTS.has(name) ? 'long' : 'text';
}

// What is sent for what was typed: what was left empty is not there, as the API has it.
export function valueOf(field, typed) {
  if (typed === undefined || typed === '' || typed === null) return undefined;
  if (field.kind === 'group') return bodyOf(field.fields, typed);
  if (field.kind === 'list') {
    const items = typed.map((one) => valueOf(field.item, one)).filter((one) => one !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (field.kind === 'moment') {
    const ms = Date.parse(typed);
    return Number.isNaN(ms) ? typed : String(ms);
  }
  const isNumber = ['whole', 'number', 'duration'].includes(field.kind);
  return isNumber && !field.isText && Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

export function bodyOf(fields, typed) {
  const said = fields
    .map((field) => [field.name, valueOf(field, typed[field.name])])
    .filter(([, value]) => value !== undefined);
  return said.length > 0 ? Object.fromEntries(said) : undefined;
}

// The path and the body of a call; the path's own fields are not in the body.
export function callOf(description, typed) {
  const inPath = (name) => description.path.includes(`{${name}}`);
  const path = description.path.replace(/\{([\w.]+)\}/g, (_, name) =>
    encodeURIComponent(name.split('.').reduce((at, part) => at?.[part], typed) ?? ''),
  );
  const fields = description.fields.filter((field) => !inPath(field.name));
  return { method: description.method, path, body: bodyOf(fields, typed) ?? {} };
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

// The operations that people may be asked for, by what they are about, in the document's order.
export function commandsOf(document, notForPeople) {
  const all = Object.values(document.paths)
    .flatMap((methods) =>
      VERBS.filter((verb) => verb !== 'get' && methods[verb]).map((verb) => methods[verb]),
    )
    .filter((one) => one.tags?.[0]?.endsWith('Service') && !notForPeople.has(one.operationId));
  return Map.groupBy ? Map.groupBy(all, (one) => one.tags[0]) : grouped(all);
}

function grouped(all) {
  const groups = new Map();
  for (const one of all) groups.set(one.tags[0], [...(groups.get(one.tags[0]) ?? []), one]);
  return groups;
}
