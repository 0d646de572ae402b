// Signing in and out, where the board has that.
import { html } from '../html.js';
import { useEffect, useState } from '../hooks.js';
import { onSession, session, signInAddress, signOut } from '../session.js';
import { t, valueWord } from '../words.js';
import { Heading } from './heading.js';
import { Name } from './said.js';

export function useSession() {
  const [now, setNow] = useState(session);
  useEffect(() => onSession(setNow), []);
  return now;
}

export function SignInPage({ isOver }) {
  return html`
    <${Heading}>${t(isOver ? 'session.over' : 'session.title')}<//>
    ${isOver && html`<p>${t('session.over.why')}</p>`}
    <p><a href=${signInAddress(location)}>${t('session.in')}</a></p>`;
}

// Who is signed in, and the way out.
export function SignedIn() {
  const { caller } = useSession();
  const [failed, setFailed] = useState(false);
  if (!caller) return null;
  const leave = () =>
    signOut().then(
      (next) => location.assign(next),
      () => setFailed(true),
    );
  return html`
    <p><${Name} text=${caller.name ?? caller.subject} />,${' '}
      ${valueWord(caller.role)}
      ${' '}<button type="button" onClick=${leave}>${t('session.out')}</button>
      ${failed && html`<span role="alert">${t('session.out.failed')}</span>`}</p>`;
}
