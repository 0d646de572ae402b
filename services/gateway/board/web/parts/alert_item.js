// An alert of a list: what and whom it is about, and that somebody has it in hand.
import { html } from '../html.js';
import { useState } from '../hooks.js';
import { newKey } from '../api.js';
import { CommandForm } from '../forms/command_form.js';
import { me } from '../forms/me.js';
import { href } from '../router.js';
import { moment, reasonText, t, valueWord } from '../words.js';
import { sentenceOf } from './alert_list.js';
import { Badge, Name, Said } from './said.js';

// Of whom it is, in names: the district where it is of no school.
export function Whom({ board, about }) {
  if (!about.school) return html`<${Name} text=${board.about.name} />`;
  return html`
    <a href=${href(board.district, 'school', [about.school])}><${Name}
      text=${board.names.school(about.school)} /></a>
    ${
      about.team &&
      html` · <a href=${href(board.district, 'team', [about.school, about.team])}>
      <${Name} text=${board.names.team(about.school, about.team)} /></a>`
    }`;
}

export function AlertItem({ board, alert }) {
  const by = alert.acknowledgedBy;
  const condition = alert.condition;
  const where = href(board.district, 'alert', [alert.alert], { school: alert.school });
  return html`
    <li class="alert-item ${condition.severity}">
      <p><${Badge} value=${condition.severity}
        /> <strong>${valueWord(condition.trigger)}</strong>${' '}
        <${Whom} board=${board} about=${condition} /></p>
      <p><a href=${where}><${Said} text=${sentenceOf(board, condition)} /></a></p>
      <div class="foot"><span>${valueWord(alert.state)}${by && html` (<bdi>${by}</bdi>)`}</span>
        ${
          Number(alert.snoozedUntilMs) > 0 &&
          html` · <span>
          ${t('alert.snoozed-until', { at: moment(alert.snoozedUntilMs, board.zone) })}</span>`
        }
        ${' · '}<span>${t('alert.raised', { at: moment(alert.raisedAtMs, board.zone) })}</span>
        <${Acknowledge} board=${board} alert=${alert} /></div>
    </li>`;
}

// The one thing that is done many times a morning, by one press; who does it is asked for once,
// where no credential says it.
export function Acknowledge({ board, alert }) {
  const [failed, setFailed] = useState('');
  const [asking, setAsking] = useState(false);
  if (alert.state !== 'ALERT_STATE_FIRING') return null;
  const path = `/v1/alerts/${encodeURIComponent(alert.alert)}:acknowledge`;
  const acknowledge = async () => {
    try {
      await board.api.send('POST', path, { school: alert.school, acknowledgedBy: me() }, newKey());
    } catch (error) {
      if (error.reason === 'WHO_MISSING') setAsking(true);
      else setFailed(reasonText(error.reason, error.message) || t('answer.unreachable'));
    }
  };
  if (asking) {
    return html`<${CommandForm} board=${board} operation="AcknowledgeAlert"
      given=${{ alert: alert.alert, school: alert.school }} only=${['acknowledgedBy']} />`;
  }
  const name = t('alert.acknowledge-this', { what: alert.condition.reason.slice(0, 80) });
  return html` <button type="button" onClick=${acknowledge} aria-label=${name}>
      ${t('alert.acknowledge')}</button>
    ${failed && html`<span role="alert" class="refusal"><${Said} text=${failed} /></span>`}`;
}
