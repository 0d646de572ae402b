// What a command would change, as it is now: its form begins with that, and says which version it
// saw, so that nobody's change is overwritten unseen.

const part = (id) => encodeURIComponent(id);

// Of a command the path at which what it changes is read, from what the page knows, and how that is
// typed.
const SOURCES = {
  DraftSitePlan: {
    path: ({ school, plan }) =>
      school && plan && `/v1/schools/${part(school)}/sitePlans/${part(plan)}`,
    // Of a published plan it is the next revision that is written.
    typed: ({ plan, draft }) => ({ plan: draft ?? plan }),
  },
  UpsertPractice: {
    path: ({ practice }) => practice && `/v1/practices/${part(practice)}`,
    typed: ({ practice: { practice } }) => ({ practice, expectedVersion: practice.version }),
  },
  UpsertRubric: {
    path: ({ rubric }) => rubric && `/v1/rubrics/${part(rubric)}`,
    typed: ({ rubric }) => ({ rubric }),
  },
  UpsertTemplate: {
    path: ({ template }) => template && `/v1/templates/${part(template)}`,
    typed: ({ template }) => ({ template }),
  },
  UpdateDistrict: {
    path: ({ district }) => `/v1/districts/${part(district)}`,
    typed: ({ district: { name, calendar, policy, priorities, journeyPhase, version } }) => ({
      name,
      calendar,
      policy,
      priorities: { priorities },
      journeyPhase,
      expectedVersion: version,
    }),
  },
};

// What is typed to begin with; nothing where there is nothing yet.
export async function currentOf(api, operation, given) {
  const source = Object.hasOwn(SOURCES, operation) ? SOURCES[operation] : null;
  const path = source?.path({ district: api.district, ...given });
  if (!path) return {};
  try {
    return source.typed(await api.get(path));
  } catch (error) {
    if (error.status === 404) return {};
    throw error;
  }
}
