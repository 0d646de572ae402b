// Alerts as a list keeps them: what a list said, and what happened since. Pure.

const SEVERITIES = ['SEVERITY_CRITICAL', 'SEVERITY_WARNING', 'SEVERITY_INFO'];

export function keyOf(alert) {
  return `${alert.school}/${alert.alert}`;
}

export function listed(alerts) {
  return new Map(alerts.map((alert) => [keyOf(alert), alert]));
}

// Alerts after those events; null when what is known is no longer enough, and the list has to be
// read again.
export function after(known, events) {
  const alerts = new Map(known);
  for (const { name, data } of events) {
    if (name === 'gap' || name === 'reset') return null;
    const alert = data[name]?.alert;
    if (!alert) continue; // a notification changes none
    const before = alerts.get(keyOf(alert));
    // What came while the list was read may come again.
    if (!before || Number(alert.version) >= Number(before.version)) alerts.set(keyOf(alert), alert);
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

// How many there are of each value of a field of the condition, the values in order.
export function countsBy(alerts, field) {
  const counts = new Map();
  for (const alert of alerts)
    counts.set(alert.condition[field], (counts.get(alert.condition[field]) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
