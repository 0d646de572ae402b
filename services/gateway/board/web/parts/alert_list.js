// Alerts as a list keeps them: what a list said, and what happened since. Pure.
import { valueWord } from '../words.js';
import { groupBy } from '../group_by.js';
import { isGap } from '../live.js';

export const SEVERITIES = ['SEVERITY_CRITICAL', 'SEVERITY_WARNING', 'SEVERITY_INFO'];

export function keyOf(alert) {
  return `${alert.school}/${alert.alert}`;
}

export function listed(alerts) {
  return new Map(alerts.map((alert) => [keyOf(alert), alert]));
}

// Alerts after those events; null when what is known is no longer enough, and the list has to be
// read again. Those that were resolved are kept where they are wanted, and otherwise forgotten, so
// that a page that stays open for a year holds no more than a new one.
export function after(known, events, withResolved = false) {
  const alerts = new Map(known);
  if (events.some(isGap)) return null;
  for (const { name, data } of events) {
    const alert = data[name]?.alert;
    if (!alert) continue; // a notification changes none
    const before = alerts.get(keyOf(alert));
    // What came while the list was read may come again.
    if (before && Number(alert.version) < Number(before.version)) continue;
    if (withResolved || alert.state !== 'ALERT_STATE_RESOLVED') alerts.set(keyOf(alert), alert);
    else alerts.delete(keyOf(alert));
  }
  return alerts;
}

// Those that a filter lets through, the most severe first, of these the latest first.
export function chosen(alerts, { trigger = '', severity = '', state = '' }) {
  const fits = (alert) =>
    (!trigger || alert.condition.trigger === trigger) &&
    (!severity || alert.condition.severity === severity) &&
    (state === 'all' || (state ? alert.state === state : alert.state !== 'ALERT_STATE_RESOLVED'));
  return [...alerts.values()]
    .filter(fits)
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(a.condition.severity) - SEVERITIES.indexOf(b.condition.severity) ||
        Number(b.raisedAtMs) - Number(a.raisedAtMs),
    );
}

// How many there are of each, in order.
export function countsBy(things, keyOf) {
  return [...groupBy(things, keyOf)]
    .map(([key, some]) => [key, some.length])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

// What was found. Whose it is stands before it on a page, and is not said twice.
export function sentenceOf(board, { reason, trigger, school, team }) {
  const name = board.names.team(school, team);
  const whose = [`${name}: `, `${name} on `].find((one) => team && reason?.startsWith(one));
  const rest = (reason || valueWord(trigger)).slice(whose?.length ?? 0);
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
