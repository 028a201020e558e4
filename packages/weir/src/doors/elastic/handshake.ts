import { type Context, Hono } from 'hono';
import type { Bindings } from '../context.ts';

/** What clients of Elasticsearch ask before they send: a version not older than theirs, a licence, a cluster in good health,
 *  and templates, policies and pipelines that they may put and that change nothing here. */
const version = '9.4.0';

export function handshake(): Hono<Bindings> {
  const door = new Hono<Bindings>();
  const name = 'weir';
  const cluster = { cluster_name: name, cluster_uuid: 'weir0000000000000000AA' };
  door.get('/', (context, next) => {
    // A person's browser is not meant.
    if (context.req.header('accept')?.includes('text/html')) return next();
    return context.json({
      name,
      ...cluster,
      version: {
        number: version,
        build_flavor: 'default',
        build_type: 'tar',
        build_hash: '0000000000000000000000000000000000000000',
        build_date: '2026-01-01T00:00:00.000Z',
        build_snapshot: false,
        lucene_version: '10.0.0',
        minimum_wire_compatibility_version: '8.19.0',
        minimum_index_compatibility_version: '8.0.0',
      },
      tagline: 'You Know, for Search',
    });
  });
  const license = { status: 'active', type: 'basic', mode: 'basic', uid: '00000000-0000-0000-0000-000000000000' };
  door.get('/_license', (context) => context.json({ license }));
  door.get('/_xpack', (context) => {
    const features = { ilm: { available: true, enabled: true }, security: { available: true, enabled: true } };
    return context.json({ license, features, tagline: 'You know, for X' });
  });
  door.get('/_cluster/health', (context) =>
    context.json({ ...cluster, status: 'green', timed_out: false, number_of_nodes: 1, number_of_data_nodes: 1 }),
  );
  door.get('/_cat/health', (context) => context.text(`0 00:00:00 ${name} green 1 1 0 0 0 0 0 0 - 100.0%\n`));
  const nodes = (context: Context<Bindings>) => {
    const address = context.req.header('host') ?? '127.0.0.1';
    const http = { bound_address: [address], publish_address: address, max_content_length_in_bytes: 104_857_600 };
    return context.json({ ...cluster, nodes: { [name]: { name, version, roles: ['ingest', 'data'], http } } });
  };
  for (const path of ['/_nodes', '/_nodes/http', '/_nodes/_all/http']) door.get(path, nodes);
  for (const path of [
    '/_index_template/:name',
    '/_component_template/:name',
    '/_template/:name',
    '/_ilm/policy/:name',
    '/_data_stream/:name',
    '/_ingest/pipeline/:name',
  ])
    door.on(['GET', 'PUT', 'POST'], path, (context) => context.json({ acknowledged: true }));
  return door;
}
