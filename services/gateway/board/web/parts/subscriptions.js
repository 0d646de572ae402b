// Who is notified of which alerts, and how; and what could not be delivered. Each sees their own
// subscriptions, the administration all of them.
import { html } from '../html.js';
import { whereAllowed } from '../api.js';
import { FoldedCommand } from '../forms/command_form.js';
import { may } from '../session.js';
import { list, moment, t, valueWord } from '../words.js';
import { Answered, useAnswer } from './answer.js';
import { matched } from './matched.js';
import { Name } from './said.js';

const MOST = 500;

async function read(api) {
  const [subscriptions, given] = await Promise.all([
    api.all('/v1/subscriptions', 'subscriptions', {}, MOST),
    whereAllowed('ListDeadLetters', () => api.all('/v1/deadLetters', 'deadLetters', {}, MOST), []),
  ]);
  return { subscriptions, given };
}

export function Subscriptions({ board }) {
  if (!may('ListSubscriptions')) return null;
  return html`<${Known} board=${board} />`;
}

function Known({ board }) {
  const answer = useAnswer(() => read(board.api), []);
  const { reload } = answer;
  return html`
    <section aria-labelledby="subscriptions"><h2
      id="subscriptions">${t('subscriptions.title')}</h2>
      <p>${t('subscriptions.why')}</p>
      <${Answered} answer=${answer}>${({ subscriptions, given }) => html`
        ${
          subscriptions.length === 0 &&
          html`<p class="quiet">${t('subscriptions.none')}</p>`
        }
        <ul class="plain">${subscriptions.map(
          (one) => html`<li key=${one.subscription}>
          <${Subscription} ...${{ board, one, reload }} /></li>`,
        )}</ul>
        ${given.length > 0 && html`<${GivenUp} ...${{ board, given, reload }} />`}`}<//>
      <${FoldedCommand} title=${t('subscriptions.new')} board=${board}
        operation="UpsertSubscription" done=${reload} />
    </section>`;
}

function Subscription({ board, one, reload }) {
  const given = { subscription: one.subscription };
  const where = one.webhook?.url ?? list(one.digest?.addresses ?? []);
  const command = (operation, title) => html`<${FoldedCommand}
    ...${{ board, operation, title, given, done: reload }} />`;
  return html`
    <p><strong><${Name} text=${one.subscriber} /></strong> · ${valueWord(one.channel)}
      ${where && html` · <${Name} text=${where} />`} ·${' '}
      <${Name} text=${matched(board, one.matcher) || t('silences.everything')} /></p>
    ${
      Number(one.webhook?.disabledAtMs) > 0 &&
      html`<p class="findings">${t('subscriptions.disabled', {
        at: moment(one.webhook.disabledAtMs, board.zone),
      })}</p>`
    }
    <${FoldedCommand} title=${t('subscriptions.change')} board=${board}
      operation="UpsertSubscription" given=${{ subscription: one }} only=${['subscription']}
      done=${reload} />
    ${one.webhook && command('SendTestDelivery', t('subscriptions.test'))}
    ${one.webhook && command('RotateWebhookSecret', t('subscriptions.secret'))}
    ${command('DeleteSubscription', t('subscriptions.end'))}`;
}

// Deliveries that every attempt failed of.
function GivenUp({ board, given, reload }) {
  return html`
    <h3>${t('subscriptions.given-up')}</h3>
    <ul class="plain">${given.map(
      ({ delivery, reason, deadAtMs }) => html`<li key=${delivery.delivery}>
      <p><${Name} text=${delivery.subscription} /> · ${moment(deadAtMs, board.zone)} ·${' '}
        ${valueWord(reason)}</p>
      <${FoldedCommand} title=${t('subscriptions.again')} board=${board}
        operation="RedeliverDeadLetter" given=${{ delivery: delivery.delivery }}
        done=${reload} /></li>`,
    )}</ul>`;
}
