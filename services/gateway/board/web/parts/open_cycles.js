// The cycles that are under way or to come.
import { session } from '../session.js';

// {cycles, isCut}. Of every team at most one is under way; those that are over are many, and not
// asked for.
export async function openCycles(api, query = {}) {
  const own = { team: session().caller?.team, ...query, openOnly: true };
  const { rows, isCut } = await api.list('/v1/cycles', 'cycles', own);
  return { cycles: rows, isCut };
}
