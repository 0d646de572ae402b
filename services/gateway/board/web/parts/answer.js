// What a page asked of the API: while it waits, when it was refused, and when it has an answer.
import { html } from '../html.js';
import { useEffect, useRef, useState } from '../hooks.js';
import { Unreachable } from '../api.js';
import { reasonText, t } from '../words.js';
import { Heading } from './heading.js';
import { Said } from './said.js';

// `load` is called when one of `deps` changes, and by `reload`; what there is stays until there is
// more.
export function useAnswer(load, deps) {
  const [answer, setAnswer] = useState({ value: null, error: null, waiting: true });
  const latest = useRef(0);
  const latestLoad = useRef(load);
  latestLoad.current = load;
  const reload = useRef(async () => {
    const mine = ++latest.current;
    const settle = (next) => mine === latest.current && setAnswer((now) => next(now));
    settle((now) => ({ ...now, waiting: true }));
    try {
      const value = await latestLoad.current();
      settle(() => ({ value, error: null, waiting: false }));
    } catch (error) {
      settle((now) => ({ ...now, error, waiting: false }));
    }
  }).current;
  useEffect(() => {
    setAnswer({ value: null, error: null, waiting: true });
    reload();
    return () => {
      latest.current += 1;
    };
  }, deps);
  return { ...answer, reload };
}

function whyNot(error) {
  if (error instanceof Unreachable) return t('answer.unreachable');
  if (error.status === 401) return t('answer.sign-in');
  if (error.message) return html`<${Said} text=${reasonText(error.reason, error.message)} />`;
  return t('answer.failed', { status: error.status ?? '' });
}

// `children` is a function of the answer. With `title` a refusal is a page of its own.
export function Answered({ answer, title, children }) {
  const failed =
    answer.error &&
    html`
    <div class="refused" role="alert">
      <p>${whyNot(answer.error)}</p>
      <p><button type="button" onClick=${answer.reload}>${t('answer.again')}</button></p>
    </div>`;
  if (answer.value !== null) return html`${failed}${children(answer.value)}`;
  if (failed) return html`${title && html`<${Heading}>${title}<//>`}${failed}`;
  return html`<p class="waiting" role="status">${t('answer.waiting')}</p>`;
}
