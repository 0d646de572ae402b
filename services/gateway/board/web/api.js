// The public API, and nothing else: /v1/… as /v1/openapi.json describes it.
import { may, nobodyIsKnown } from './session.js';

const PAGE = 500;
const READS_AT_MOST = 20; // of one batch

// What the API refused, in its words: `details` are {reason, field, message} each.
export class Refused extends Error {
  constructor(status, answer) {
    const error = answer?.error ?? {};
    super(error.message ?? '');
    this.name = 'Refused';
    this.status = status;
    this.details = error.details ?? [];
    this.reason = this.details[0]?.reason ?? '';
  }
}

// What `ask` gets of an operation of the API, or `otherwise` where the role of whoever asks may not
// know it: what is known to be refused is not asked for.
export async function whereAllowed(operation, ask, otherwise) {
  if (!may(operation)) return otherwise;
  try {
    return await ask();
  } catch (error) {
    if (error.status === 403) return otherwise;
    throw error;
  }
}

// There was no answer at all.
export class Unreachable extends Error {
  constructor() {
    super('');
    this.name = 'Unreachable';
  }
}

export function withQuery(path, query = {}) {
  const said = Object.entries(query).filter(([, value]) => value !== '' && value !== undefined);
  const after = new URLSearchParams(said).toString();
  return after ? `${path}?${after}` : path;
}

async function ask(target, options) {
  let response;
  try {
    response = await fetch(target, { cache: 'no-store', ...options });
  } catch {
    throw new Unreachable();
  }
  const answer = await response.json().catch(() => null);
  if (response.status === 401) nobodyIsKnown();
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

// What is asked for at the same time is one call: a page waits once, however much it shows.
export class Api {
  constructor(district) {
    this.district = district;
    this.reads = []; // {target, accept, refuse}, of which nobody was asked yet
  }

  get(path, query) {
    return new Promise((accept, refuse) => {
      this.reads.push({ target: withQuery(path, query), accept, refuse });
      if (this.reads.length === 1) queueMicrotask(() => this.askForAll());
    });
  }

  askForAll() {
    const reads = this.reads;
    this.reads = [];
    while (reads.length > 0) {
      const some = reads.splice(0, READS_AT_MOST);
      if (some.length > 1) this.askTogether(some);
      else this.askAlone(some[0]);
    }
  }

  askAlone({ target, accept, refuse }) {
    const headers = { 'Throughline-District': this.district };
    return ask(target, { headers }).then(accept, refuse);
  }

  async askTogether(reads) {
    const body = { reads: reads.map((one) => one.target) };
    try {
      const { answers } = await this.send('POST', '/v1/reads:batch', body);
      reads.forEach(({ accept, refuse }, i) => {
        const { status, body: answer } = answers[i];
        if (status === 200) accept(answer);
        else refuse(new Refused(status, answer));
      });
    } catch (error) {
      for (const { refuse } of reads) refuse(error);
    }
  }

  // The rows of every page of a list: {rows, isCut, first}. `what` is the field that has them,
  // `first` the first page; `isCut`: there are more than the `most` that were asked for.
  async list(path, what, query = {}, most = 5000) {
    const rows = [];
    let first = null;
    let pageToken = '';
    do {
      const page = await this.get(path, { ...query, pageSize: PAGE, pageToken });
      first ??= page;
      rows.push(...(page[what] ?? []));
      pageToken = page.nextPageToken ?? '';
    } while (pageToken && rows.length < most);
    return { rows, isCut: Boolean(pageToken), first };
  }

  // The rows alone, of which nobody says how many there are.
  async all(path, what, query, most) {
    return (await this.list(path, what, query, most)).rows;
  }

  // `key` makes a call that is sent again one call.
  send(method, path, body, key) {
    return ask(path, {
      method,
      headers: {
        'Throughline-District': this.district,
        'Content-Type': 'application/json',
        ...(key && { 'Idempotency-Key': key }),
      },
      body: method === 'DELETE' ? undefined : JSON.stringify(body),
    });
  }
}

// Random, as long as an idempotency key may be anywhere.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

let description = null;
// The document of the API, read once.
export function openApi() {
  description ??= ask('/v1/openapi.json', {}).catch((error) => {
    description = null;
    throw error;
  });
  return description;
}
