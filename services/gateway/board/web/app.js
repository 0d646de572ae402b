// The board: which page is shown, in which district, and what all pages have.
import { html, render } from './html.js';
import { useMemo } from './hooks.js';
import { Api } from './api.js';
import { Names } from './names.js';
import { Answered, useAnswer } from './parts/answer.js';
import { NoPage } from './parts/heading.js';
import { SignInPage, useSession } from './parts/session.js';
import { Shell } from './parts/shell.js';
import { readSession, session } from './session.js';
import { useRoute } from './use_route.js';
import { language, t } from './words.js';
import { AlertPage } from './pages/alert.js';
import { AlertsPage } from './pages/alerts.js';
import { CalendarPage } from './pages/calendar.js';
import { ChoosePage } from './pages/choose.js';
import { CommandPage } from './pages/command.js';
import { CommandsPage } from './pages/commands.js';
import { IndicatorPage } from './pages/indicator.js';
import { OverviewPage } from './pages/overview.js';
import { PlanPage } from './pages/plan.js';
import { PracticePage } from './pages/practice.js';
import { PracticesPage } from './pages/practices.js';
import { QuarantinePage } from './pages/quarantine.js';
import { QuestionsPage } from './pages/questions.js';
import { SchoolPage } from './pages/school.js';
import { SurveyPage } from './pages/survey.js';
import { TeamPage } from './pages/team.js';
import { VisitPage } from './pages/visit.js';

const PAGES = {
  '': OverviewPage,
  alert: AlertPage,
  alerts: AlertsPage,
  calendar: CalendarPage,
  command: CommandPage,
  commands: CommandsPage,
  indicator: IndicatorPage,
  plan: PlanPage,
  practice: PracticePage,
  practices: PracticesPage,
  quarantine: QuarantinePage,
  questions: QuestionsPage,
  school: SchoolPage,
  survey: SurveyPage,
  team: TeamPage,
  visit: VisitPage,
};

// What pages are given: `api`, `names`, the district and its time zone.
async function boardOf(district) {
  const api = new Api(district);
  const [answer, names] = await Promise.all([
    api.get(`/v1/districts/${encodeURIComponent(district)}`),
    Names.of(api, session().caller?.school),
  ]);
  return {
    api,
    names,
    district,
    about: answer.district,
    zone: answer.district.timeZone,
    readAtMs: Date.now(),
  };
}

const JUST_NOW_MS = 10_000;

// The names of a district and its calendar change seldom. They are read again where they may have
// changed: `afterCommand`, and `afterGap`, when a stream cannot say what happened meanwhile. What
// there is stays until then.
function useBoard(district) {
  const answer = useAnswer(() => boardOf(district), [district]);
  const known = answer.value;
  if (known === null) return answer;
  const afterGap = () => {
    if (Date.now() - known.readAtMs > JUST_NOW_MS) answer.reload();
  };
  return { ...answer, value: { ...known, afterCommand: answer.reload, afterGap } };
}

function District({ route }) {
  const board = useBoard(route.district);
  const Page = Object.hasOwn(PAGES, route.page) ? PAGES[route.page] : NoPage;
  const where = [route.district, route.page, ...route.args].join('/');
  return html`
    <${Shell} route=${route} board=${board.value}>
      <${Answered} answer=${board} title=${t('district.unknown')}>
        ${(value) => html`<${Page} key=${where} board=${value} route=${route} />`}
      <//>
    <//>`;
}

const NOWHERE = { district: '', page: '', args: [], query: {} };

// Whoever is signed in has one district, and perhaps a school and a team of it: that is where they
// begin, and whatever can be asked of a school is asked of theirs.
function placed(route, caller) {
  if (!caller) return route;
  const { district, school, team } = caller;
  const at = { ...route, district: route.district || district };
  if (!school) return at;
  const query = { school, ...route.query };
  if (route.page) return { ...at, query };
  return team
    ? { ...at, query, page: 'team', args: [school, team] }
    : { ...at, query, page: 'school', args: [school] };
}

function App() {
  const route = useRoute();
  const { signIn, caller, isOver } = useSession();
  const page = useMemo(() => placed(route, caller), [JSON.stringify(route), caller]);
  if (signIn && !caller) {
    return html`<${Shell} route=${NOWHERE}><${SignInPage} isOver=${isOver} /><//>`;
  }
  if (!page.district) return html`<${Shell} route=${page}><${ChoosePage} /><//>`;
  return html`<${District} route=${page} />`;
}

// Tables that are folded away are printed, too.
function printEverything() {
  window.addEventListener('beforeprint', () => {
    for (const one of document.querySelectorAll('details')) one.open = true;
  });
}

document.documentElement.lang = language;
printEverything();
await readSession();
render(html`<${App} />`, document.getElementById('board'));
