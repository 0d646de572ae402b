// The site plan of a school.

const part = encodeURIComponent;

export function pathOfPlan(school, plan) {
  return `/v1/schools/${part(school)}/sitePlans/${part(plan)}`;
}

// The latest, or that of an id: {plan, draft, checks, pathway, framing}. A school without a plan is
// refused one, which is no failure of the page; null then.
export async function sitePlanOf(api, school, plan = '') {
  try {
    const latest = `/v1/schools/${part(school)}/sitePlans:latest`;
    return await api.get(plan ? pathOfPlan(school, plan) : latest);
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}
