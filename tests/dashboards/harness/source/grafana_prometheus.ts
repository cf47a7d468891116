/** The two parts of @grafana/prometheus that work without a Grafana server. */

export { interpolateQueryExpr } from '@grafana/prometheus/escaping';
export { transformV2 } from '@grafana/prometheus/result_transformer';
