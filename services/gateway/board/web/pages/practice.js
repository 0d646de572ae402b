// A practice: what it is, whether it works and compared with what, how it spread and whom it
// reaches.
import { html } from '../html.js';
import { whereAllowed } from '../api.js';
import { Answered, useAnswer } from '../parts/answer.js';
import { CommandLink } from '../parts/command_link.js';
import { Heading } from '../parts/heading.js';
import { useFollowed } from '../parts/live_bar.js';
import { Badge, Name, Written } from '../parts/said.js';
import { Trail } from '../parts/shell.js';
import { Table } from '../parts/table.js';
import { effectText } from '../parts/tried_practices.js';
import { Waves } from '../parts/waves.js';
import { Figure } from '../pictures/figure.js';
import { Intervals } from '../pictures/intervals.js';
import { Steps } from '../pictures/steps.js';
import { href } from '../router.js';
import { may, session } from '../session.js';
import { date, number, percent, shortDate, signed, t, valueWord } from '../words.js';

async function read(api, practice) {
  const path = `/v1/practices/${encodeURIComponent(practice)}`;
  const { school, team } = session().caller ?? {};
  const own = { school, team };
  const used = { ...own, practice };
  const [known, effects, adoptions, waves] = await Promise.all([
    api.get(path),
    whereAllowed('ListNetEffects', () => api.all(`${path}/netEffects`, 'effects', own), []),
    whereAllowed('ListAdoptions', () => api.all('/v1/adoptions', 'adoptions', used), []),
    whereAllowed('ListWaves', () => api.all('/v1/waves', 'waves', { practice }), []),
  ]);
  const key = (one) => `${one.school} ${one.team} ${one.start}`;
  effects.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return { ...known.practice, spread: known.spread, effects, adoptions, waves };
}

export function PracticePage({ board, route }) {
  const [practice] = route.args;
  const answer = useAnswer(() => read(board.api, practice), [practice]);
  useFollowed(board, answer);
  return html`
    <${Trail} board=${board} />
    <${Answered} answer=${answer} title=${practice}>
      ${(value) => html`
        <${About} board=${board} ...${value} />
        <${NetEffects} board=${board} pooled=${value.assessment?.pooled} effects=${value.effects} />
        <${Spread} board=${board} spread=${value.spread} />
        <${Adopters} board=${board} adoptions=${value.adoptions} />
        <${Waves} board=${board} waves=${value.waves} />
        <${Commands} board=${board} practice=${practice} />`}
    <//>`;
}

function About({ board, practice, assessment }) {
  const rests = assessment?.pooled && t('practice.rests-on', assessment.pooled);
  return html`
    <${Heading}><${Name} text=${practice.name || practice.practice} /><//>
    <p><${Badge} value=${assessment?.standing}
      /> ${assessment?.tier && valueWord(assessment.tier)}</p>
    <p><${Written} text=${practice.description} /></p>
    <dl class="numbers">
      <div><dt>${t('practice.effect')}</dt><dd>${effectText(assessment?.pooled)} ${rests}</dd></div>
      ${
        assessment?.pooled &&
        html`<div><dt>${t('practice.heterogeneity')}</dt>
        <dd>${t('practice.i-tau', {
          i: percent(assessment.pooled.iSquared),
          tau: number(assessment.pooled.tauSquared, 3),
        })}</dd></div>`
      }
      <div><dt>${t('practice.serves')}</dt>
        <dd><${Name}
          text=${practice.indicators.map((one) => board.names.indicator(one)).join(', ')}
          /></dd></div>
      <div><dt>${t('practice.components')}</dt><dd>${
        practice.components.length === 0
          ? t('nothing')
          : html`
        <ul class="plain">${practice.components.map(
          (one) => html`<li key=${one.component}>
          <${Name} text=${one.name || one.component} /> (${valueWord(one.kind)})</li>`,
        )}</ul>`
      }</dd></div>
      <div><dt>${t('practice.without')}</dt>
        <dd>${number(assessment?.withoutComparison ?? 0)}</dd></div>
    </dl>`;
}

function NetEffects({ board, pooled, effects }) {
  const name = (one) => board.names.teamOfSchool(one.school, one.team);
  const shown = effects.filter((one) => one.effect !== undefined);
  const rows = effects.map((one) => ({
    label: `${name(one)} · ${shortDate(one.start)}`,
    value: one.effect,
    low: one.low,
    high: one.high,
  }));
  if (pooled?.effect !== undefined) {
    rows.push({
      label: t('practice.together'),
      value: pooled.effect,
      low: pooled.low,
      high: pooled.high,
      sum: true,
    });
  }
  const number0 = (field) => (one) =>
    one[field] === undefined ? t('unknown-or-few') : number(one[field]);
  const columns = [
    {
      title: t('team'),
      cell: (one) =>
        html`<a href=${href(board.district, 'team', [one.school, one.team])}><${Name}
          text=${name(one)} /></a>`,
    },
    { title: t('practice.window'), cell: (one) => `${date(one.start)} – ${date(one.end)}` },
    {
      title: t('indicator'),
      cell: (one) => html`<${Name} text=${board.names.indicator(one.indicator)} />`,
    },
    {
      title: t('q3.effect'),
      numeric: true,
      cell: (one) => (one.effect === undefined ? t('unknown-or-few') : effectText(one)),
    },
    { title: t('q3.students'), numeric: true, cell: number0('students') },
    { title: t('practice.compared'), numeric: true, cell: number0('comparedStudents') },
  ];
  const sentence =
    pooled?.effect === undefined
      ? t('practice.no-effect')
      : t('practice.sentence', {
          effect: signed(pooled.effect),
          cycles: pooled.cycles,
          i: percent(pooled.iSquared),
        });
  return html`
    <section aria-labelledby="effects"><h2 id="effects">${t('practice.effects')}</h2>
      <${Figure} title=${t('practice.forest')} ...${{ sentence, columns }} rows=${effects}>
        ${
          shown.length > 0 &&
          html`<${Intervals} rows=${rows} unit=${t('unit.sd')}
          />`
        }<//></section>`;
}

function Spread({ board, spread }) {
  const curve = spread?.curve ?? [];
  const columns = [
    { title: t('practice.day'), cell: (one) => date(one.date) },
    { title: t('overview.teams'), numeric: true, cell: (one) => number(one.teams) },
    { title: t('overview.schools'), numeric: true, cell: (one) => number(one.schools) },
  ];
  const reach =
    spread?.reach === undefined ? '' : ` ${t('practice.reach', { share: percent(spread.reach) })}`;
  const sentence =
    t('practice.spread.sentence', { teams: spread?.teams ?? 0, schools: spread?.schools ?? 0 }) +
    reach;
  const first = (spread?.firstFollowers ?? []).map((one) =>
    board.names.teamOfSchool(one.school, one.team),
  );
  return html`
    <section aria-labelledby="spread"><h2 id="spread">${t('practice.spread')}</h2>
      <${Figure} title=${t('practice.curve')} sentence=${sentence} columns=${columns} rows=${curve}>
        ${
          curve.length > 0 &&
          html`<${Steps}
          points=${curve.map((one) => ({ date: one.date, count: one.teams }))}
          name=${t('overview.teams')} />`
        }<//>
      ${
        first.length > 0 &&
        html`<p>${t('practice.first')} <${Name} text=${first.join('; ')}
        /></p>`
      }</section>`;
}

function Adopters({ board, adoptions }) {
  const columns = [
    {
      title: t('team'),
      cell: (one) => html`<a href=${href(board.district, 'team', [one.school, one.team])}>
      <${Name} text=${board.names.teamOfSchool(one.school, one.team)} /></a>`,
    },
    { title: t('team.state'), cell: (one) => valueWord(one.state) },
    { title: t('team.since'), cell: (one) => date(one.begunOn) },
    { title: t('practice.changed'), cell: (one) => html`<${Written} text=${one.whatChanged} />` },
  ];
  return html`
    <section aria-labelledby="adopters"><h2 id="adopters">${t('practice.adopters')}</h2>
      <${Table} caption=${t('practice.adopters')} captionHidden columns=${columns} rows=${adoptions}
        empty=${t('practice.nobody')} /></section>`;
}

function Commands({ board, practice }) {
  const commands = [
    'UpsertPractice',
    'PublishPractice',
    'MergePractice',
    'RetirePractice',
    'PlanWave',
  ];
  return html`
    <section aria-labelledby="do"><h2 id="do">${t('alert.do')}</h2><ul>
      ${commands.filter((one) => may(one)).map(
        (one) => html`<li key=${one}>
        <${CommandLink} board=${board} operation=${one} given=${{ practice }} /></li>`,
      )}
    </ul></section>`;
}
