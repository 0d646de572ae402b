// The plan of a school, as it is written: begun here where there is none.
import { html } from '../html.js';
import { useRef, useState } from '../hooks.js';
import { newKey, openApi } from '../api.js';
import { PlanEditor } from '../forms/plan_editor.js';
import { Summary, refusalsOf } from '../forms/refusals.js';
import { commandOf } from '../forms/schema.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Heading } from '../parts/heading.js';
import { Name } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { pathOfPlan, sitePlanOf } from '../parts/site_plan.js';
import { t } from '../words.js';

let readings = 0;

// What is edited, with its checks: the draft, or what is in force, from which the next one begins.
async function read({ api, names }, school, id) {
  const [document, found] = await Promise.all([openApi(), sitePlanOf(api, school, id)]);
  const { fields } = commandOf(document, 'DraftSitePlan');
  const known = {
    fields: fields.find((one) => one.name === 'plan').fields,
    assessments: names.assessments(),
    practices: names.practices(),
    reading: (readings += 1),
  };
  if (found === null || found.plan.state === 'PLAN_STATE_CLOSED') return { ...known, plan: null };
  const edited = found.draft
    ? { plan: found.draft, checks: found.draftChecks, pathway: found.draftPathway }
    : { plan: found.plan, checks: found.checks, pathway: found.pathway };
  return { ...known, ...edited, isDraft: edited.plan.state === 'PLAN_STATE_DRAFT' };
}

export function PlanPage({ board, route }) {
  const [school = ''] = route.args;
  const id = route.query.plan ?? '';
  const answer = useAnswer(() => read(board, school, id), [school, id]);
  return html`
    <${Trail} board=${board} school=${school} />
    <${Heading}>${t('editor.title')} <${Name} text=${board.names.school(school)} /><//>
    <${Answered} answer=${answer}>
      ${(known) =>
        known.plan === null
          ? html`<${Begin} ...${{ board, school }} done=${answer.reload} />`
          : html`<${PlanEditor} key=${known.reading}
              ...${{ board, school, known }} readAgain=${answer.reload} />`}
    <//>`;
}

// The school year of the latest term that the calendar has.
function latestYear(board) {
  const first = board.about.calendar?.terms?.at(-1)?.first;
  if (!first) return '';
  return Number(first.slice(0, 4)) - (first.slice(5) < '07' ? 1 : 0);
}

function Begin({ board, school, done }) {
  const [year, setYear] = useState(() => String(latestYear(board)));
  const [outcome, setOutcome] = useState({ state: 'new', at: {}, rest: [] });
  const sent = useRef({ year: '', key: '' });
  const begin = async (event) => {
    event.preventDefault();
    if (sent.current.year !== year) sent.current = { year, key: newKey() };
    const body = { plan: { year: Number(year) || 0 } };
    try {
      await board.api.send('PUT', pathOfPlan(school, year || '-'), body, sent.current.key);
      done();
    } catch (error) {
      setOutcome({ state: 'refused', ...refusalsOf(error, ['year']) });
    }
  };
  return html`
    <form class="command" onSubmit=${begin} novalidate>
      <p>${t('editor.none')}</p>
      <${Summary} form=${{ id: 'begin' }} outcome=${outcome} />
      <div class="field"><label for="begin-year">${t('editor.year')}</label>
        <p class="hint" id="begin-hint">${t('editor.year-hint')}</p>
        <input id="begin-year" type="number" inputmode="numeric" value=${year}
          aria-describedby="begin-hint" onInput=${(event) => setYear(event.currentTarget.value)} />
      </div>
      <p class="actions"><button type="submit">${t('editor.begin')}</button></p>
    </form>`;
}
