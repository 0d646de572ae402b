// Things by what they have in common, in the order in which it first comes. Pure.
export function groupBy(things, keyOf) {
  const groups = new Map();
  for (const one of things) {
    const key = keyOf(one);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  return groups;
}
