"""Whether dashboards and rules made for node_exporter work on what rounds shows of a host: asked, not supposed."""
