// Every dashboard of deploy/grafana, by the name of its file.
{
}
