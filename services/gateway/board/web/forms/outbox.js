// What somebody sends where the connection comes and goes: it is kept until it is accepted, sent in
// order, one at a time, and again with the same key until it is answered. What is kept outlives the
// page, but not the window. Pure but for the clock.
import { newKey } from '../api.js';
import { isUnanswered } from './saver.js';

const TRY_AGAIN_MS = 5000;

export class Outbox {
  // `kept` are the entries of an earlier page: {id, content, key, state, error}, where the state is
  // waiting, accepted or refused. `keep(entries)` keeps them and shows them; `isLost` says whether
  // the last try found no connection. `send(content, key)` sends one.
  constructor({ kept = [], keep, send, system = browser }) {
    Object.assign(this, { entries: kept, keep, transmit: send, system });
    this.isSending = false;
    this.isLost = false;
    this.timer = null;
    this.send();
  }

  // The same id again takes the place of what was sent before.
  put(id, content) {
    const entry = { id, content, key: newKey(), state: 'waiting' };
    const isKnown = this.entries.some((one) => one.id === id);
    this.entries = isKnown
      ? this.entries.map((one) => (one.id === id ? entry : one))
      : [...this.entries, entry];
    this.changed();
    return this.send();
  }

  async send() {
    if (this.timer) this.system.forget(this.timer);
    this.timer = null;
    if (this.isSending) return;
    const entry = this.entries.find((one) => one.state === 'waiting');
    if (!entry) return;
    this.isSending = true;
    try {
      await this.transmit(entry.content, entry.key);
      this.settle(entry, { state: 'accepted' });
    } catch (error) {
      if (isUnanswered(error)) this.isLost = true;
      else this.settle(entry, { state: 'refused', error: plain(error) });
    }
    this.isSending = false;
    this.changed();
    if (this.isLost) this.timer = this.system.later(() => this.send(), TRY_AGAIN_MS);
    else this.send();
  }

  // An entry that another has taken the place of meanwhile has no state any more.
  settle(entry, outcome) {
    this.isLost = false;
    this.entries = this.entries.map((one) => (one === entry ? { ...one, ...outcome } : one));
  }

  changed() {
    this.keep(this.entries, this.isLost);
  }
}

// What of a refusal can be kept.
function plain({ status, message, details }) {
  return { status, message, details };
}

const browser = {
  later: (what, ms) => setTimeout(what, ms),
  forget: (timer) => clearTimeout(timer),
};
