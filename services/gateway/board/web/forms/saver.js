// Saves what somebody writes while they write: after a pause in typing, seldom, and one at a time.
// Pure but for the clock.
//
// What was sent and not answered is sent again with the same key until it is answered, before
// anything newer is: otherwise nobody would know which version the newer one follows.
import { Unreachable, newKey } from '../api.js';

const PAUSE_MS = 800;
const AT_MOST_EVERY_MS = 2000;
const TRY_AGAIN_MS = 3000;

export class Saver {
  // `save(content, key)` sends it. `tell({state, error, answer})`: written, saving, saved, refused
  // or lost. `system` is what tests replace.
  constructor({ save, tell, system = browser }) {
    Object.assign(this, { save, tell, system });
    this.written = null; // what is not sent yet: {content, key}
    this.sent = null; // what is not answered yet
    this.isRefused = false; // what was written last
    this.sentAt = -Infinity;
    this.isSending = false;
    this.timer = null;
    this.idle = [];
  }

  change(content) {
    this.written = { content, key: newKey() };
    this.isRefused = false;
    if (this.isSending || this.sent) return;
    this.tell({ state: 'written' });
    this.later(PAUSE_MS);
  }

  // Whether the API has all that was written.
  get isSaved() {
    return !this.isWaiting && !this.isRefused;
  }

  get isWaiting() {
    return this.written !== null || this.sent !== null;
  }

  // At once, and answered when nothing waits any more or it was refused.
  flush() {
    if (!this.isWaiting) return Promise.resolve();
    const done = new Promise((settle) => {
      this.idle.push(settle);
    });
    if (!this.isSending) this.send();
    return done;
  }

  later(ms) {
    if (this.timer) this.system.forget(this.timer);
    const earliest = this.sentAt + AT_MOST_EVERY_MS - this.system.now();
    this.timer = this.system.later(() => this.send(), Math.max(ms, earliest));
  }

  async send() {
    if (this.timer) this.system.forget(this.timer);
    this.timer = null;
    if (this.isSending) return;
    this.sent ??= this.written;
    if (this.sent === null) return;
    if (this.sent === this.written) this.written = null;
    this.isSending = true;
    this.sentAt = this.system.now();
    this.tell({ state: 'saving' });
    const outcome = await this.outcome();
    this.isSending = false;
    this.tell(outcome);
    if (outcome.state === 'lost') this.later(TRY_AGAIN_MS);
    else if (this.written && this.idle.length > 0) this.send();
    else if (this.written) this.later(PAUSE_MS);
    if (!this.isSending) for (const settle of this.idle.splice(0)) settle();
  }

  async outcome() {
    try {
      const answer = await this.save(this.sent.content, this.sent.key);
      this.sent = null;
      return { state: 'saved', answer };
    } catch (error) {
      if (isUnanswered(error)) return { state: 'lost', error };
      this.sent = null;
      this.isRefused = this.written === null;
      return { state: 'refused', error };
    }
  }
}

// Nobody knows whether it was taken. 429 asks for patience.
export function isUnanswered(error) {
  return error instanceof Unreachable || error.status >= 500 || error.status === 429;
}

const browser = {
  now: () => Date.now(),
  later: (what, ms) => setTimeout(what, ms),
  forget: (timer) => clearTimeout(timer),
};
