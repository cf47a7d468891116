/** Variables in texts and queries, replaced as Grafana replaces them. */

import { interpolateQueryExpr } from '@grafana/prometheus';
import type { Scope, VariableValue } from './dashboard_json';

/** `$name`, `[[name:format]]`, `${name.path:format}`: the three spellings. */
const VARIABLE = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}/g;

type Format = (value: VariableValue, name: string) => string;

/** A query with the variables of `scope` in it; a name that nobody knows stays as it is. */
export function interpolateQuery(text: string, scope: Scope): string {
  return replace(text, scope, promQl);
}

/** A title, a link or a legend with the variables of `scope` in it. */
export function interpolateText(text: string, scope: Scope): string {
  return replace(text, scope, glob);
}

/** The names of the variables that `text` reads. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)].map((match) => match[1] ?? match[2] ?? match[4]);
}

function replace(text: string, scope: Scope, usual: Format): string {
  return text.replace(VARIABLE, (match, plain, square, squareFormat, braced, _path, bracedFormat) => {
    const name: string = plain ?? square ?? braced;
    const value = scope[name];
    if (value === undefined) {
      return match;
    }
    return formatNamed(squareFormat ?? bracedFormat, usual)(value, name);
  });
}

function formatNamed(name: string | undefined, usual: Format): Format {
  if (name === undefined) {
    return usual;
  }
  const format = FORMATS[name];
  if (format === undefined) {
    throw new Error(`The pictures do not know the variable format "${name}".`);
  }
  return format;
}

function promQl({ value, multi, includeAll, verbatim }: VariableValue): string {
  return verbatim ? list(value).join('|') : String(interpolateQueryExpr(value, { multi, includeAll } as never));
}

function glob({ value }: VariableValue): string {
  const values = list(value);
  return values.length > 1 ? `{${values.join(',')}}` : (values[0] ?? '');
}

function list(value: string | string[]): string[] {
  return Array.isArray(value) ? value : [value];
}

const escapeRegex = (text: string) => text.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&');

const FORMATS: Readonly<Record<string, Format>> = {
  raw: ({ value }) => list(value).join(','),
  text: ({ text }) => list(text).join(' + '),
  csv: ({ value }) => list(value).join(','),
  pipe: ({ value }) => list(value).join('|'),
  glob,
  regex: ({ value, verbatim }) => {
    const escaped = list(value).map((one) => (verbatim ? one : escapeRegex(one)));
    return escaped.length > 1 ? `(${escaped.join('|')})` : (escaped[0] ?? '');
  },
  doublequote: ({ value }) =>
    list(value)
      .map((one) => JSON.stringify(one))
      .join(','),
  percentencode: ({ value }) => encodeURIComponent(glob({ value } as VariableValue)),
  queryparam: ({ value }, name) =>
    list(value)
      .map((one) => `var-${name}=${encodeURIComponent(one)}`)
      .join('&'),
};
