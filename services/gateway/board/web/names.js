// What people call schools, teams, indicators and groups; their ids where nobody has given them a
// name.
import { whereAllowed } from './api.js';

// fractions-of-a-whole and language:learner, as people would write them.
export function readable(id) {
  return (id ?? '').replace(/[-_]+/g, ' ');
}

// Whoever may not ask what something is called sees its id.
export class Names {
  constructor(schools, teams, plans) {
    this.schools = schools;
    this.teams = teams;
    this.schoolNames = new Map(schools.map((one) => [one.school, one.name || one.school]));
    this.teamNames = new Map(
      teams.map((one) => [keyOf(one.school, one.team), one.name || one.team]),
    );
    const indicators = plans.flatMap((plan) => plan.indicators ?? []);
    this.indicatorNames = new Map(
      indicators.filter((one) => one.statement).map((one) => [one.indicator, one.statement]),
    );
  }

  // `school`: of this one only, where no other may be asked for.
  static async of(api, school) {
    const [schools, teams, plans] = await Promise.all([
      api.all('/v1/schools', 'schools'),
      whereAllowed(api.all('/v1/teams', 'teams', { school }), []),
      whereAllowed(api.all('/v1/sitePlans', 'plans', { school }, 1000), []),
    ]);
    return new Names(
      schools,
      teams,
      plans.map((one) => one.plan ?? one),
    );
  }

  school(id) {
    return this.schoolNames.get(id) ?? id;
  }

  team(school, id) {
    return this.teamNames.get(keyOf(school, id)) ?? readable(id);
  }

  // Of which school it is, too.
  teamOfSchool(school, id) {
    return `${this.school(school)}, ${this.team(school, id)}`;
  }

  teamsOf(school) {
    return this.teams.filter((one) => one.school === school);
  }

  indicator(id) {
    const name = this.indicatorNames.get(id) ?? readable(id);
    return name.charAt(0).toUpperCase() + name.slice(1);
  }

  indicators() {
    return [...this.indicatorNames.keys()].sort();
  }

  group(group) {
    const [dimension, value] = group.split(':', 2);
    return value === undefined ? readable(dimension) : `${readable(dimension)}: ${readable(value)}`;
  }
}

function keyOf(school, team) {
  return `${school}\n${team}`;
}
