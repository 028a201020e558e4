import { Link } from '@tanstack/react-router';
import { pagedKinds } from '../api/entities.ts';
import type { Alert, EntityKind } from '../api/types.ts';
import { Copy } from '../parts/Copy.tsx';
import { bytes, knownFor, longOf, sent } from '../words/figures.ts';

/** Who, with what, whereto, how much. What can be looked for leads to its alerts. */
export function Facts({ alert: { finding } }: { readonly alert: Alert }) {
  const { entities, service, category, services, bytesReceived, bytesSources, details = {} } = finding;
  const {
    device,
    account,
    accountDomain,
    process,
    processFolder,
    processSha256,
    parentProcess,
    commandLine,
    destination,
  } = entities;
  const whose = accountDomain && !account.includes('\\') ? `${accountDomain}\\${account}` : account;
  return (
    <section className="panel of-facts" aria-labelledby="facts">
      <header>
        <h2 id="facts">Who, with what, whereto</h2>
      </header>
      <dl className="facts">
        <Fact name="Device" value={device} kind="device" />
        <Fact name="Account" value={account} kind="account" shown={whose} />
        <Fact name="Program" value={process} kind="process" />
        {parentProcess && <Fact name="Started by" value={parentProcess} />}
        {processFolder && <Fact name="File" value={processFolder} code />}
        {processSha256 && <Fact name="SHA-256" value={processSha256} code copies />}
        <Fact name="Service" value={service} kind="service" shown={[service, category].filter(Boolean).join(' · ')} />
        {services.length > 1 && <Fact name="All services" value={services.join(', ')} />}
        <Fact name="Destination" value={destination} kind="destination" copies />
        <div>
          <dt>Sent</dt>
          <dd>
            <strong className={finding.bytesSent === null ? 'unknown' : ''}>{sent(finding)}</strong>{' '}
            <span className="soft">{knownFor(finding)}</span>
          </dd>
        </div>
        <div>
          <dt>Received</dt>
          <dd>{bytesReceived === null ? 'unknown' : bytes(longOf(bytesReceived))}</dd>
        </div>
        {bytesSources.length > 0 && <Fact name="Counted by" value={bytesSources.join(', ')} />}
        {Object.entries(details)
          .filter(([name]) => !['Service', 'Category', 'BytesSent'].includes(name))
          .map(([name, values]) => (
            <Fact key={name} name={name} value={values.join(', ')} />
          ))}
      </dl>
      {commandLine && (
        <div className="command">
          <header>
            <h3>Command line</h3>
            <Copy text={commandLine} label="Command line" />
          </header>
          <code>{commandLine}</code>
        </div>
      )}
    </section>
  );
}

function Fact({
  name,
  value,
  shown = value,
  kind,
  code = false,
  copies = false,
}: {
  readonly name: string;
  readonly value: string;
  readonly shown?: string;
  readonly kind?: EntityKind;
  readonly code?: boolean;
  readonly copies?: boolean;
}) {
  const paged = pagedKinds.find((each) => each === kind);
  return (
    <div>
      <dt>{name}</dt>
      <dd className={code ? 'mono' : ''}>
        {value === '' ? (
          <span className="soft">not known</span>
        ) : kind === undefined ? (
          shown
        ) : (
          <Link
            to="/alerts"
            search={{ state: 'all', entityKind: kind, entity: value }}
            title={`All alerts of this ${kind === 'process' ? 'program' : kind}`}
          >
            {shown}
          </Link>
        )}
        {paged !== undefined && value !== '' && (
          <Link
            to="/entities/$kind/$name"
            params={{ kind: paged, name: value }}
            className="soft"
            aria-label={`History of ${value}`}
          >
            history
          </Link>
        )}
        {copies && value !== '' && (
          <>
            {' '}
            <Copy text={value} label={name} />
          </>
        )}
      </dd>
    </div>
  );
}
