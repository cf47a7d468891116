/** How far apart the points of a range query are, as Grafana's Prometheus data source works it out. */

import { rangeUtil, type TimeRange } from '@grafana/data';
import type { Scope, VariableValue } from './dashboard_json';

/** What a Prometheus data source is set to unless somebody changes it: "Scrape interval 15s". */
const SCRAPE_INTERVAL = '15s';

/** More points than this Prometheus does not answer for one series. */
const MOST_POINTS = 11_000;

export interface Step {
  seconds: number;
  /** `$__interval`, `$__rate_interval`, `$__range` and their kin. */
  scope: Scope;
}

/** `least` is the query's or the panel's least step, for example "1m". */
export function stepOf(range: TimeRange, points: number, least: string | undefined): Step {
  const floor = least && !least.startsWith('$') ? least.replace(/^>=?/, '') : SCRAPE_INTERVAL;
  const rangeSeconds = (range.to.valueOf() - range.from.valueOf()) / 1000;
  const wanted = rangeUtil.calculateInterval(range, points, floor).intervalMs / 1000;
  const seconds = Math.max(wanted, Math.ceil(rangeSeconds / MOST_POINTS), 1);
  const scrape = rangeUtil.intervalToSeconds(floor);
  const rate = Math.max(seconds + scrape, 4 * scrape);
  const wholeRange = Math.max(1, Math.round(rangeSeconds));
  return {
    seconds,
    scope: {
      __interval: verbatim(rangeUtil.secondsToHms(seconds)),
      __interval_ms: verbatim(String(seconds * 1000)),
      __rate_interval: verbatim(`${rate}s`),
      __rate_interval_ms: verbatim(String(rate * 1000)),
      __range: verbatim(`${wholeRange}s`),
      __range_s: verbatim(String(wholeRange)),
      __range_ms: verbatim(String(wholeRange * 1000)),
    },
  };
}

export function verbatim(value: string): VariableValue {
  return { value, text: value, multi: false, includeAll: false, verbatim: true };
}
