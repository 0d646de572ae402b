// Reviews that wait for an answer, each with its form.
import { html } from '../html.js';
import { FoldedCommand } from '../forms/command_form.js';
import { href } from '../router.js';
import { date, moment, t, valueWord } from '../words.js';
import { Name, Said } from './said.js';

const AT_ONCE = 10;

export function Reviews({ board, reviews, reload }) {
  if (reviews.length === 0) return html`<p class="quiet">${t('reviews.none')}</p>`;
  const latest = reviews.slice().sort((a, b) => Number(b.openedAtMs) - Number(a.openedAtMs));
  return html`
    <ul class="reviews">${latest.slice(0, AT_ONCE).map(
      (one) => html`
      <${Review} key=${one.review} ...${{ board, review: one, reload }} />`,
    )}</ul>
    ${
      latest.length > AT_ONCE &&
      html`<details><summary>${t('reviews.older', { count: latest.length - AT_ONCE })}</summary>
      <ul class="reviews">${latest.slice(AT_ONCE).map(
        (one) => html`
        <${Review} key=${one.review} ...${{ board, review: one, reload }} />`,
      )}</ul></details>`
    }`;
}

function Review({ board, review, reload }) {
  const isPlans = Boolean(review.plan);
  const title = isPlans ? t('reviews.of-plan', { plan: review.plan }) : valueWord(review.trigger);
  const given = isPlans
    ? { school: review.school, plan: review.plan }
    : { school: review.school, review: review.review };
  return html`
    <li>
      <p><strong>${title}</strong>${' '}
        ${
          review.team &&
          html`<a href=${href(board.district, 'team', [review.school, review.team])}>
          <${Name} text=${board.names.team(review.school, review.team)} /></a>`
        }</p>
      ${review.reason && html`<p><${Said} text=${review.reason} /></p>`}
      <${Findings} board=${board} review=${review} />
      <p class="foot">${t('reviews.opened', { at: moment(review.openedAtMs, board.zone) })}
        ${review.due && ` ${t('reviews.due', { on: date(review.due) })}`}</p>
      <${FoldedCommand} title=${t('reviews.answer')} board=${board}
        operation=${isPlans ? 'AnswerPlanReview' : 'AnswerReview'}
        given=${given} done=${reload}
        only=${isPlans ? ['answer', 'reason'] : ['answer', 'adjustment']} />
    </li>`;
}

// What a review of a school, or of its plan, gathered.
function Findings({ board, review }) {
  const found = review.findings ?? review.planFindings;
  if (!found) return null;
  const shared = found.sharedProblems ?? [];
  // Of a plan's practices all that were used are there; promising are those that a team nominated.
  const nominated = (found.practices ?? []).filter((one) => one.nominatingTeams?.length > 0);
  const promising = found.promisingPractices ?? nominated.map((one) => one.practice);
  return html`<ul>
    ${shared.map(
      (one) => html`<li
      key=${one.problem}>${t('reviews.shared', { count: one.teams.length })} <${Name}
      text=${board.names.problem(one.problem)} /></li>`,
    )}
    ${
      promising.length > 0 &&
      html`<li>${t('reviews.practices')} <${Name}
      text=${promising.map((one) => board.names.practice(one)).join(', ')} /></li>`
    }
    <li>${t('reviews.cycles', { count: found.cycles?.length ?? 0 })}</li></ul>`;
}
