// What is shown as it came: sentences of the API, which are English, and words that people wrote,
// which may be of any language and direction.
import { html } from '../html.js';
import { isTranslated, language, t, valueWord } from '../words.js';

const LONG = 280;

export function Said({ text }) {
  const isOwn = language === 'en' || isTranslated(text);
  return html`<span lang=${isOwn ? undefined : 'en'} dir="auto"
    class="said">${text}</span>`;
}

// Longer ones are folded: a whole page of one answer helps nobody.
export function Written({ text }) {
  if (!text) return html`<span class="quiet">${t('nothing')}</span>`;
  if (text.length <= LONG) return html`<bdi class="written">${text}</bdi>`;
  return html`
    <details><summary><bdi class="written">${text.slice(0, LONG)}…</bdi></summary>
      <bdi class="written">${text}</bdi></details>`;
}

export function Name({ text }) {
  return html`<bdi class="written">${text}</bdi>`;
}

const TONES = {
  SEVERITY_CRITICAL: 'bad',
  SEVERITY_WARNING: 'warn',
  ALERT_STATE_RESOLVED: 'good',
  COMPLETENESS_ANSWERED: 'good',
  COMPLETENESS_VAGUE: 'warn',
  COMPLETENESS_UNANSWERED: 'bad',
  FRAMING_FOCUSED: 'good',
  FRAMING_COMPLIANT: 'warn',
  FRAMING_ROGUE: 'warn',
  FRAMING_FRAGMENTED: 'bad',
  PRACTICE_STANDING_PROVEN: 'good',
  PRACTICE_STANDING_PROMISING: 'good',
  EFFECT_FOUND_HELPS: 'good',
  EFFECT_FOUND_HARMS: 'bad',
  VERDICT_EXCEEDED: 'good',
  VERDICT_MET: 'good',
  VERDICT_SHORT: 'bad',
};

// A value of an enumeration in words; its colour only repeats what the words say.
export function Badge({ value }) {
  return html`<span class="badge ${TONES[value] ?? ''}">${valueWord(value)}</span>`;
}

// A number that may not be shown is said to be so: never zero, never nothing.
export function Hidden() {
  return html`<span class="hidden-number">${t('suppressed')}</span>`;
}
