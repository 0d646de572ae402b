// What is typed and not accepted yet, kept until the window is closed. A browser that keeps nothing
// has it as long as the page is open.
import { useEffect, useRef, useState } from '../hooks.js';
import { Outbox } from './outbox.js';

export function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? null;
  } catch {
    return null;
  }
}

export function write(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // It is in the page still.
  }
}

// A draft and what was sent of it: {draft, change, setDraft, entries, isLost, put(id, content)};
// `change` sets some of the draft.
export function useOutbox(key, blank, send) {
  const [draft, setShown] = useState(() => read(`${key}.draft`) ?? blank);
  const [sent, setSent] = useState({ entries: read(key) ?? [], isLost: false });
  const outbox = useRef(null);
  useEffect(() => {
    const mine = new Outbox({
      kept: sent.entries,
      send,
      keep: (entries, isLost) => {
        write(key, entries);
        setSent({ entries, isLost });
      },
    });
    outbox.current = mine;
    const online = () => mine.send();
    window.addEventListener('online', online);
    return () => {
      window.removeEventListener('online', online);
      mine.close();
    };
  }, []);
  // Two changes may come before the page is drawn again.
  const latest = useRef(draft);
  const setDraft = (next) => {
    latest.current = next;
    write(`${key}.draft`, next === blank ? null : next);
    setShown(next);
  };
  const change = (some) => setDraft({ ...latest.current, ...some(latest.current) });
  const put = (id, content) => outbox.current.put(id, content);
  return { ...sent, draft, change, setDraft, put };
}
