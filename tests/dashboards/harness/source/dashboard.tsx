/** A whole dashboard: its title and variables, and its panels on the grid. */

import { rangeUtil, type TimeRange } from '@grafana/data';
import { Icon, useTheme2 } from '@grafana/ui';
import { useEffect, useState } from 'react';
import type { Dashboard, PanelModel } from './dashboard_json';
import { interpolateText } from './interpolation';
import { boxOf, laidOut } from './layout';
import { Panel } from './panel';
import type { Picture } from './report';
import type { Variables } from './variables';

const MARGIN = 16;
const HEAD = 92;

interface Props {
  dashboard: Dashboard;
  variables: Variables;
  range: TimeRange;
  openRows: boolean;
  picture: Picture;
}

export function DashboardPage({ dashboard, variables, range, openRows, picture }: Props) {
  const wholeWidth = document.documentElement.clientWidth - 2 * MARGIN;
  const [panels] = useState(() => laidOut(dashboard, variables, openRows));
  const bodyHeight = Math.max(
    ...panels.map(({ gridPos }) => boxOf(gridPos, wholeWidth)).map((box) => box.top + box.height),
  );

  useEffect(() => {
    picture.height = HEAD + bodyHeight + MARGIN;
    picture.expected = panels.filter((panel) => panel.type !== 'row').length;
  }, []);

  return (
    <div style={{ margin: `0 ${MARGIN}px`, height: HEAD + bodyHeight + MARGIN }}>
      <Head dashboard={dashboard} variables={variables} range={range} />
      <div style={{ position: 'relative' }}>
        {panels.map((panel, index) =>
          panel.type === 'row' ? (
            <Row
              key={index}
              panel={panel}
              wholeWidth={wholeWidth}
              variables={variables}
              open={openRows || !panel.collapsed}
            />
          ) : (
            <Panel
              key={index}
              panel={panel}
              scope={variables.scope}
              range={range}
              wholeWidth={wholeWidth}
              tell={(report) => (picture.panels[index] = report)}
            />
          ),
        )}
      </div>
    </div>
  );
}

function Head({ dashboard, variables, range }: { dashboard: Dashboard; variables: Variables; range: TimeRange }) {
  const theme = useTheme2();
  const box = { border: `1px solid ${theme.colors.border.medium}`, borderRadius: 2, padding: '5px 8px', height: 32 };
  return (
    <div style={{ height: HEAD, display: 'flex', flexDirection: 'column', justifyContent: 'space-evenly' }}>
      <div style={{ display: 'flex', justifyContent: 'space-between' }}>
        <h4 style={{ margin: 0 }}>{dashboard.title}</h4>
        <span style={{ color: theme.colors.text.secondary }}>
          <Icon name="clock-nine" /> {rangeUtil.describeTimeRange(range.raw)} UTC
        </span>
      </div>
      <div style={{ display: 'flex', gap: 8, alignItems: 'center' }}>
        {variables.shown.map(({ label, text }) => (
          <div key={label} style={{ display: 'flex' }}>
            <span style={{ ...box, background: theme.colors.background.secondary }}>{label}</span>
            <span
              style={{
                ...box,
                background: theme.components.input.background,
                maxWidth: 320,
                overflow: 'hidden',
                whiteSpace: 'nowrap',
                textOverflow: 'ellipsis',
              }}
            >
              {text || '\u00a0'} <Icon name="angle-down" size="sm" />
            </span>
          </div>
        ))}
        <span style={{ flex: 1 }} />
        {(dashboard.links ?? []).map((link, index) => (
          <span key={index} style={{ ...box, background: theme.colors.secondary.main }}>
            <Icon name={link.type === 'dashboards' ? 'apps' : 'external-link-alt'} size="sm" /> {link.title}
          </span>
        ))}
      </div>
    </div>
  );
}

function Row({
  panel,
  wholeWidth,
  variables,
  open,
}: {
  panel: PanelModel;
  wholeWidth: number;
  variables: Variables;
  open: boolean;
}) {
  const { left, top } = boxOf(panel.gridPos, wholeWidth);
  const count = panel.panels?.length ?? 0;
  return (
    <div
      style={{
        position: 'absolute',
        left,
        top,
        height: 30,
        display: 'flex',
        gap: 8,
        alignItems: 'center',
        fontSize: 16,
        fontWeight: 500,
      }}
    >
      <Icon name={open ? 'angle-down' : 'angle-right'} />
      {interpolateText(panel.title ?? '', { ...variables.scope, ...panel.scope })}
      {!open && <small style={{ opacity: 0.6 }}>({count === 1 ? '1 panel' : `${count} panels`})</small>}
    </div>
  );
}
