import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dashboard, PanelModel } from '../source/dashboard_json';
import { verbatim } from '../source/intervals';
import { boxOf, laidOut } from '../source/layout';
import type { Variables } from '../source/variables';

const panel = (
  title: string,
  x: number,
  y: number,
  w: number,
  h: number,
  more: Partial<PanelModel> = {},
): PanelModel => ({
  title,
  type: 'stat',
  gridPos: { x, y, w, h },
  ...more,
});

const VARIABLES: Variables = {
  scope: { host: { value: ['a', 'b', 'c'], text: 'All', multi: true, includeAll: true }, all: verbatim('.*') },
  shown: [],
  options: { host: ['a', 'b', 'c'] },
};

const places = (panels: PanelModel[], open = false) =>
  laidOut({ uid: 'x', title: 'X', panels } as Dashboard, VARIABLES, open).map(
    ({ title, scope, gridPos: { x, y, w, h } }) =>
      [title, scope?.host?.value, x, y, w, h].filter((part) => part !== undefined).join(' '),
  );

test('24 columns fill the width, with gaps between them', () => {
  assert.deepEqual(boxOf({ x: 0, y: 0, w: 24, h: 1 }, 1568), { left: 0, top: 0, width: 1568, height: 30 });
  const right = boxOf({ x: 12, y: 2, w: 12, h: 2 }, 1568);
  assert.deepEqual(right, { left: 788, top: 76, width: 780, height: 68 });
});

test('panels stay where they are', () => {
  assert.deepEqual(places([panel('A', 0, 0, 12, 4), panel('B', 12, 0, 12, 4)]), ['A 0 0 12 4', 'B 12 0 12 4']);
});

test('a closed row keeps its panels to itself until it is opened', () => {
  const inside = [panel('In', 0, 5, 24, 6)];
  const panels = [
    panel('Row', 0, 4, 24, 1, { type: 'row', collapsed: true, panels: inside }),
    panel('Top', 0, 0, 24, 4),
  ];
  assert.deepEqual(places(panels), ['Top 0 0 24 4', 'Row 0 4 24 1']);
  assert.deepEqual(places(panels, true), ['Top 0 0 24 4', 'Row 0 4 24 1', 'In 0 5 24 6']);
});

test('what stands below an opened row moves down', () => {
  const inside = [panel('In', 0, 1, 24, 6)];
  const panels = [
    panel('One', 0, 0, 24, 1, { type: 'row', collapsed: true, panels: inside }),
    panel('Two', 0, 1, 24, 1, { type: 'row' }),
  ];
  assert.deepEqual(places(panels, true), ['One 0 0 24 1', 'In 0 1 24 6', 'Two 0 7 24 1']);
});

test('a panel is repeated side by side, then in the next line', () => {
  const repeated = panel('P', 0, 0, 6, 3, { repeat: 'host', maxPerRow: 2 });
  assert.deepEqual(places([repeated]), ['P a 0 0 12 3', 'P b 12 0 12 3', 'P c 0 3 12 3']);
});

test('a row is repeated with its panels', () => {
  const panels = [panel('Row', 0, 0, 24, 1, { type: 'row', repeat: 'host' }), panel('In', 0, 1, 24, 2)];
  assert.deepEqual(places(panels).slice(0, 4), ['Row a 0 0 24 1', 'In a 0 1 24 2', 'Row b 0 3 24 1', 'In b 0 4 24 2']);
});
