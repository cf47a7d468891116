// The rules and dashboards of rounds for those who build their monitoring with jsonnet. Nothing is said twice: these are the
// files of deploy/prometheus/rules and deploy/grafana, with the two names that an organisation has of its own.
//
//   local rounds = (import 'mixin.libsonnet') + { _config+:: { docs: 'https://wiki.example.net/rounds' } };
//   { 'alerts.json': rounds.prometheusAlerts, 'rules.json': rounds.prometheusRules } + rounds.grafanaDashboards

local shipped = {
  docs: 'https://docs.example.org/rounds',
  job: 'rounds',
};

{
  _config:: shipped,

  local config = self._config,
  local own(text) = std.strReplace(
    std.strReplace(text, shipped.docs, config.docs),
    'job="%s"' % shipped.job,
    'job="%s"' % config.job
  ),
  local groups(files) = std.flattenArrays([std.parseYaml(own(file)).groups for file in files]),

  prometheusAlerts+:: {
    groups+: groups([
      importstr '../prometheus/rules/rounds-agent.yml',
      importstr '../prometheus/rules/rounds-checks.yml',
      importstr '../prometheus/rules/rounds-hosts.yml',
      importstr '../prometheus/rules/rounds-trends.yml',
    ]),
  },

  prometheusRules+:: {
    groups+: groups([
      importstr '../prometheus/rules/rounds-recording.yml',
    ]),
  },

  grafanaDashboards+:: import 'dashboards.libsonnet',
}
