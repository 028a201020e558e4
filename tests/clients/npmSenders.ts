import { setTimeout as pause } from 'node:timers/promises';
import { type Client, token } from './client.ts';
import { npmClients } from './install.ts';

interface Bulk {
  bulk(options: {
    datasource: readonly string[];
    flushBytes: number;
    onDocument(record: string): object;
    onDrop(doc: unknown): void;
  }): Promise<{ failed: number }>;
}

/** `@elastic/elasticsearch`: its bulk helper, as a program uses it that sends again what a call did not bring over, each
 *  document under the same `_id`. */
export function elasticsearch(): Client {
  const { Client: Elastic } = npmClients()('@elastic/elasticsearch');
  let client: { helpers: Bulk; close(): Promise<void> };
  return {
    name: '@elastic/elasticsearch helpers.bulk',
    isAcknowledged: true,
    start: async ({ port }) => {
      client = new Elastic({ node: `http://127.0.0.1:${port}`, auth: { apiKey: token }, requestTimeout: 20_000 });
    },
    send: async (records) => {
      for (let attempt = 0; ; attempt += 1) {
        try {
          const { failed } = await client.helpers.bulk({
            datasource: records,
            flushBytes: 20_000,
            onDocument: (record) => ({ create: { _index: 'zeek-conn', _id: JSON.parse(record).uid } }),
            onDrop: (doc) => process.stdout.write(`  dropped ${JSON.stringify(doc).slice(0, 200)}\n`),
          });
          if (failed === 0) return;
        } catch (error) {
          if (attempt > 30) throw error;
        }
        await pause(500);
      }
    },
    stop: () => client.close(),
  };
}

interface SplunkLogger {
  error: (error: Error) => void;
  eventFormatter: (message: unknown) => unknown;
  send(context: object): void;
  flush(done: (error: Error | undefined) => void): void;
}

/** `splunk-logging` with batches and retries. */
export function splunk(): Client {
  const { Logger } = npmClients()('splunk-logging');
  let logger: SplunkLogger;
  return {
    name: 'splunk-logging',
    isAcknowledged: true,
    start: async ({ port }) => {
      logger = new Logger({ token, url: `http://127.0.0.1:${port}`, maxRetries: 20, maxBatchCount: 10_000 });
      logger.error = (error) => process.stdout.write(`  ${String(error).slice(0, 200)}\n`);
    },
    send: async (records) => {
      for (let at = 0; at < records.length; at += 50) {
        for (const record of records.slice(at, at + 50))
          logger.send({ message: JSON.parse(record), metadata: { sourcetype: 'zeek:conn' } });
        await new Promise<void>((resolve) => logger.flush(() => resolve()));
      }
    },
    stop: async () => undefined,
  };
}

interface OtlpProvider {
  getLogger(name: string): { emit(record: { body: unknown }): void };
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** OpenTelemetry's exporter behind its batching processor. It gives a batch up after some ten seconds. */
export function otlp(form: 'http' | 'proto'): Client {
  const load = npmClients();
  const { OTLPLogExporter } = load(`@opentelemetry/exporter-logs-otlp-${form}`);
  const { LoggerProvider, BatchLogRecordProcessor } = load('@opentelemetry/sdk-logs');
  let provider: OtlpProvider;
  return {
    name: `OTLP exporter, ${form === 'http' ? 'JSON' : 'protobuf'}`,
    isAcknowledged: true,
    start: async ({ port }) => {
      const exporter = new OTLPLogExporter({
        url: `http://127.0.0.1:${port}/v1/logs`,
        headers: { authorization: `Bearer ${token}` },
        timeoutMillis: 30_000,
      });
      const options = { exporter, maxQueueSize: 10_000, maxExportBatchSize: 50, exportTimeoutMillis: 40_000 };
      provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor(options)] });
    },
    send: async (records) => {
      const logger = provider.getLogger('zeek');
      for (const record of records) logger.emit({ body: record });
      await provider.forceFlush().catch((error) => process.stdout.write(`  ${String(error).slice(0, 200)}\n`));
    },
    stop: () => provider.shutdown(),
  };
}
