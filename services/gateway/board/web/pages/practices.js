// The district's library: what teams try, by standing, with what is known of each.
import { html } from '../html.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { CommandLink } from '../parts/command_link.js';
import { useFollowed } from '../parts/live_bar.js';
import { TriedPractices } from '../parts/tried_practices.js';
import { Trail } from '../parts/shell.js';
import { href, replace } from '../router.js';
import { t, valueWord } from '../words.js';
import { Filter } from './alerts.js';

const STANDINGS = ['PROVEN', 'PROMISING', 'IN_USE', 'PUBLISHED', 'DRAFT', 'RETIRED'].map(
  (one) => `PRACTICE_STANDING_${one}`,
);

async function read(api, standing) {
  const found = await api.all('/v1/practices', 'practices', { standing });
  const rank = (one) => STANDINGS.indexOf(one.assessment?.standing);
  const effect = (one) => one.assessment?.pooled?.effect ?? -Infinity;
  return found
    .map((one) => ({ ...one.practice, assessment: one.assessment }))
    .sort((a, b) => rank(a) - rank(b) || effect(b) - effect(a));
}

export function PracticesPage({ board, route }) {
  const { standing = '' } = route.query;
  const answer = useAnswer(() => read(board.api, standing), [standing]);
  useFollowed(board, answer, { everyMs: 5000 });
  const change = (name, value) =>
    replace(href(board.district, 'practices', [], { ...route.query, [name]: value }));
  return html`
    <${Trail} board=${board} />
    <h1 tabindex="-1">${t('practices.title')}</h1>
    <form class="filters" role="search" aria-label=${t('alerts.filters')}
      onSubmit=${(event) => event.preventDefault()}>
      <${Filter} name="standing" label=${t('q4.standing')} any=${t('filter.every-standing')}
        filters=${route.query} change=${change}
        options=${STANDINGS.map((one) => [one, valueWord(one)])} /></form>
    <${Answered} answer=${answer}>
      ${(practices) => html`<${TriedPractices} board=${board} practices=${practices}
        sentence=${t('practices.sentence', { count: practices.length })} />`}
    <//>
    <p><${CommandLink} board=${board} operation="UpsertPractice" /></p>`;
}
