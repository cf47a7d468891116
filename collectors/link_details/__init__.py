"""What else node_exporter shows of a network interface: the rest of its counters, and what sysfs says of it."""

from collectors.link_details.details import COUNTED, SHOWN, LinkDetails, link_details
from collectors.link_details.properties import PROPERTIES, Property, link_properties
from collectors.link_details.samples import detail_samples, property_samples

__all__ = [
    "COUNTED",
    "PROPERTIES",
    "SHOWN",
    "LinkDetails",
    "Property",
    "detail_samples",
    "link_details",
    "link_properties",
    "property_samples",
]
