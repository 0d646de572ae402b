// The four questions of one school.
import { html } from '../html.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { Heading } from '../parts/heading.js';
import { useFollowed } from '../parts/live_bar.js';
import { Questions } from '../parts/questions.js';
import { Name } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { t } from '../words.js';

export function QuestionsPage({ board, route }) {
  const [school = ''] = route.args;
  const answer = useAnswer(() => board.api.get('/v1/questions', { school }), [school]);
  useFollowed(board, answer, school);
  return html`
    <${Trail} board=${board} school=${school} />
    <${Heading}>${t('questions.title')} <${Name}
      text=${school ? board.names.school(school) : board.about.name} /><//>
    <${Answered} answer=${answer}>
      ${(value) => html`<${Questions} board=${board} answer=${value} school=${school} />`}
    <//>`;
}
