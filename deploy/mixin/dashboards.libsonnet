// Every dashboard of deploy/grafana, by the name of its file.
{
  'rounds-accounts.json': import '../grafana/rounds-accounts.json',
  'rounds-agent.json': import '../grafana/rounds-agent.json',
  'rounds-backups.json': import '../grafana/rounds-backups.json',
  'rounds-disks.json': import '../grafana/rounds-disks.json',
  'rounds-fleet.json': import '../grafana/rounds-fleet.json',
  'rounds-host.json': import '../grafana/rounds-host.json',
  'rounds-updates.json': import '../grafana/rounds-updates.json',
}
