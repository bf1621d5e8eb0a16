# Gives the image that the first region has just got to those whom azd does not know: the overflow region, and container groups.
$ErrorActionPreference = 'Stop'
function Get-Image([string]$Name) {
    $image = az containerapp show --resource-group $env:AZURE_RESOURCE_GROUP --name $Name --query 'properties.template.containers[0].image' --output tsv
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    return $image
}
if ($env:OVERFLOW_RUNNER_NAME) {
    $image = Get-Image $env:GPU_RUNNER_NAME
    az containerapp update --resource-group $env:AZURE_RESOURCE_GROUP --name $env:OVERFLOW_RUNNER_NAME --image $image --output none
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    Write-Output "The overflow region runs $image."
}
if ($env:BURST_GROUPS -and $env:BURST_GROUPS -ne '0') {
    $image = Get-Image $env:CPU_RUNNER_NAME
    az functionapp config appsettings set --resource-group $env:AZURE_RESOURCE_GROUP --name $env:API_NAME --settings "Vortex__Azure__Capacity__Burst__Image=$image" --output none
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    Write-Output "Container groups run $image."
}
