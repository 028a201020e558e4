import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { App } from './App.tsx';
import { parseSearch, stringifySearch } from './addresses.ts';
import { AlertPage } from './alert/AlertPage.tsx';
import { pagedKinds } from './api/entities.ts';
import { readHuntSearch } from './hunt/search.ts';
import { Queue } from './queue/Queue.tsx';
import { readSearch } from './queue/search.ts';
import { Rules } from './rules/Rules.tsx';
import { Welcome } from './session/Welcome.tsx';
import { Sources } from './sources/Sources.tsx';

const root = createRootRoute({ component: Outlet });
const app = createRoute({ getParentRoute: () => root, id: 'app', component: App });

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/alerts' });
  },
});
const alerts = createRoute({
  getParentRoute: () => app,
  path: '/alerts',
  validateSearch: readSearch,
  component: () => <Queue search={alerts.useSearch()} key={JSON.stringify(alerts.useSearch())} />,
});
const alert = createRoute({
  getParentRoute: () => app,
  path: '/alerts/$id',
  component: () => {
    const { id } = alert.useParams();
    return /^[1-9]\d{0,15}$/.test(id) ? <AlertPage id={Number(id)} key={id} /> : <NotFound />;
  },
});
const normal = createRoute({
  getParentRoute: () => app,
  path: '/alerts/$id/normal',
  component: lazyRouteComponent(() => import('./tune/TunePage.tsx'), 'TunePage'),
});
const exceptions = createRoute({
  getParentRoute: () => app,
  path: '/exceptions',
  component: lazyRouteComponent(() => import('./tune/Exceptions.tsx'), 'Exceptions'),
});
const newException = createRoute({
  getParentRoute: () => app,
  path: '/exceptions/new',
  component: lazyRouteComponent(() => import('./tune/NewException.tsx'), 'NewException'),
});
const sources = createRoute({ getParentRoute: () => app, path: '/sources', component: Sources });
const rules = createRoute({ getParentRoute: () => app, path: '/rules', component: Rules });
const rule = createRoute({
  getParentRoute: () => app,
  path: '/rules/$id',
  component: () => {
    const { id } = rule.useParams();
    return <RulePage id={id} key={id} />;
  },
});
const newRule = createRoute({
  getParentRoute: () => app,
  path: '/rules/new',
  // The editor and the parser come when somebody writes a rule.
  component: lazyRouteComponent(() => import('./rules/edit/NewPage.tsx'), 'NewPage'),
});
const editRule = createRoute({
  getParentRoute: () => app,
  path: '/rules/$id/edit',
  validateSearch: (search: Record<string, unknown>): { from?: number } =>
    /^[1-9]\d{0,8}$/.test(String(search.from)) ? { from: Number(search.from) } : {},
  component: lazyRouteComponent(() => import('./rules/edit/EditPage.tsx'), 'EditPage'),
});
const RulePage = lazyRouteComponent(() => import('./rules/RulePage.tsx'), 'RulePage');
const coverage = createRoute({
  getParentRoute: () => app,
  path: '/coverage',
  component: lazyRouteComponent(() => import('./coverage/Coverage.tsx'), 'Coverage'),
});
const people = createRoute({
  getParentRoute: () => app,
  path: '/people',
  component: lazyRouteComponent(() => import('./people/People.tsx'), 'People'),
});
const tokens = createRoute({
  getParentRoute: () => app,
  path: '/tokens',
  component: lazyRouteComponent(() => import('./people/Tokens.tsx'), 'Tokens'),
});
const password = createRoute({
  getParentRoute: () => app,
  path: '/password',
  component: lazyRouteComponent(() => import('./people/Password.tsx'), 'Password'),
});
const hunt = createRoute({
  getParentRoute: () => app,
  path: '/hunt',
  validateSearch: readHuntSearch,
  // The editor and the parser come when somebody hunts.
  component: lazyRouteComponent(() => import('./hunt/route.tsx'), 'HuntRoute'),
});
const entity = createRoute({
  getParentRoute: () => app,
  path: '/entities/$kind/$name',
  component: () => {
    const { kind, name } = entity.useParams();
    const known = pagedKinds.find((each) => each === kind);
    return known === undefined ? <NotFound /> : <EntityPage kind={known} name={name} key={`${kind} ${name}`} />;
  },
});
const EntityPage = lazyRouteComponent(() => import('./entities/EntityPage.tsx'), 'EntityPage');
const welcome = createRoute({ getParentRoute: () => root, path: '/welcome', component: Welcome });

function NotFound() {
  return (
    <main className="empty">
      <h1>There is no such page</h1>
      <p>
        <Link to="/alerts">To the alerts</Link>
      </p>
    </main>
  );
}

export const router = createRouter({
  routeTree: root.addChildren([
    app.addChildren([
      home,
      alerts,
      alert,
      normal,
      hunt,
      sources,
      rules,
      rule,
      newRule,
      editRule,
      exceptions,
      newException,
      coverage,
      people,
      tokens,
      password,
      entity,
    ]),
    welcome,
  ]),
  parseSearch,
  stringifySearch,
  defaultNotFoundComponent: NotFound,
  // Links are looked at far oftener than they are followed.
  defaultPreload: false,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** The text of a rule that is to be made. */
    draft?: string;
  }
}
