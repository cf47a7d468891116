/** The values of a dashboard's variables: what was asked for, else what was saved, else the first there is. */

import type { TimeRange } from '@grafana/data';
import type { Dashboard, Scope, VariableModel, VariableValue } from './dashboard_json';
import { interpolateQuery } from './interpolation';
import { verbatim } from './intervals';
import { answerOf } from './prometheus';

/** The value that stands for "All" in a saved dashboard and in a link. */
export const ALL = '$__all';

export interface Shown {
  label: string;
  text: string;
}

export interface Variables {
  scope: Scope;
  /** What the bar above the panels says, in its order. */
  shown: Shown[];
  /** Every value a variable could take, for panels that are repeated by it. */
  options: Readonly<Record<string, string[]>>;
}

type Chosen = Readonly<Record<string, string[]>>;

export async function variablesOf(dashboard: Dashboard, chosen: Chosen, range: TimeRange): Promise<Variables> {
  const scope: Record<string, VariableValue> = { ...ofTheDashboard(dashboard, range) };
  const options: Record<string, string[]> = {};
  const shown: Shown[] = [];
  for (const variable of dashboard.templating?.list ?? []) {
    options[variable.name] = await optionsOf(variable, scope, range);
    const value = valueOf(variable, options[variable.name], chosen[variable.name]);
    scope[variable.name] = value;
    if (variable.hide !== 2) {
      const text = Array.isArray(value.text) ? value.text.join(' + ') : value.text;
      shown.push({ label: variable.hide === 1 ? '' : variable.label || variable.name, text });
    }
  }
  scope.__all_variables = verbatim(
    Object.keys(options)
      .map((name) => queryParameters(name, scope[name]))
      .join('&'),
  );
  return { scope, shown, options };
}

function ofTheDashboard(dashboard: Dashboard, range: TimeRange): Scope {
  const [from, to] = [String(range.from.valueOf()), String(range.to.valueOf())];
  return {
    __from: verbatim(from),
    __to: verbatim(to),
    __url_time_range: verbatim(`from=${from}&to=${to}`),
    __dashboard: verbatim(dashboard.title),
  };
}

async function optionsOf(variable: VariableModel, scope: Scope, range: TimeRange): Promise<string[]> {
  const query = typeof variable.query === 'object' ? (variable.query.query ?? '') : (variable.query ?? '');
  switch (variable.type) {
    case 'query':
      return sorted(filtered(await found(interpolateQuery(query, scope), range), variable.regex), variable.sort ?? 0);
    case 'custom':
      return query.split(/(?<!\\),/).map((one) => one.trim().replace(/^.* : /, ''));
    case 'interval':
      return query.split(',').map((one) => one.trim());
    case 'datasource':
      return ['Prometheus'];
    case 'constant':
    case 'textbox':
      return [query];
    default:
      throw new Error(`The pictures do not know variables of type "${variable.type}" ($${variable.name}).`);
  }
}

async function found(query: string, range: TimeRange): Promise<string[]> {
  const span = { start: range.from.valueOf() / 1000, end: range.to.valueOf() / 1000 };
  const labelValues = query.match(/^label_values\((?:(.+),\s*)?([^,]+)\)\s*$/s);
  if (labelValues) {
    const matched: Record<string, string> = labelValues[1] ? { 'match[]': labelValues[1] } : {};
    return answerOf(`label/${labelValues[2].trim()}/values`, { ...span, ...matched });
  }
  const result = query.match(/^query_result\((.+)\)\s*$/s);
  if (result) {
    const data = await answerOf('query', { query: result[1], time: span.end });
    return data.result.map(({ metric, value }: any) => asText(metric, value));
  }
  throw new Error(`The pictures do not know the variable query "${query}".`);
}

function asText({ __name__: name = '', ...labels }: Record<string, string>, [time, value]: [number, string]): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return `${name}{${pairs.join(',')}} ${value} ${time * 1000}`;
}

/** A regular expression keeps what it matches, and of that its first group where it has one. */
function filtered(values: string[], regex: string | undefined): string[] {
  if (!regex) {
    return values;
  }
  const [, source, flags] = regex.match(/^\/(.*)\/(\w*)$/s) ?? [undefined, regex, ''];
  const pattern = new RegExp(source!, flags?.replace('g', ''));
  const kept = values.map((value) => value.match(pattern)).filter((match) => match !== null);
  return [...new Set(kept.map((match) => match.groups?.value ?? match[1] ?? match[0]))];
}

function sorted(values: string[], order: number): string[] {
  if (order === 0) {
    return values;
  }
  const numeric = order === 3 || order === 4;
  const collator = new Intl.Collator('en', {
    numeric: numeric || order >= 7,
    sensitivity: order >= 5 ? 'base' : 'variant',
  });
  const ascending = [...values].sort(collator.compare);
  return order % 2 === 1 ? ascending : ascending.reverse();
}

function valueOf(variable: VariableModel, options: string[], chosen: string[] | undefined): VariableValue {
  const settings = { multi: variable.multi ?? false, includeAll: variable.includeAll ?? false };
  const saved = variable.current?.value;
  const asked = chosen ?? (saved === undefined ? [] : [saved].flat());
  const wanted = asked.filter((one) => one !== '' && (one !== ALL || settings.includeAll));
  if (variable.type === 'datasource') {
    return { ...settings, value: options[0], text: options[0] };
  }
  if (wanted.includes(ALL) || (wanted.length === 0 && settings.includeAll)) {
    return allOf(variable, options, settings);
  }
  const value = wanted.length > 0 ? wanted : options.slice(0, 1);
  const single = settings.multi ? value : (value[0] ?? '');
  return { ...settings, value: single, text: single, verbatim: variable.type === 'interval' };
}

function allOf(
  variable: VariableModel,
  options: string[],
  settings: { multi: boolean; includeAll: boolean },
): VariableValue {
  if (variable.allValue) {
    return { ...settings, value: variable.allValue, text: 'All', verbatim: true };
  }
  return { ...settings, value: options, text: 'All' };
}

function queryParameters(name: string, { value, text }: VariableValue): string {
  const values = text === 'All' ? [ALL] : [value].flat();
  return values.map((one) => `var-${name}=${encodeURIComponent(one)}`).join('&');
}
