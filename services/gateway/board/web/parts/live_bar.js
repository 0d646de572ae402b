// Whether what is shown is live, for all pages: one stream at a time, its state, and the pause.
import { html } from '../html.js';
import { useEffect, useRef, useState } from '../hooks.js';
import { Stream, isGap } from '../live.js';
import { may, session } from '../session.js';
import { moment, t } from '../words.js';

const listeners = new Set();
let current = { stream: null, state: 'none', since: 0, caughtUpAt: 0 };

function set(change) {
  current = { ...current, ...change };
  for (const one of listeners) one(current);
}

function told({ state, since }) {
  set({ state, since, caughtUpAt: state === 'live' && since ? Date.now() : current.caughtUpAt });
}

document.addEventListener('visibilitychange', () => current.stream?.setHidden(document.hidden));

// While the page is shown, what happens is given to `take`, an array of events at a time. Null: not
// yet.
export function useStream(options, deps) {
  useEffect(() => {
    if (options === null) return undefined;
    const stream = new Stream({ ...options, hidden: document.hidden, tell: told });
    set({ stream, caughtUpAt: 0 });
    return () => {
      stream.close();
      if (current.stream === stream) set({ stream: null, state: 'none' });
    };
  }, deps);
}

// A page reads many calls again.
const AT_MOST_EVERY_MS = 5000;

// Whom the API tells of no events hears of alerts; members of a team hear of what happened to it.
function heard(district, school, team) {
  if (!may('WatchEvents')) return { path: '/v1/alerts:watch', query: { district, school } };
  const own = session().caller?.team ?? team;
  return { path: '/v1/events:watch', query: { district, school, team: own } };
}

// Reads the page's answer again when something happened in the district, in one school of it, or to
// one team; never twice at a time, and neither while it is paused nor after the page was left.
export function useFollowed(
  board,
  answer,
  school = session().caller?.school ?? '',
  team = undefined,
) {
  const state = useRef({ busy: false, again: false, left: false }).current;
  const reload = async () => {
    state.again = state.busy;
    if (state.busy) return;
    state.busy = true;
    await answer.reload();
    settle();
  };
  const settle = () =>
    setTimeout(() => {
      if (state.left) return;
      if (current.state === 'paused') {
        settle();
        return;
      }
      state.busy = false;
      if (state.again) reload();
    }, AT_MOST_EVERY_MS);
  useEffect(
    () => () => {
      state.left = true;
    },
    [],
  );
  const take = (events) => {
    if (events.some(isGap)) board.afterGap();
    reload();
  };
  const isThere = answer.value !== null;
  useStream(
    !isThere
      ? null
      : { ...heard(board.district, school, team), take },
    [board.district, school, team, isThere],
  );
}

function words({ state, since, caughtUpAt }, zone) {
  if (state === 'lost') return t('live.lost', { since: moment(since, zone) });
  if (state === 'live' && caughtUpAt) return t('live.caught-up', { at: moment(caughtUpAt, zone) });
  return t(`live.${state}`);
}

export function LiveBar({ zone }) {
  const [now, setNow] = useState(current);
  useEffect(() => {
    listeners.add(setNow);
    setNow(current);
    return () => listeners.delete(setNow);
  }, []);
  if (now.state === 'none') return null;
  const stopped = { paused: t('live.resume'), refused: t('answer.again') }[now.state];
  const turn = () => (stopped ? now.stream.resume() : now.stream.pause());
  return html`
    <div class="live-bar ${now.state}">
      <span role="status"><span class="mark" aria-hidden="true"></span>${words(now, zone)}</span>
      <button type="button" onClick=${turn}>${stopped ?? t('live.pause')}</button>
    </div>`;
}
