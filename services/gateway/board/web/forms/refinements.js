// What the document of the API does not say of its fields, and a form does better to know.

// The page says these itself, or the service does.
export const HIDDEN = new Set([
  'district',
  'Idempotency-Key',
  'requestId',

  'disabledAtMs',
  'madeAtMs',
  'mergedInto',
  'normStudents',
  'normSchools',
  'sealed',
  'shipped',
  'erased',
  'otherNames',
  'unusable',
  'pageSize',
  'pageToken',
]);

// Which version was seen: sent as it came, and not asked for.
export const CARRIED = new Set(['version', 'expectedVersion']);

// Fields that a command takes no notice of.
export const IGNORED = new Set([
  'CreateSilence silence.silence',
  'DraftSitePlan plan.state',
  'DraftSitePlan plan.revision',
  'UpsertPractice practice.state',
  'UpsertRubric rubric.state',
  'UpsertRubric rubric.revision',
]);

// More than a line is usual.
export const LONG_TEXTS = new Set([
  'statement',
  'description',
  'reason',
  'evidence',
  'problemOfPractice',
  'challenge',
  'probingQuestions',
  'observation',
  'adjustment',
  'whatWorked',
  'whyAndHow',
  'notes',
  'patterns',
  'predictions',
  'nextLevelOfWork',
  'comment',
  'goals',
  'ifPractice',
  'thenEvidence',
  'soThat',
  'adjustmentPoint',
  'whatChanged',
  'learningTargets',
  'performanceOutcomes',
  'descriptors',
  'purpose',
  'teacherMoves',
  'debriefQuestions',
  'question',
]);

// Given by a program, a roster or a link, and by nobody at a page.
export const NOT_FOR_PEOPLE = new Set([
  'IngestResults',
  'UpdateRoster',
  'EndMissingEnrolments',
  'UpsertSubscriptionPut',
  'Unsubscribe',
  'CreateDistrict',
]);

// The kind of input that a name or its description asks for; empty: that of its type.
export function kindByName(name, description) {
  if (name.endsWith('Ms')) return 'moment';
  if (name === 'durationS') return 'duration';
  if (/\bISO dates?\b/.test(description) || ['closures'].includes(name)) return 'date';
  if (['school', 'host', 'leftSchool', 'fromSchool', 'visitors'].includes(name)) return 'school';
  if (['team', 'fromTeam'].includes(name)) return 'team';
  if (['indicator', 'indicators'].includes(name)) return 'indicator';
  return '';
}

// Durations that are offered, in seconds.
export const DURATIONS = [3600, 4 * 3600, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600];
