// The six questions of a plan, each with whether it is answered, as somebody writes. What is
// written is saved as the draft by itself; its answer says what is vague, unanswered and broken.
import { html } from '../html.js';
import { useEffect, useMemo, useRef, useState } from '../hooks.js';
import { newKey } from '../api.js';
import { FoldedCommand } from './command_form.js';
import { Field, idOf } from './fields.js';
import {
  QUESTIONS,
  added,
  choicesAt,
  hintName,
  isUnseen,
  pathOf,
  withoutEmpty,
} from './plan_content.js';
import { Summary, pathsIn, refusalsOf } from './refusals.js';
import { Saver, isUnanswered } from './saver.js';
import { assigned, bodyOf } from './schema.js';
import { Pathway } from '../parts/plan_questions.js';
import { Badge, Said } from '../parts/said.js';
import { pathOfPlan } from '../parts/site_plan.js';
import { commandWord, hintWord, reasonText, t } from '../words.js';

const ID = 'editor';
const NOT_ASKED = { state: 'new', at: {}, rest: [] };

// The fields that a refusal names, as the form has them.
function placed(error, plan) {
  const details = (error.details ?? []).map((one) => {
    const field = one.field?.replace(/^plan\./, '');
    return field && field !== 'plan'
      ? { ...one, field: ['plan', ...pathOf(plan, field)].join('.') }
      : one;
  });
  return Object.assign(error, { details });
}

// Saves what is typed, and knows how the saved plan stands: {plan, checks, pathway, isDraft}.
function useSaved(board, school, known) {
  const [saved, setSaved] = useState(known);
  const [saving, setSaving] = useState({ state: 'new' });
  const latest = useRef(known.plan);
  const saver = useMemo(
    () =>
      new Saver({
        save: (content, key) => {
          const plan = { ...content, version: latest.current.version };
          return board.api.send('PUT', pathOfPlan(school, known.plan.plan), { plan }, key);
        },
        tell: ({ state, error, answer }) => {
          if (answer) {
            latest.current = answer.plan;
            setSaved({ ...answer, isDraft: true });
          }
          setSaving({ state, error });
        },
      }),
    [],
  );
  useEffect(() => {
    const leave = (event) => {
      if (!saver.isSaved) event.preventDefault();
    };
    const hide = () => document.hidden && saver.flush();
    window.addEventListener('beforeunload', leave);
    document.addEventListener('visibilitychange', hide);
    return () => {
      window.removeEventListener('beforeunload', leave);
      document.removeEventListener('visibilitychange', hide);
      saver.flush();
    };
  }, []);
  return { saved, saving, saver, latest };
}

export function PlanEditor({ board, school, known, readAgain }) {
  const [plan, setPlan] = useState(known.plan);
  const [published, setPublished] = useState(NOT_ASKED);
  const { saved, saving, saver, latest } = useSaved(board, school, known);
  const element = useRef(null);
  const typed = useRef(plan); // two changes may come before the page is drawn again
  const form = formOf(board, known, plan, (path, value) => {
    const next = assigned({ plan: typed.current }, path, value).plan;
    typed.current = next;
    setPlan(next);
    setPublished(NOT_ASKED);
    saver.change(bodyOf(known.fields, withoutEmpty(next), board.zone) ?? {});
  });
  const refusal =
    saving.state === 'refused'
      ? { state: 'refused', ...refusalsOf(placed(saving.error, plan), paths(form, element)) }
      : published;
  form.refusals = refusal.at;
  form.findings = findingsOf(saved, plan);
  const publish = usePublish({ board, school, saver, latest }, readAgain, (error) =>
    setPublished({
      state: 'refused',
      ...refusalsOf(placed(error, plan), paths(form, element)),
    }),
  );
  const n = saved.plan.revision + (saved.isDraft ? 1 : 0);
  return html`
    <div class="editor" ref=${element}>
      <p><${Badge} value=${saved.isDraft ? 'PLAN_STATE_DRAFT' : saved.plan.state} />${' '}
        ${t('editor.of', { plan: known.plan.plan, n })}</p>
      <p class="quiet">${t('editor.why')}</p>
      ${QUESTIONS.map(
        (name, i) => html`<${Question} key=${name} name=${name} form=${form} known=${known}
          check=${saved.checks.find((one) => one.question === i + 1)} />`,
      )}
      <section aria-labelledby="theories"><h2 id="theories">${t('editor.theories')}</h2>
        <${Part} name="theories" form=${form} known=${known} /></section>
      <${Pathway} board=${board} plan=${saved.plan} pathway=${saved.pathway} />
      ${
        saved.isDraft &&
        html`<${FoldedCommand} title=${commandWord('DiscardSitePlanDraft')} board=${board}
          operation="DiscardSitePlanDraft" given=${{ school, plan: known.plan.plan }}
          done=${readAgain} />`
      }
      <${Summary} form=${form} outcome=${refusal} />
      <${Bar} ...${{ saved, saving, publish, readAgain }} />
    </div>`;
}

function paths(form, element) {
  return element.current ? pathsIn(form, element.current) : [];
}

function formOf(board, known, plan, set) {
  const inPlan = (path) => path.slice(1);
  const about = {
    districtPriorities: board.about.priorities ?? [],
    assessments: known.assessments,
  };
  return {
    id: ID,
    typed: { plan },
    names: board.names,
    set,
    isUnseen,
    hint: (path) => hintWord(hintName(inPlan(path))),
    added: (path) => added(plan, inPlan(path)),
    choices: (path) => choicesAt(plan, inPlan(path), about),
    suggestions: (path) => {
      const name = path.filter((part) => !/^\d+$/.test(part)).at(-1);
      if (['assessment', 'assessments', 'evidenceSources'].includes(name)) return known.assessments;
      return name === 'practice' ? known.practices : null;
    },
  };
}

// Path -> sentence: each at its field.
function findingsOf({ checks }, plan) {
  const all = checks.flatMap((one) => one.findings);
  return Object.fromEntries(
    all.map((one) => [
      ['plan', ...pathOf(plan, one.field)].join('.'),
      reasonText(one.reason, one.message),
    ]),
  );
}

function Part({ name, form, known }) {
  const field = known.fields.find((one) => one.name === name);
  return html`<${Field} field=${field} path=${['plan', name]} form=${form} />`;
}

function Question({ name, form, known, check }) {
  const focus = (path) => document.getElementById(idOf(form, path))?.focus();
  const n = QUESTIONS.indexOf(name) + 1;
  return html`
    <section aria-labelledby=${`q${n}`}>
      <h2 id=${`q${n}`}>${t(`plan.q${n}`)}${' '}
        ${check && html`<${Badge} value=${check.completeness} />`}</h2>
      ${
        check?.findings.length > 0 &&
        html`<ul class="findings">${check.findings.map(
          (one, i) => html`<li key=${i}><button type="button" class="link"
            onClick=${() => focus(['plan', ...pathOf(form.typed.plan, one.field)])}>
            <${Said} text=${reasonText(one.reason, one.message)} /></button></li>`,
        )}</ul>`
      }
      <${Part} name=${name} form=${form} known=${known} />
    </section>`;
}

// Publishes what is written, once it is saved. The same version again is the same call as long as
// its answer is not known.
function usePublish({ board, school, saver, latest }, done, refused) {
  const sent = useRef({ version: '', key: '' });
  const [isBusy, setBusy] = useState(false);
  const publish = async () => {
    if (isBusy) return;
    setBusy(true);
    await saver.flush();
    const { plan, version } = latest.current;
    if (sent.current.version !== version) sent.current = { version, key: newKey() };
    try {
      if (!saver.isSaved) return; // which the bar says
      const path = `${pathOfPlan(school, plan)}:publish`;
      await board.api.send('POST', path, { expectedVersion: version }, sent.current.key);
      board.afterCommand();
      done();
    } catch (error) {
      if (!isUnanswered(error)) sent.current = { version: '', key: '' };
      refused(error);
    } finally {
      setBusy(false);
    }
  };
  return { publish, isBusy };
}

const COMPLETENESS = ['COMPLETENESS_ANSWERED', 'COMPLETENESS_VAGUE', 'COMPLETENESS_UNANSWERED'];

// What stays in sight: whether it is saved, how many questions are answered, and the publication.
function Bar({ saved, saving, publish: { publish, isBusy }, readAgain }) {
  const counts = COMPLETENESS.map((one) => [
    one,
    saved.checks.filter((check) => check.completeness === one).length,
  ]).filter(([, count]) => count > 0);
  const isStale = saving.error?.reason === 'VERSION_STALE';
  const isUntouched = saving.state === 'new' && !saved.isDraft;
  const said = isUntouched ? 'no-draft' : isStale ? 'stale' : saving.state;
  return html`
    <div class="bar">
      <span role="status">${t(`editor.${said}`)}</span>
      <span>${counts.map(
        ([one, count]) => html`${count} <${Badge} key=${one} value=${one} /> `,
      )}</span>
      ${
        isStale
          ? html`<button type="button" onClick=${readAgain}>${t('editor.read-again')}</button>`
          : html`<button type="submit"
              aria-disabled=${isBusy || !saved.isDraft ? 'true' : undefined}
              onClick=${() => saved.isDraft && publish()}>${t('plan.publish')}</button>`
      }
    </div>`;
}
