// What people call schools, teams, indicators and groups; their ids where nobody has given them a
// name.
import { whereAllowed } from './api.js';

const MOST = 1000; // whose names are asked for, of each kind

// fractions-of-a-whole and language:learner, as people would write them.
export function readable(id) {
  return (id ?? '').replace(/[-_]+/g, ' ');
}

// Whoever may not ask what something is called sees its id.
export class Names {
  constructor({ schools, teams = [], plans = [], practices = [], assessments = [] }) {
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
    this.practiceNames = new Map(practices.map((one) => [one.practice, one.name]));
    this.assessmentNames = new Map(assessments.map((one) => [one.assessment, one.title]));
    this.problemNames = new Map(
      plans
        .flatMap((plan) => plan.priorities ?? [])
        .flatMap((one) => one.problems ?? [])
        .map((one) => [one.problem, one.statement]),
    );
  }

  // `school`: of this one only, where no other may be asked for.
  static async of(api, school) {
    const [schools, teams, plans, practices, assessments] = await Promise.all([
      api.all('/v1/schools', 'schools'),
      whereAllowed('ListTeams', () => api.all('/v1/teams', 'teams', { school }), []),
      whereAllowed('ListSitePlans', () => api.all('/v1/sitePlans', 'plans', { school }, MOST), []),
      whereAllowed('ListPractices', () => api.all('/v1/practices', 'practices', {}, MOST), []),
      whereAllowed(
        'ListAssessments',
        () => api.all('/v1/assessments', 'assessments', {}, MOST),
        [],
      ),
    ]);
    return new Names({
      schools,
      teams,
      plans,
      practices: practices.map((one) => one.practice),
      assessments,
    });
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
    return capitalized(this.indicatorNames.get(id) ?? readable(id));
  }

  // As it is said at the beginning of a line.
  practice(id) {
    return this.practiceNames.get(id) || capitalized(readable(id));
  }

  problem(id) {
    return this.problemNames.get(id) || capitalized(readable(id));
  }

  assessment(id) {
    return this.assessmentNames.get(id) || capitalized(readable(id));
  }

  // [id, name] of each of the library, and of what is assessed.
  practices() {
    return [...this.practiceNames].map(([id]) => [id, this.practice(id)]);
  }

  assessments() {
    return [...this.assessmentNames].map(([id]) => [id, this.assessment(id)]);
  }

  indicators() {
    return [...this.indicatorNames.keys()].sort();
  }

  group(group) {
    const [dimension, value] = group.split(':', 2);
    return value === undefined ? readable(dimension) : `${readable(dimension)}: ${readable(value)}`;
  }
}

export function capitalized(name = '') {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function keyOf(school, team) {
  return `${school}\n${team}`;
}
