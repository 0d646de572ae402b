// The cycles that are under way or to come.
import { PHASES } from '../pictures/phases.js';
import { session } from '../session.js';

// {cycles, isCut}. Of every team at most one is under way; those that are over are many, and not
// asked for.
export async function openCycles(api, query = {}) {
  const found = await Promise.all(
    ['CYCLE_STATE_SCHEDULED', ...PHASES].map((state) =>
      api.list('/v1/cycles', 'cycles', { team: session().caller?.team, ...query, state }),
    ),
  );
  return { cycles: found.flatMap(({ rows }) => rows), isCut: found.some(({ isCut }) => isCut) };
}
