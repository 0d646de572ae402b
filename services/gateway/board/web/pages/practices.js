// The district's library: what teams try, by standing, with what is known of each.
import { html } from '../html.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { CommandLink } from '../parts/command_link.js';
import { Filter, Filters } from '../parts/filters.js';
import { Heading } from '../parts/heading.js';
import { useFollowed } from '../parts/live_bar.js';
import { TriedPractices } from '../parts/tried_practices.js';
import { Trail } from '../parts/shell.js';
import { t, valueWord } from '../words.js';

const STANDINGS = ['PROVEN', 'PROMISING', 'IN_USE', 'PUBLISHED', 'DRAFT', 'RETIRED'].map(
  (one) => `PRACTICE_STANDING_${one}`,
);

async function read(api, standing) {
  const { rows, isCut } = await api.list('/v1/practices', 'practices', { standing });
  const rank = (one) => STANDINGS.indexOf(one.assessment?.standing);
  const effect = (one) => one.assessment?.pooled?.effect ?? -Infinity;
  const practices = rows
    .map((one) => ({ ...one.practice, assessment: one.assessment }))
    .sort((a, b) => rank(a) - rank(b) || effect(b) - effect(a));
  return { practices, isCut };
}

export function PracticesPage({ board, route }) {
  const { standing = '' } = route.query;
  const answer = useAnswer(() => read(board.api, standing), [standing]);
  useFollowed(board, answer);
  return html`
    <${Trail} board=${board} />
    <${Heading}>${t('practices.title')}<//>
    <${Filters}>
      <${Filter} name="standing" label=${t('q4.standing')} any=${t('filter.every-standing')}
        options=${STANDINGS.map((one) => [one, valueWord(one)])} route=${route} /><//>
    <${Answered} answer=${answer}>
      ${({ practices, isCut }) => html`<${TriedPractices} board=${board} practices=${practices}
        sentence=${t('practices.sentence', { count: practices.length, isCut })} isOpen />`}
    <//>
    <p><${CommandLink} board=${board} operation="UpsertPractice" /></p>`;
}
