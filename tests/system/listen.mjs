// Listens to server-sent events with npm's eventsource, which connects again by itself.
//   NODE_MODULES=DIR node listen.mjs URL DISTRICT EVENT...
// Prints a line of JSON for whatever happens: {"open": true}, {"cut": REASON}, or {"event", "id", "data"}.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.env.NODE_MODULES + '/');
const { EventSource } = await import(pathToFileURL(require.resolve('eventsource')));
const [url, district, ...events] = process.argv.slice(2);
const say = (what) => console.log(JSON.stringify(what));

const source = new EventSource(url, {
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, 'Throughline-District': district } }) });
source.addEventListener('open', () => say({ open: true }));
source.addEventListener('error', (error) => say({ cut: error.message ?? String(error.code) }));
for (const name of events) {
  source.addEventListener(name, (event) => say({ event: name, id: event.lastEventId, data: JSON.parse(event.data) }));
}
