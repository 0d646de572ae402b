// Sends one result to an endpoint as a library of others does it; prints what the endpoint said, if the
// library tells.
//   NODE_MODULES=DIR node senders.mjs caliper|xapi|cloudevents URL JSON
// JSON: {"id", "student", "assessment", "class", "score", "max", "time"}.
import { createRequire } from 'node:module';

const require = createRequire(process.env.NODE_MODULES + '/');
const [sender, url, text] = process.argv.slice(2);
const said = JSON.parse(text);
const district = { 'Throughline-District': 'lakeside' };

function caliper() {
  const lib = (path) => require('ims-caliper/lib/' + path);
  const entity = lib('entities/entityFactory')(), event = lib('events/eventFactory')();
  const time = require('moment').utc(said.time);
  const attempt = entity.create(lib('entities/resource/attempt'), {
    id: `urn:attempt:${said.assessment}:${said.student}`, assignee: said.student,
    assignable: said.assessment, endedAtTime: time });
  const graded = event.create(lib('events/gradeEvent'), {
    id: said.id, actor: entity.create(lib('entities/agent/person'), { id: 'https://sis.example.edu/teacher-1' }), action: lib('actions/actions').graded.term, object: attempt,
    eventTime: time, group: said.class,
    generated: entity.create(lib('entities/outcome/score'), {
      id: 'https://lms.example.edu/scores/1', attempt: attempt.id, scoreGiven: said.score, maxScore: said.max }) });
  const sensor = lib('sensor'), client = lib('clients/httpClient');
  sensor.initialize('urn:sensor');
  client.initialize('urn:client', {
    uri: url, method: 'POST', json: true,
    headers: { ...district, 'Content-Type': 'application/json' } });
  sensor.registerClient(client);
  sensor.sendToClient(client, sensor.createEnvelope({ data: [graded] }));
}

const statement = {
  id: said.id,
  actor: { account: { homePage: 'https://sis.example.edu', name: said.student } },
  verb: { id: 'http://adlnet.gov/expapi/verbs/scored' },
  object: { id: 'https://lms.example.edu/' + said.assessment },
  result: { score: { raw: said.score, min: 0, max: said.max } },
  context: { contextActivities: { grouping: [{ id: 'https://lms.example.edu/' + said.class }] } },
  timestamp: said.time,
};

async function xapi() {
  const XAPI = require('@xapi/xapi').default ?? require('@xapi/xapi');
  // It takes no headers of one's own: the district goes with whatever is sent.
  const http = require('node:http'), request = http.request;
  http.request = (options, ...more) =>
    request({ ...options, headers: { ...options.headers, ...district } }, ...more);
  const lrs = new XAPI({ endpoint: url, auth: XAPI.toBasicAuth('key', 'secret'), version: '1.0.3' });
  const answer = said.void ? await lrs.voidStatement({ actor: statement.actor, statementId: said.id })
                           : await lrs.sendStatement({ statement });
  console.log(JSON.stringify(answer.data));
}

async function cloudevents() {
  const { CloudEvent, HTTP } = require('cloudevents');
  const { headers, body } = HTTP[said.mode](new CloudEvent({
    id: said.id, source: 'https://sis.example.edu', type: 'throughline.result.v1', time: said.time,
    data: { source_id: 'r-' + said.student, student: said.student, assessment: said.assessment,
            class: said.class, score: String(said.score), date: said.time.slice(0, 10) } }));
  const answer = await fetch(url, { method: 'POST', headers: { ...district, ...headers }, body });
  console.log(await answer.text());
}

await { caliper, xapi, cloudevents }[sender]();
