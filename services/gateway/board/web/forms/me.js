// Who does what: who is signed in; where no credential says it, it is asked for once, and kept
// until the window is closed.
import { session } from '../session.js';

const KEY = 'throughline.me';
// Where commands say it.
const PLACES = [
  ['acknowledgedBy'],
  ['silence', 'createdBy'],
  ['subscription', 'subscriber'],
  ['rater'],
];

function kept() {
  const { caller } = session();
  if (caller) return caller.name ?? caller.subject;
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

export function remember(typed) {
  const said = PLACES.map((path) => path.reduce((at, part) => at?.[part], typed)).find(Boolean);
  if (!said) return;
  try {
    sessionStorage.setItem(KEY, said);
  } catch {
    // A browser that keeps nothing asks again.
  }
}

// What is typed, with who it is where the command asks for that and nobody has said it.
export function withMe(command, typed, me = kept()) {
  const asks = (fields, [first, ...rest]) => {
    const field = fields?.find((one) => one.name === first);
    return field && (rest.length === 0 || asks(field.fields, rest));
  };
  const filled = (at, [first, ...rest]) => ({
    ...at,
    [first]: rest.length === 0 ? at?.[first] || me : filled(at?.[first], rest),
  });
  if (!me) return typed;
  const places = PLACES.filter((path) => asks(command.fields, path));
  return places.reduce((all, path) => filled(all, path), typed);
}

export function me() {
  return kept();
}
