import { flow, isStep } from '../model/pipeline.ts';
import { spanLiteral, spanText, timeFiltersOf } from '../model/time.ts';
import type { Rule } from '../rule.ts';
import { thresholdAfter, timeBins } from './time.ts';

export const binsAndLookBack: Rule = {
  code: 'WL405',
  name: 'clock buckets that cut what they count',
  severity: 'warning',
  what: 'Rows are counted by `bin(time, span)` and a threshold is asked of each bucket, while the look-back is about as long as a bucket; as information, a look-back that holds no whole number of buckets.',
  why: 'Buckets begin at full hours, look-backs do not: an hour back with hourly buckets always spans two of them, and a burst of 12 MB across the hour is 6 and 6 and stays silent.',
  bad: {
    kql: 'DeviceLogonEvents\n| where Timestamp > ago(1h)\n| summarize Failures = count(), ReportId = max(ReportId) by DeviceId, bin(Timestamp, 1h)\n| where Failures > 20',
  },
  good: {
    kql: 'DeviceLogonEvents\n| where Timestamp > ago(1h)\n| summarize Failures = count(), Timestamp = max(Timestamp), ReportId = max(ReportId) by DeviceId\n| where Failures > 20',
  },
  *check(query) {
    for (const pipeline of query.pipelines) {
      const steps = flow(pipeline);
      for (const [index, step] of steps.entries()) {
        if (!isStep(step, 'Summarize') || !pipeline.steps.includes(step)) continue;
        const before = steps.slice(0, index).flatMap(timeFiltersOf);
        const bound = before.findLast((filter) => filter.back !== undefined);
        const back = bound?.back;
        if (back === undefined || bound?.rounded) continue;
        const judged = thresholdAfter(steps, step) !== undefined;
        for (const { node, span, calendar } of timeBins(step)) {
          if (span <= 0n || (calendar && !judged)) continue;
          const pieces = back / span;
          if (back % span === 0n && (judged ? pieces >= 12n : pieces >= 2n)) continue;
          yield {
            at: node,
            severity: judged && pieces < 2n ? 'warning' : 'info',
            message:
              pieces < 2n
                ? `a look-back of ${spanText(back)} always spans ${pieces + 1n} buckets of ${spanText(span)}: what is counted is cut in two${judged ? ', and the threshold asks each part alone' : ''}`
                : `the first bucket of ${spanText(span)} is cut by the look-back of ${spanText(back)}, and a burst across two buckets is counted in parts`,
            fix:
              pieces < 2n
                ? 'Count over the whole look-back without `bin`, or look back several buckets and let them begin at the look-back (`bin_at`).'
                : `Begin at a bucket: \`> bin(ago(${spanLiteral(back)}), ${spanLiteral(span)})\`, and take buckets much smaller than what is to be counted.`,
          };
        }
      }
    }
  },
};
