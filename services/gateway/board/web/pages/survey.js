// A driver survey, answered on a phone: a level of each factor, by what each level looks like.
import { html } from '../html.js';
import { useState } from '../hooks.js';
import { useOutbox } from '../forms/kept.js';
import { me, remember } from '../forms/me.js';
import { Picks } from '../forms/picks.js';
import { refusalsOf } from '../forms/refusals.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Heading } from '../parts/heading.js';
import { Name, Said } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { date, fieldWord, t, valueWord } from '../words.js';

const BLANK = { levels: {} };
const GROUPS = ['RATER_GROUP_STAFF', 'RATER_GROUP_LEADERS', 'RATER_GROUP_DISTRICT'];

const pathOf = (school, round) =>
  `/v1/schools/${encodeURIComponent(school)}/surveys/${encodeURIComponent(round)}`;

export function SurveyPage({ board, route }) {
  const [school = '', round = ''] = route.args;
  const answer = useAnswer(() => board.api.get(pathOf(school, round)), [school, round]);
  return html`
    <${Trail} board=${board} school=${school} />
    <${Answered} answer=${answer} title=${t('survey.title')}>
      ${(value) => html`
        <${Heading}><${Name} text=${value.round.name || t('survey.title')} /><//>
        <${Round} ...${{ board, school }} round=${value.round} />`}
    <//>`;
}

function Round({ board, school, round }) {
  const name = `survey.${board.district}.${school}.${round.round}`;
  const { draft, change, entries, isLost, put } = useOutbox({
    name,
    blank: BLANK,
    send: (body, again) =>
      board.api.send('POST', `${pathOf(school, round.round)}:answer`, body, again),
    isPrivate: true,
  });
  const [isAsked, setAsked] = useState(false);
  const rater = draft.rater ?? me();
  const open = round.items.filter((one) => !draft.levels[one.factor]);
  const sent = entries[0];
  const isAsSent = sent && JSON.stringify(sent.content) === JSON.stringify(bodyOf(draft, rater));
  const send = (event) => {
    event.preventDefault();
    setAsked(open.length > 0);
    if (open.length > 0) {
      document.getElementById(open[0].factor).focus();
      return;
    }
    remember({ rater });
    put('answers', bodyOf(draft, rater));
  };
  if (round.state !== 'SURVEY_STATE_OPEN')
    return html`<p class="notice">${t('survey.over', { on: date(round.lastDay) })}</p>`;
  return html`
    <form class="touch command" onSubmit=${send} novalidate>
      <p>${t('survey.why', { on: date(round.lastDay) })}</p>
      ${round.items.map(
        (item, i) => html`<${Picks} key=${item.factor} id=${item.factor}
          legend=${`${i + 1}. ${item.name || valueWord(item.factor)}`}
          hint=${t('survey.lens', { lens: valueWord(item.lens) })}
          options=${item.descriptors.map((hint, at) => ({ value: at + 1, label: at + 1, hint }))}
          value=${draft.levels[item.factor]}
          refusal=${isAsked && !draft.levels[item.factor] ? t('survey.missing') : ''}
          set=${(level) =>
            change(({ levels }) => ({ levels: { ...levels, [item.factor]: level } }))} />`,
      )}
      <${Who} ...${{ draft, change, rater }} />
      <${Outcome} ...${{ sent, isLost, isAsSent, round }} />
      <div class="bar">
        <progress max=${round.items.length} value=${round.items.length - open.length}
          aria-label=${t('survey.progress')}></progress>
        <span role="status">${t('survey.answered', {
          done: round.items.length - open.length,
          of: round.items.length,
        })}</span>
        <button type="submit">${t(sent ? 'survey.change' : 'survey.send')}</button>
      </div>
    </form>`;
}

function bodyOf({ levels, group }, rater) {
  const answers = Object.entries(levels).map(([factor, level]) => ({ factor, level }));
  return { answers, rater, group };
}

function Who({ draft, change, rater }) {
  const typed = (event) => {
    const { value } = event.currentTarget;
    change(() => ({ rater: value }));
  };
  return html`
    <div class="field"><label for="rater">${fieldWord('rater')}</label>
      <p class="hint" id="rater-hint">${t('survey.rater-hint')}</p>
      <input id="rater" value=${rater} autocomplete="name" aria-describedby="rater-hint"
        onInput=${typed} /></div>
    <${Picks} id="group" legend=${t('survey.group')} isRow value=${draft.group}
      options=${GROUPS.map((one) => ({ value: one, label: valueWord(one) }))}
      set=${(group) => change(() => ({ group }))} />`;
}

// What became of the answers that were sent last.
function Outcome({ sent, isLost, isAsSent, round }) {
  if (!sent) return null;
  if (sent.state === 'refused') {
    const { rest } = refusalsOf(sent.error, []);
    return html`<div class="refused" role="alert"><p>${t('form.refused.title')}</p>
      ${rest.map((one, i) => html`<p key=${i}><${Said} text=${one} /></p>`)}</div>`;
  }
  const words = {
    waiting: isLost ? t('survey.lost') : t('form.sending'),
    accepted: isAsSent ? t('survey.accepted', { on: date(round.lastDay) }) : t('survey.changed'),
  };
  return html`<p class="notice" role="status">${words[sent.state]}</p>`;
}
