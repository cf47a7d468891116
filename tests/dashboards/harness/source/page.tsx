/** The page that is photographed. What to show stands in its address: dashboard, theme, from, to, rows, var-NAME. */

import { createTheme, ThemeContext } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { DashboardPage } from './dashboard';
import type { Dashboard } from './dashboard_json';
import { prepareGrafanaData } from './fields';
import { rangeOf } from './time_range';
import { variablesOf } from './variables';
import '@fontsource/inter/latin-400.css';
import '@fontsource/inter/latin-500.css';
import '@fontsource/inter/latin-600.css';
import '@fontsource/roboto-mono/latin-400.css';
import './page.css';

const FONTS = ['400 14px Inter', '500 14px Inter', '600 14px Inter', '400 14px "Roboto Mono"'];

async function show(): Promise<void> {
  const wanted = new URLSearchParams(location.search);
  const dashboard: Dashboard = await (await fetch(wanted.get('dashboard')!)).json();
  const range = rangeOf(
    wanted.get('from') ?? dashboard.time?.from ?? 'now-6h',
    wanted.get('to') ?? dashboard.time?.to ?? 'now',
  );
  const theme = createTheme({ colors: { mode: wanted.get('theme') === 'light' ? 'light' : 'dark' } });
  document.title = dashboard.title;
  await Promise.all([initPluginTranslations('rounds-dashboards'), ...FONTS.map((font) => document.fonts.load(font))]);
  prepareGrafanaData();
  const variables = await variablesOf(dashboard, chosenIn(wanted), range);
  createRoot(document.getElementById('page')!).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <DashboardPage
        dashboard={dashboard}
        variables={variables}
        range={range}
        openRows={wanted.get('rows') === 'open'}
        picture={window.picture}
      />
      <PortalContainer />
    </ThemeContext.Provider>,
  );
}

function chosenIn(wanted: URLSearchParams): Record<string, string[]> {
  const names = [...wanted.keys()].filter((key) => key.startsWith('var-'));
  return Object.fromEntries(names.map((key) => [key.slice('var-'.length), wanted.getAll(key)]));
}

window.picture = { title: '', height: 0, panels: [] };
show().catch((error: Error) => {
  window.picture.error = error.message;
  document.body.textContent = error.message;
});
