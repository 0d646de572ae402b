// What is typed and not accepted yet, kept until the window is closed. A browser that keeps nothing
// has it as long as the page is open.
import { useEffect, useMemo, useRef, useState } from '../hooks.js';
import { session } from '../session.js';
import { Outbox } from './outbox.js';

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? null;
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // It is in the page still.
  }
}

// By key; they go on sending when their page was left.
const outboxes = new Map();

// What is `isPrivate` is forgotten once it is accepted.
function outboxOf(key, send, isPrivate) {
  const kept = { entries: read(key) ?? [], isLost: false, tell: () => {} };
  kept.outbox = new Outbox({
    kept: kept.entries,
    send,
    keep: (entries, isLost) => {
      const some = isPrivate ? entries.filter((one) => one.state !== 'accepted') : entries;
      write(key, some.length > 0 ? some : null);
      if (isPrivate && some.length === 0) write(`${key}.draft`, null);
      Object.assign(kept, { entries, isLost });
      kept.tell();
    },
  });
  window.addEventListener('online', () => kept.outbox.send());
  return kept;
}

function useKept(key, send, isPrivate) {
  const kept = useMemo(() => {
    if (!outboxes.has(key)) outboxes.set(key, outboxOf(key, send, isPrivate));
    return outboxes.get(key);
  }, []);
  const [, draw] = useState(0);
  useEffect(() => {
    kept.tell = () => draw((n) => n + 1);
    kept.tell();
    return () => {
      kept.tell = () => {};
      const isWaiting = kept.entries.some((one) => one.state === 'waiting');
      if (isPrivate && !isWaiting) outboxes.delete(key);
    };
  }, []);
  return kept;
}

// A draft and what was sent of it: {draft, change, setDraft, entries, isLost, put(id, content)};
// `change` sets some of the draft.
// It is kept under `name`, of everybody who signs in by themselves.
export function useOutbox({ name, blank, send, isPrivate = false }) {
  const key = `throughline.${name}.${session().caller?.subject ?? ''}`;
  const { entries, isLost, outbox } = useKept(key, send, isPrivate);
  const [draft, setShown] = useState(() => read(`${key}.draft`) ?? blank);
  // Two changes may come before the page is drawn again.
  const latest = useRef(draft);
  const setDraft = (next) => {
    latest.current = next;
    write(`${key}.draft`, next === blank ? null : next);
    setShown(next);
  };
  const change = (some) => setDraft({ ...latest.current, ...some(latest.current) });
  const put = (id, content) => outbox.put(id, content);
  return { entries, isLost, draft, change, setDraft, put };
}
