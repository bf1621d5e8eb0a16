#!/bin/sh
# Sets the first month of the budget once: Azure does not let it change later.
set -eu
if [ -z "${VORTEX_BUDGET_START:-}" ]; then
  azd env set VORTEX_BUDGET_START "$(date -u +%Y-%m-01)"
fi
