# Sets the first month of the budget once: Azure does not let it change later.
$ErrorActionPreference = 'Stop'
if (-not $env:VORTEX_BUDGET_START) {
    azd env set VORTEX_BUDGET_START ([DateTime]::UtcNow.ToString('yyyy-MM-01'))
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}
