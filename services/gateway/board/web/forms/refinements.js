// What the document of the API does not say of its fields, and a form does better to know.

// The page says these itself, or the service does.
export const HIDDEN = new Set([
  'district',
  'Idempotency-Key',
  'requestId',

  'disabledAtMs',
  'keys',
  'madeAtMs',
  'mergedInto',
  'normStudents',
  'normSchools',
  'sealed',
  'shipped',
  'erased',
  'otherNames',
  'ownerRole',
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
  'UpsertSubscription subscription.owner',
]);

// An id that the service makes, or that the page knows.
const UNSEEN = new Set(['UpsertSubscription subscription.subscription']);

// Fields that are there only when something else in their group is chosen, by group and name.
const SHOWN_WHEN = {
  UpsertSubscription: [
    ['subscription', 'webhook', ({ channel }) => channel === 'CHANNEL_WEBHOOK'],
    ['subscription', 'digest', ({ channel }) => channel === 'CHANNEL_EMAIL_DIGEST'],
  ],
};

export function isShown(operation, path, typed) {
  if (UNSEEN.has(`${operation} ${path.join('.')}`)) return false;
  const rule = (SHOWN_WHEN[operation] ?? []).find(
    ([group, name]) => path.length === 2 && path[0] === group && path[1] === name,
  );
  return rule ? rule[2](typed[path[0]] ?? {}) : true;
}

// What was typed into a field that is not there any more is not sent.
export function asShown(operation, typed) {
  const shown = { ...typed };
  for (const [group, name, isChosen] of SHOWN_WHEN[operation] ?? []) {
    if (isChosen(shown[group] ?? {})) continue;
    const { [name]: _, ...rest } = shown[group] ?? {};
    shown[group] = rest;
  }
  return shown;
}

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

const BY_SIS = 'A student information system pushes it, and files come by the command line.';
const BY_STANDARD = 'Learning software sends it, in the form of its standard.';

// What changes something and has no form here, each with the reason; all else has one.
export const NOT_FOR_PEOPLE = new Map([
  ['IngestResults', BY_SIS],
  ['UpdateRoster', BY_SIS],
  ['EndMissingEnrolments', BY_SIS],
  ['UpsertSubscriptionPut', 'The same as UpsertSubscription, under an id that a program chooses.'],
  ['Unsubscribe', 'The link in every mail does it, with its own proof.'],
  ['CreateDistrict', 'Whoever installs does it, by the import of a roster: no district, no board.'],
  ['BatchRead', 'It changes nothing: several reads at once.'],
  ['GetToken', 'A system gets its credential with it.'],
  ['EndSessionsOfProvider', 'The provider of sign-ins sends it.'],
  ['SignOut', 'The button of the header does it.'],
  ['PutOneRosterResult', BY_SIS],
  ['DeleteOneRosterResult', BY_SIS],
  ['PutOneRosterAssessmentResult', BY_SIS],
  ['DeleteOneRosterAssessmentResult', BY_SIS],
  ['PutOneRosterLineItem', BY_SIS],
  ['DeleteOneRosterLineItem', BY_SIS],
  ['PostOneRosterResults', BY_SIS],
  ['PutOneRosterAssessmentLineItem', BY_SIS],
  ['DeleteOneRosterAssessmentLineItem', BY_SIS],
  ['PutOneRosterBundle', BY_SIS],
  ['PostOneRosterBundle', BY_SIS],
  ['PushCaliperEnvelope', BY_STANDARD],
  ['PostXapiStatements', BY_STANDARD],
  ['PutXapiStatement', BY_STANDARD],
  ['PushCloudEvents', BY_STANDARD],
  ['PushCsv', BY_SIS],
]);

// The kind of input that a name or its description asks for; empty: that of its type.
export function kindByName(named, description) {
  const name = named.replace(/^:/, '');
  if (name.endsWith('Ms')) return 'moment';
  if (name === 'durationS') return 'duration';
  if (/\bISO dates?\b/.test(description) || ['closures'].includes(name)) return 'date';
  if (['school', 'host', 'leftSchool', 'fromSchool', 'visitors'].includes(name)) return 'school';
  if (['team', 'fromTeam'].includes(name)) return 'team';
  if (['indicator', 'indicators'].includes(name)) return 'indicator';
  if (['practice', 'practices'].includes(name)) return 'practice';
  if (['assessment', 'assessments', 'evidenceSources'].includes(name)) return 'assessment';
  return '';
}

// Durations that are offered, in seconds.
export const DURATIONS = [3600, 4 * 3600, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600];
