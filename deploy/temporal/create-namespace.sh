#!/bin/sh
# Makes sure that the namespace exists, keeps histories long enough for the archive, and knows the search attributes of runs.
# The attributes are those of src/contracts/search-attributes.ts (a test keeps both equal).
set -eu

attempts=0
until temporal operator cluster health >/dev/null 2>&1; do
  attempts=$((attempts + 1))
  if [ "$attempts" -ge 60 ]; then
    echo "the Temporal server at $TEMPORAL_ADDRESS did not become healthy" >&2
    exit 1
  fi
  sleep 1
done

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi

# The parts of the server learn of a new namespace one after the other.
attempts=0
until temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" \
  --name PersonaProject --type Keyword \
  --name PersonaEnvironment --type Keyword \
  --name PersonaAsOf --type Datetime; do
  attempts=$((attempts + 1))
  if [ "$attempts" -ge 30 ]; then
    echo "the search attributes could not be added to namespace $TEMPORAL_NAMESPACE" >&2
    exit 1
  fi
  sleep 1
done
