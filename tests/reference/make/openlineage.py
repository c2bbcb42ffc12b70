"""Validate lineage events against the published OpenLineage JSON Schemas.

usage: python openlineage.py EVENTS.ndjson SPEC_DIR
SPEC_DIR is the folder `spec` of the OpenLineage repository (OpenLineage.json and facets/*.json).
Needs: jsonschema 4.x, referencing. Prints each violation, then one line with the counts; exit 1 if there are any.
"""
import glob
import json
import os
import sys

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

events_file, spec = sys.argv[1:3]
core = json.load(open(os.path.join(spec, "OpenLineage.json")))
documents = [json.load(open(path)) for path in sorted(glob.glob(os.path.join(spec, "facets", "*.json")))]
registry = Registry().with_resources([(d["$id"], Resource.from_contents(d)) for d in [core, *documents]])
facet_schema = {name: d["$id"] + prop["$ref"] for d in documents for name, prop in d.get("properties", {}).items() if "$ref" in prop}
event_validator = Draft202012Validator(core, registry=registry, format_checker=FormatChecker())


def facets_of(event):
    yield from event["run"].get("facets", {}).items()
    yield from event["job"].get("facets", {}).items()
    for dataset in event.get("inputs", []) + event.get("outputs", []):
        for place in ("facets", "inputFacets", "outputFacets"):
            yield from dataset.get(place, {}).items()


events = violations = facets = 0
for line in open(events_file):
    event = json.loads(line)
    events += 1
    found = [(e.json_path, e.message) for e in event_validator.iter_errors(event)]
    for name, facet in facets_of(event):
        facets += 1
        if name not in facet_schema:
            found.append((name, "is no published facet"))
            continue
        validator = Draft202012Validator({"$ref": facet_schema[name]}, registry=registry)
        found += [(name + e.json_path[1:], e.message) for e in validator.iter_errors(facet)]
        if facet["_schemaURL"] != facet_schema[name]:
            found.append((name, f"names {facet['_schemaURL']}, published is {facet_schema[name]}"))
    for place, message in found:
        print(events, place, message)
    violations += len(found)
print(f"{events} events, {facets} facets, {violations} violations")
sys.exit(1 if violations else 0)
