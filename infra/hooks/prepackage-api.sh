#!/bin/sh
# Gives the API what it is published with: the list of node types that the runners of this commit execute, and the durable backend of the environment.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
api="$root/functions/Vortex.Functions"
"$root/vortex" nodes --json > "$api/catalog.json"
backend=azureManaged
if [ "${VORTEX_DURABLE_BACKEND:-scheduler}" = storage ]; then
  backend=azureStorage
fi
# A file of the user beside the project, which the build reads and git ignores.
echo "<Project><PropertyGroup><DurableBackend>$backend</DurableBackend></PropertyGroup></Project>" > "$api/Vortex.Functions.csproj.user"
