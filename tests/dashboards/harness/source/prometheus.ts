/** Queries to Prometheus, and its answers as the data frames that Grafana's server makes of them. */

import { transformV2 } from '@grafana/prometheus';
import { FieldType, renderLegendFormat, type DataFrame, type Labels, type TimeRange } from '@grafana/data';
import type { Scope, Target } from './dashboard_json';
import { interpolateQuery, interpolateText, variablesIn } from './interpolation';
import { stepOf } from './intervals';

const PATH = '/prometheus/api/v1/';

type Parameters = Record<string, string | number>;

/** [seconds since 1970, the number as a text] */
type Point = [number, string];
interface Call {
  path: string;
  parameters: Parameters;
}

type Series = { metric: Labels; values?: Point[]; value?: Point };

export interface Asked {
  expr: string;
  series: number;
}

export interface Answer {
  frames: DataFrame[];
  asked: Asked[];
}

/** What one panel's queries answer. Raises what Prometheus says when a query fails. */
export async function ask(
  targets: Target[],
  range: TimeRange,
  points: number,
  least: string | undefined,
  scope: Scope,
): Promise<Answer> {
  const shown = targets.filter((target) => !target.hide && target.expr);
  const answers = await Promise.all(shown.map((target) => askOne(target, range, points, least, scope)));
  const request = { targets: shown, range } as never;
  const response = transformV2({ data: answers.flatMap((answer) => answer.frames) }, request, {});
  return { frames: response.data, asked: answers.flatMap((answer) => answer.asked) };
}

async function askOne(
  target: Target,
  range: TimeRange,
  points: number,
  least: string | undefined,
  scope: Scope,
): Promise<Answer> {
  const step = stepOf(range, points / (target.intervalFactor || 1), target.interval || least);
  const expr = interpolateQuery(target.expr!, { ...scope, ...step.scope });
  const unknown = variablesIn(expr);
  if (unknown.length > 0) {
    throw new Error(`Query ${target.refId} reads the variable ${unknown[0]}, which there is not: ${expr}`);
  }
  const frames: DataFrame[] = [];
  let series = 0;
  for (const call of callsFor(target, expr, range, step.seconds)) {
    const answered = await get(call.path, call.parameters);
    series += answered.length;
    frames.push(...answered.map((one) => frameOf(one, target, expr, step.seconds, scope)));
  }
  return { frames, asked: [{ expr, series }] };
}

function callsFor(target: Target, expr: string, range: TimeRange, step: number): Call[] {
  const [from, to] = [range.from.valueOf() / 1000, range.to.valueOf() / 1000];
  const calls: Call[] = [];
  if (target.range || !target.instant) {
    const start = Math.floor(from / step) * step;
    calls.push({ path: 'query_range', parameters: { query: expr, start, end: Math.floor(to / step) * step, step } });
  }
  if (target.instant) {
    calls.push({ path: 'query', parameters: { query: expr, time: to } });
  }
  return calls;
}

async function get(path: string, parameters: Parameters): Promise<Series[]> {
  const data = await answerOf(path, parameters);
  return data.resultType === 'scalar' || data.resultType === 'string'
    ? [{ metric: {}, value: data.result }]
    : data.result;
}

/** The `data` of an answer of Prometheus' HTTP API. */
export async function answerOf(path: string, parameters: Parameters): Promise<any> {
  const form = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  const response = await fetch(`${PATH}${path}?${form}`);
  const answer = await response.json();
  if (answer.status !== 'success') {
    throw new Error(`${answer.errorType}: ${answer.error} in ${parameters.query ?? path}`);
  }
  return answer.data;
}

/** One series as Grafana's server would hand it over: a time field and a value field that carries the labels. */
function frameOf(series: Series, target: Target, expr: string, step: number, scope: Scope): DataFrame {
  const points = series.values ?? [series.value!];
  const legend = legendOf(series.metric, target, expr, scope);
  return {
    refId: target.refId,
    length: points.length,
    meta: {
      custom: { resultType: series.values ? 'matrix' : 'vector' },
      executedQueryString: `Expr: ${expr}\nStep: ${step}s`,
    },
    fields: [
      {
        name: 'Time',
        type: FieldType.time,
        config: { interval: step * 1000 },
        values: points.map(([time]) => time * 1000),
      },
      {
        name: series.metric.__name__ ?? 'Value',
        type: FieldType.number,
        labels: series.metric,
        config: legend ? { displayNameFromDS: legend } : {},
        values: points.map(([, value]) => numberOf(value)),
      },
    ],
  };
}

function legendOf(labels: Labels, target: Target, expr: string, scope: Scope): string | undefined {
  const format = target.legendFormat;
  if (format === '__auto') {
    return Object.keys(labels).length > 0 ? undefined : expr;
  }
  if (format) {
    return renderLegendFormat(interpolateText(format, scope), labels) || expr;
  }
  const { __name__: name = '', ...rest } = labels;
  const pairs = Object.entries(rest).map(([label, value]) => `${label}="${value}"`);
  return pairs.length > 0 ? `${name}{${pairs.join(', ')}}` : name || expr;
}

function numberOf(text: string): number {
  return text.endsWith('Inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}
