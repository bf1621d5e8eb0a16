# Gives the overflow region the image that the first region has just got: azd deploys a service to one place only.
$ErrorActionPreference = 'Stop'
if (-not $env:OVERFLOW_RUNNER_NAME) { exit 0 }
$image = az containerapp show --resource-group $env:AZURE_RESOURCE_GROUP --name $env:GPU_RUNNER_NAME --query 'properties.template.containers[0].image' --output tsv
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
az containerapp update --resource-group $env:AZURE_RESOURCE_GROUP --name $env:OVERFLOW_RUNNER_NAME --image $image --output none
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
Write-Output "The overflow region runs $image."
