@description('Name of the environment.')
param name string

@description('Region. GPU profiles exist in few regions.')
param location string

@description('Tags of every resource.')
param tags object

@description('Kind of GPU; empty for an environment without any.')
@allowed(['', 'Consumption-GPU-NC8as-T4', 'Consumption-GPU-NC24-A100'])
param gpuProfile string

@description('Subnet of the environment; empty for a network that the platform owns.')
param subnetId string

@description('Resource id of the Log Analytics workspace that takes the logs.')
param workspaceId string

var cpuProfiles = [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
var gpuProfiles = empty(gpuProfile) ? [] : [{ name: 'gpu', workloadProfileType: gpuProfile }]

resource environment 'Microsoft.App/managedEnvironments@2026-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    workloadProfiles: concat(cpuProfiles, gpuProfiles)
    // Through a diagnostic setting, not with the workspace's key.
    appLogsConfiguration: { destination: 'azure-monitor' }
    vnetConfiguration: empty(subnetId) ? null : { infrastructureSubnetId: subnetId, internal: true }
    // Nobody calls runners; they fetch their work.
    publicNetworkAccess: 'Disabled'
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: environment
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'ContainerAppConsoleLogs', enabled: true }
      { category: 'ContainerAppSystemLogs', enabled: true }
    ]
  }
}

@description('Resource id of the environment.')
output id string = environment.id
