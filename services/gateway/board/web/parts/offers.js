// What a team is offered because others share its challenge: a practice, or a team to learn from.
import { html } from '../html.js';
import { FoldedCommand } from '../forms/command_form.js';
import { href } from '../router.js';
import { date, t, valueWord } from '../words.js';
import { Name, Written } from './said.js';

export function Offers({ board, offers, reload }) {
  if (offers.length === 0) return html`<p class="quiet">${t('offers.none')}</p>`;
  return html`<ul class="offers">${offers.map(
    (one) => html`<${Offer} key=${one.offer}
    ...${{ board, offer: one, reload }} />`,
  )}</ul>`;
}

function Offer({ board, offer, reload }) {
  const { practice, from } = offer;
  return html`
    <li>
      <p>${
        practice
          ? html`${t('offers.practice')} <a
            href=${href(board.district, 'practice', [practice.practice])}>
          <${Name} text=${practice.name || practice.practice}
            /></a> (${valueWord(practice.standing)})`
          : html`${t('offers.team')} <${Name}
            text=${board.names.teamOfSchool(from.school, from.team)} />`
      }</p>
      <p>${t('offers.because')} <${Written} text=${offer.statement} /></p>
      <p class="foot">${t('offers.due', { on: date(offer.due) })}</p>
      <${FoldedCommand} title=${t('offers.answer')} board=${board} operation="AnswerOffer"
        given=${{ school: offer.school, team: offer.team, offer: offer.offer }}
        only=${['answer', 'reason']} done=${reload} />
    </li>`;
}
