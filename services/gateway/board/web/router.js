// Which page is shown: the part of the address after #, as in
//
//   #/riverbend/team/alder/grade-3?tab=offers
//
// that is, district, page, its arguments, its filters. It is after # so that the gateway serves one
// document at one path, the paths of the API and of other standards stay theirs, and ids of schools
// and teams are never sent as the address of a page, which servers and proxies on the way would
// log.
export function parse(hash) {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [district = '', page = '', ...args] = path.split('/').filter(Boolean).map(decoded);
  return { district, page, args, query: Object.fromEntries(new URLSearchParams(query)) };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function href(district, page = '', args = [], query = {}) {
  const path = [district, page, ...args].filter((part) => part !== '').map(encodeURIComponent);
  const filters = Object.entries(query).filter(([, value]) => value !== '' && value !== undefined);
  const after = new URLSearchParams(filters).toString();
  return `#/${path.join('/')}${after ? `?${after}` : ''}`;
}

export function go(where) {
  location.hash = where;
}

// Another filter of the same page is no new place to go back to.
export function replace(where) {
  history.replaceState(null, '', where);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}
