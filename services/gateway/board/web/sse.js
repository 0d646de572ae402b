// Reads server-sent events from pieces of text, as the HTML standard defines text/event-stream.
// Pure.

export class EventReader {
  constructor() {
    this.rest = '';
    this.fields = { event: '', data: [] };
    this.id = '';
  }

  // The events that a piece of text completes, {name, data, id} each; `id` is the latest there was.
  // One that says a position and nothing else has no data.
  read(piece) {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop();
    return lines.map((line) => this.readLine(line.replace(/\r$/, ''))).filter(Boolean);
  }

  readLine(line) {
    if (line === '') return this.complete();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') this.id = value;
    if (name === 'event') this.fields.event = value;
    if (name === 'data') this.fields.data.push(value);
    return null;
  }

  complete() {
    const { event, data } = this.fields;
    this.fields = { event: '', data: [] };
    return { name: event || 'message', data: data.join('\n'), id: this.id };
  }
}
