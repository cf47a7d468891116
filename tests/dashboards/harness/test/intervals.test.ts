import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateTime, type TimeRange } from '@grafana/data';
import { stepOf } from '../source/intervals';

function last(hours: number): TimeRange {
  const [from, to] = [dateTime(0), dateTime(hours * 3_600_000)];
  return { from, to, raw: { from, to } };
}

test('a step is never shorter than the scrape interval, a rate never shorter than four scrapes', () => {
  const { seconds, scope } = stepOf(last(1), 1000, undefined);
  assert.equal(seconds, 15);
  assert.equal(scope.__interval.value, '15s');
  assert.equal(scope.__rate_interval.value, '60s');
  assert.equal(scope.__range.value, '3600s');
});

test('a long span has long steps, and its rates reach one scrape further', () => {
  const { seconds, scope } = stepOf(last(24 * 30), 1000, undefined);
  assert.equal(seconds, 1800);
  assert.equal(scope.__rate_interval.value, '1815s');
});

test('the least step of a query holds, and its rates follow it', () => {
  const { seconds, scope } = stepOf(last(1), 1000, '5m');
  assert.equal(seconds, 300);
  assert.equal(scope.__rate_interval.value, '1200s');
});
