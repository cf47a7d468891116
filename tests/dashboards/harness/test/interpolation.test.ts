import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope, VariableValue } from '../source/dashboard_json';
import { interpolateQuery, interpolateText, variablesIn } from '../source/interpolation';
import { verbatim } from '../source/intervals';

const one = (value: string): VariableValue => ({ value, text: value, multi: false, includeAll: false });
const many = (...values: string[]): VariableValue => ({ value: values, text: values, multi: true, includeAll: true });

const SCOPE: Scope = {
  host: many('web-01', 'db.01'),
  single: many('db.01'),
  quoted: one('say "hi"'),
  all: { ...verbatim('.*'), text: 'All' },
  __rate_interval: verbatim('60s'),
};

test('several values become a regular expression in a query', () => {
  assert.equal(interpolateQuery('up{host=~"$host"}', SCOPE), 'up{host=~"(web-01|db\\\\.01)"}');
});

test('one value of a variable of many is escaped as well', () => {
  assert.equal(interpolateQuery('up{host=~"$single"}', SCOPE), 'up{host=~"db\\\\.01"}');
});

test('a plain value cannot end the string it stands in', () => {
  assert.equal(interpolateQuery('up{host="$quoted"}', SCOPE), 'up{host="say \\"hi\\""}');
});

test('a custom value for All, and an interval, go in as they are', () => {
  assert.equal(interpolateQuery('rate(x{host=~"$all"}[$__rate_interval])', SCOPE), 'rate(x{host=~".*"}[60s])');
});

test('the three spellings and the formats', () => {
  assert.equal(interpolateText('$single [[single]] ${single}', SCOPE), 'db.01 db.01 db.01');
  assert.equal(
    interpolateText('${host:pipe} ${host:csv} ${host:text} ${all:text}', SCOPE),
    'web-01|db.01 web-01,db.01 web-01 + db.01 All',
  );
  assert.equal(interpolateText('${host:queryparam}', SCOPE), 'var-host=web-01&var-host=db.01');
  assert.equal(interpolateText('$host', SCOPE), '{web-01,db.01}');
});

test('what nobody knows stays, and is found', () => {
  assert.equal(interpolateQuery('up{host="$nobody"} # $', SCOPE), 'up{host="$nobody"} # $');
  assert.deepEqual(variablesIn('a[$__interval] ${b:csv} [[c]] "x$"'), ['__interval', 'b', 'c']);
});

test('an unknown format is an error', () => {
  assert.throws(() => interpolateText('${host:shout}', SCOPE), /format "shout"/);
});
