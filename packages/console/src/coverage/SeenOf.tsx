import type { Coverage } from '../api/types.ts';
import { Share } from '../parts/Share.tsx';
import { count, plural } from '../words/figures.ts';
import { capital, needName } from '../words/names.ts';
import { second } from '../words/time.ts';

const toldBy = {
  endpoint: 'an endpoint alone: its program is known, its bytes are not',
  flow: 'a device on the way alone: its bytes are known, its program is not',
  fused: 'both, joined: program and bytes are known',
} as const;

/** What the logs tell of connections, and of which devices they never do. */
export function SeenOf({ sight }: { readonly sight: Coverage['sight'] }) {
  const { connections, devices, needs, fusion, from, until } = sight;
  const all = fusion.reduce((sum, each) => sum + each.connections, 0);
  return (
    <section className="panel" aria-labelledby="seen">
      <header>
        <h2 id="seen">What the logs tell</h2>
        <span className="soft">
          {second(from)} to {second(until)} UTC, {plural(connections, 'connection')} that left,{' '}
          {plural(devices, 'device')}
        </span>
      </header>
      <dl className="seen">
        {needs.map(({ need, known, blind }) => (
          <div key={need}>
            <dt>{capital(needName(need))}</dt>
            <dd>
              <Share part={known} whole={connections} />
            </dd>
            <dd className="soft">
              {blind.devices === 0
                ? `known for ${plural(known, 'connection')}, and for some of every device`
                : `never known of ${plural(blind.devices, 'device')}: ${blind.most.join(', ')}${blind.devices > blind.most.length ? ' …' : ''}`}
            </dd>
          </div>
        ))}
      </dl>
      <h3>Who told of a connection</h3>
      <dl className="seen">
        {fusion.map(({ told, connections: n }) => (
          <div key={told}>
            <dt>{capital(told)}</dt>
            <dd>
              <Share part={n} whole={all} />
            </dd>
            <dd className="soft">
              {count(n)}, by {toldBy[told]}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
