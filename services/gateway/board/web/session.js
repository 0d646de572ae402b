// Who is signed in, where people sign in with this installation: asked of the API once, and told to
// whoever shows it. The credential itself is a cookie that no script sees.

const nobody = { signIn: '', caller: null, isOver: false };
let current = nobody;
const listeners = new Set();

function set(next) {
  current = next;
  for (const one of listeners) one(next);
}

export function session() {
  return current;
}

// Calls `hear` with every change; gives back what ends that.
export function onSession(hear) {
  listeners.add(hear);
  return () => listeners.delete(hear);
}

// Where it is not known, the pages say what is wrong.
export async function readSession() {
  const response = await fetch('/v1/me', { cache: 'no-store' }).catch(() => null);
  if (response?.status === 401) set({ ...nobody, signIn: '/sign-in', isOver: true });
  if (!response?.ok) return;
  const { signIn = '', caller = null } = await response.json();
  set({ signIn, caller: caller?.signedIn ? caller : null, isOver: false });
}

// The API knows nobody by what the page sends.
export function nobodyIsKnown() {
  if (current.caller) set({ ...current, caller: null, isOver: true });
}

// Whether the role of whoever is signed in may call an operation of the API at all. Where nobody
// signs in it is not known, and the API says.
export function may(operation) {
  return current.caller?.mayCall?.includes(operation) ?? true;
}

// The page that one is at is come back to.
export function signInAddress({ search, hash }) {
  return `/sign-in?return=${encodeURIComponent(`/${search}${hash}`)}`;
}

// Where to go on to: the provider, which ends what it knows of the person, or the board.
export async function signOut() {
  const response = await fetch('/sign-out', { method: 'POST' });
  // Whose session is over is out already.
  if (!response.ok && response.status !== 401) throw new Error(await response.text());
  forgetWhatWasTyped();
  return (await response.json()).next ?? '/';
}

// Of whoever signs in next it is not.
function forgetWhatWasTyped() {
  try {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith('throughline.'));
    for (const key of keys) sessionStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing.
  }
}
