// What happens, as it happens: one stream of server-sent events of the API, that of the page shown.
//
// A stream begins at the position that a list says, or with what happens from now on; each event
// has the position after it. Whenever the stream is cut, paused, or out of sight, it goes on from
// the last position: nothing is missed and nothing comes twice. A refusal would be repeated, so it
// ends the stream until somebody resumes it. Where there is no position to go on from, `gap` is
// handed on as an event once the stream stands, and whoever listens reads everything again. What
// came is handed on at most once a second.
//
// It is read by fetch and not by EventSource, which can send no header, and so not say which
// district it is about, and hears only of events whose every name it was told.
import { Refused, withQuery } from './api.js';
import { nobodyIsKnown } from './session.js';
import { EventReader } from './sse.js';

const AT_MOST_EVERY_MS = 1000;
const TRY_AGAIN_MS = 2000;
const SILENT_AT_MOST_MS = 40_000; // the API says something every 15 seconds

export class Stream {
  // `take(events)` gets them in order, {name, data} each. `tell({state, since})`: connecting, live,
  // lost, refused or paused; `since` is when it was lost. `hidden`: nobody sees the page yet.
  // `system` is what tests replace.
  constructor({
    path,
    query = {},
    headers = {},
    after = '',
    take,
    tell = () => {},
    hidden = false,
    system = browser,
  }) {
    Object.assign(this, { path, query, headers, take, tell, hidden, system });
    this.position = after;
    this.waiting = [];
    this.lostAt = 0;
    this.stopped = false; // paused or refused
    this.timers = {};
    this.flushedAt = -Infinity;
    if (!hidden) this.open();
  }

  open() {
    const connection = new AbortController();
    this.connection = connection;
    this.say(this.lostAt ? 'lost' : 'connecting');
    this.read(connection).then(
      () => this.cut(connection),
      (error) => (isRefusal(error) ? this.refuse(connection) : this.cut(connection)),
    );
  }

  async read(connection) {
    const url = withQuery(this.path, { ...this.query, after: this.position });
    this.heard(connection);
    const pieces = await this.system.connect(url, this.headers, connection.signal);
    this.opened(connection);
    const reader = new EventReader();
    for await (const piece of pieces) {
      if (connection !== this.connection) return;
      this.heard(connection);
      for (const event of reader.read(piece)) this.came(event);
    }
  }

  opened(connection) {
    if (connection !== this.connection) return;
    if (!this.position) this.hand({ name: 'gap', data: {} });
    this.say('live', this.lostAt);
    this.lostAt = 0;
  }

  // A connection that says nothing at all is dead, whatever the network believes.
  heard(connection) {
    this.set('silence', () => connection.abort(), SILENT_AT_MOST_MS);
  }

  cut(connection) {
    if (connection !== this.connection) return;
    connection.abort();
    this.connection = null;
    this.lostAt ||= this.system.now();
    this.say('lost', this.lostAt);
    // Pages that lost the same server do not all come back at once.
    this.set('again', () => this.open(), TRY_AGAIN_MS * (1 + this.system.random()));
  }

  refuse(connection) {
    if (connection !== this.connection) return;
    this.stop('refused');
  }

  came(event) {
    if (event.id) this.position = event.id;
    if (event.data) this.hand({ name: event.name, data: JSON.parse(event.data) });
  }

  hand(event) {
    this.waiting.push(event);
    if (this.timers.flush) return;
    const wait = Math.max(0, this.flushedAt + AT_MOST_EVERY_MS - this.system.now());
    this.set('flush', () => this.flush(), wait);
  }

  flush() {
    this.unset('flush');
    this.flushedAt = this.system.now();
    const events = this.waiting;
    this.waiting = [];
    if (events.length > 0) this.take(events);
  }

  pause() {
    this.stop('paused');
  }

  stop(state) {
    this.stopped = true;
    this.shut();
    this.say(state);
  }

  resume() {
    this.stopped = false;
    if (!this.hidden) this.open();
  }

  // A page that nobody sees needs no connection, of which a browser has few.
  setHidden(hidden) {
    if (hidden === this.hidden) return;
    this.hidden = hidden;
    if (this.stopped) return;
    if (hidden) this.shut();
    else this.open();
  }

  // What came and was not handed on yet is handed on first: the position is after it.
  shut() {
    const connection = this.connection;
    this.connection = null;
    connection?.abort();
    for (const name of Object.keys(this.timers)) this.unset(name);
    this.flush();
  }

  close() {
    this.waiting = [];
    this.take = () => {};
    this.tell = () => {};
    this.shut();
  }

  say(state, since = 0) {
    this.tell({ state, since });
  }

  set(name, what, ms) {
    this.unset(name);
    this.timers[name] = this.system.later(what, ms);
  }

  unset(name) {
    if (this.timers[name]) this.system.forget(this.timers[name]);
    delete this.timers[name];
  }
}

// What happened before it is not known: the stream had no position, or one that the API has
// forgotten.
export function isGap({ name }) {
  return name === 'gap' || name === 'reset';
}

// 429 asks for patience.
function isRefusal({ status }) {
  return status >= 400 && status < 500 && status !== 429;
}

async function* textOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
}

const browser = {
  async connect(url, headers, signal) {
    const response = await fetch(url, {
      headers: { ...headers, Accept: 'text/event-stream' },
      signal,
      cache: 'no-store',
    });
    if (response.status === 401) nobodyIsKnown();
    if (!response.ok) throw new Refused(response.status);
    return textOf(response.body);
  },
  now: () => Date.now(),
  later: (what, ms) => setTimeout(what, ms),
  forget: (timer) => clearTimeout(timer),
  random: () => Math.random(),
};
