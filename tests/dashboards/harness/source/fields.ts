/** A panel's transformations, then its field configuration: units, thresholds, mappings, overrides, links. */

import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  displayNameOverrideProcessor,
  FieldConfigOptionsRegistry,
  identityOverrideProcessor,
  dataLinksOverrideProcessor,
  locationUtil,
  standardTransformers,
  standardTransformersRegistry,
  thresholdsOverrideProcessor,
  transformDataFrame,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
  type DataFrame,
  type FieldConfigPropertyItem,
  type FieldConfigSource,
  type GrafanaTheme2,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';
import type { PanelModel, Scope } from './dashboard_json';
import { interpolateText } from './interpolation';
import { fieldConfigOf } from './panel_defaults';

/** What every panel's field may be configured with, whatever its type. */
const STANDARD = {
  unit: unitOverrideProcessor,
  min: identityOverrideProcessor,
  max: identityOverrideProcessor,
  decimals: identityOverrideProcessor,
  displayName: displayNameOverrideProcessor,
  noValue: identityOverrideProcessor,
  color: identityOverrideProcessor,
  thresholds: thresholdsOverrideProcessor,
  mappings: valueMappingsOverrideProcessor,
  links: dataLinksOverrideProcessor,
  actions: identityOverrideProcessor,
  fieldMinMax: identityOverrideProcessor,
  filterable: identityOverrideProcessor,
  description: identityOverrideProcessor,
};

/** To be called once, before the first panel. */
export function prepareGrafanaData(): void {
  const transformers = new Map(Object.values(standardTransformers).map((one) => [one.id, one]));
  standardTransformersRegistry.setInit(() =>
    [...transformers.values()].map(
      (one) => ({ ...one, transformation: () => Promise.resolve(one), editor: () => null }) as never,
    ),
  );
  locationUtil.initialize({
    config: { appSubUrl: '' } as never,
    getVariablesUrlParams: () => ({}),
    getTimeRangeForUrl: () => ({ from: '', to: '' }),
  });
}

/** The frames as a panel gets them. Raises for a transformation or a property that is not known here. */
export async function readyForPanel(
  panel: PanelModel,
  frames: DataFrame[],
  scope: Scope,
  theme: GrafanaTheme2,
): Promise<DataFrame[]> {
  const fieldConfig = fieldConfigOf(panel);
  const ready = applyFieldOverrides({
    data: await transformed(panel, frames, scope),
    fieldConfig,
    fieldConfigRegistry: registryFor(fieldConfig),
    replaceVariables: (text, inside) => interpolateText(text, { ...scope, ...(inside as unknown as Scope) }),
    theme,
    timeZone: 'utc',
  });
  cacheFieldDisplayNames(ready);
  return ready;
}

async function transformed(panel: PanelModel, frames: DataFrame[], scope: Scope): Promise<DataFrame[]> {
  const wanted = (panel.transformations ?? []).filter((one) => !one.disabled);
  for (const { id } of wanted) {
    if (!standardTransformersRegistry.getIfExists(id)) {
      throw new Error(`The transformation "${id}" is not among those that @grafana/data publishes.`);
    }
  }
  const context = { interpolate: (text: string) => interpolateText(text, scope) };
  return firstValueFrom(transformDataFrame(wanted, frames, context));
}

function registryFor(fieldConfig: FieldConfigSource): FieldConfigOptionsRegistry {
  const custom = Object.keys(fieldConfig.defaults.custom ?? {}).map((name) => `custom.${name}`);
  const overridden = fieldConfig.overrides.flatMap((rule) => rule.properties.map((property) => property.id));
  for (const id of overridden) {
    if (!(id in STANDARD) && !id.startsWith('custom.')) {
      throw new Error(`An override sets "${id}", and there is no such property.`);
    }
  }
  const ids = new Set([...Object.keys(STANDARD), ...custom, ...overridden]);
  return new FieldConfigOptionsRegistry(() => [...ids].map(propertyItem));
}

function propertyItem(id: string): FieldConfigPropertyItem {
  const isCustom = id.startsWith('custom.');
  return {
    id,
    path: isCustom ? id.slice('custom.'.length) : id,
    name: id,
    isCustom,
    process: isCustom ? identityOverrideProcessor : STANDARD[id as keyof typeof STANDARD],
    shouldApply: () => true,
    override: () => null,
    editor: () => null,
  } as unknown as FieldConfigPropertyItem;
}
