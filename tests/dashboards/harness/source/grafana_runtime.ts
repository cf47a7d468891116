/**
 * Stands in for @grafana/runtime, which needs a Grafana server around it. The two things that
 * @grafana/prometheus asks it for on our way are a feature toggle and, for exemplars only, other data sources.
 */

export const config = { featureToggles: { prometheusSpecialCharsInLabelValues: true } };

export function getDataSourceSrv(): never {
  throw new Error('There are no other data sources here.');
}
