# Gives the API what it is published with: the list of node types that the runners of this commit execute, and the durable backend of the environment.
$ErrorActionPreference = 'Stop'
$root = Resolve-Path (Join-Path $PSScriptRoot '../..')
$api = Join-Path $root 'functions/Vortex.Functions'
& (Join-Path $root 'vortex.ps1') nodes --json | Set-Content -Encoding utf8NoBOM (Join-Path $api 'catalog.json')
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
$backend = if ($env:VORTEX_DURABLE_BACKEND -eq 'storage') { 'azureStorage' } else { 'azureManaged' }
# A file of the user beside the project, which the build reads and git ignores.
"<Project><PropertyGroup><DurableBackend>$backend</DurableBackend></PropertyGroup></Project>" | Set-Content (Join-Path $api 'Vortex.Functions.csproj.user')
